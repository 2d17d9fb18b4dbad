"""Wildcards `*`, `?` and `~`, matched in time that grows with text times pattern and no faster."""

from __future__ import annotations

from dataclasses import dataclass

ANY, ONE = object(), object()


@dataclass(frozen=True)
class Pattern:
    """A pattern taken apart: letters, `ONE` for "?", `ANY` for "*"; `plain` is the text when there are none."""

    parts: tuple[object, ...]
    plain: str | None

    def matches(self, folded: str) -> bool:
        """Whether the whole text, in lower case, fits the pattern.

        >>> pattern("mid*le?").matches("middle"), pattern("~*").matches("*")
        (False, True)
        """
        if self.plain is not None:
            return folded == self.plain
        parts, count = self.parts, len(self.parts)
        position = place = 0
        star, resume = -1, 0
        while position < len(folded):
            part = parts[place] if place < count else None
            if part is ANY:
                star, resume, place = place, position, place + 1
            elif part is ONE or part == folded[position]:
                position, place = position + 1, place + 1
            elif star >= 0:
                # Only the last star needs to give way: what came before it has already been matched.
                resume += 1
                position, place = resume, star + 1
            else:
                return False
        return all(part is ANY for part in parts[place:])


def pattern(text: str) -> Pattern:
    """The pattern of a criterion's text; `~` before a wildcard takes it literally."""
    if not any(each in text for each in "*?~"):
        return Pattern((), text.lower())
    parts: list[object] = []
    letters = iter(text.lower())
    for letter in letters:
        if letter == "~":
            following = next(letters, None)
            if following not in ("*", "?", "~"):
                parts.append("~")
            if following is not None:
                parts.append(following)
        elif letter == "*":
            if not parts or parts[-1] is not ANY:
                parts.append(ANY)
        else:
            parts.append(ONE if letter == "?" else letter)
    plain = None if any(part is ANY or part is ONE for part in parts) else "".join(map(str, parts))
    return Pattern(tuple(parts), plain)
