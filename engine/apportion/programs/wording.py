"""What a plan changes, in the words of a district."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    import numpy as np
    from numpy.typing import NDArray

    from apportion.programs.choices import Choices, Option

_SAYINGS = {
    "continue": "{name} continues as it is",
    "expand": "{name} is expanded to {level}",
    "scale back": "{name} is scaled back to {level}",
    "end": "{name} ends",
}


def said(name: str, option: Option) -> str:
    """What becomes of a program, such as "Summer bridge is scaled back to 50%"."""
    return _SAYINGS[option.kind].format(name=name, level=f"{option.level:.3%}".rstrip("0%").rstrip(".") + "%")


def changes(choices: Choices, before: NDArray[np.int64], after: NDArray[np.int64], beside: Collection[int] = ()) -> str:
    """What a plan changes of another, beside some units: a sentence, "" when it is the same."""
    return "; ".join(
        said(unit.name, choices.options[new])
        for place, (unit, old, new) in enumerate(zip(choices.units, before.tolist(), after.tolist(), strict=True))
        if old != new and place not in beside
    )
