"""Digits laid out in a number format's places: plain numbers, powers of ten, fractions, and General."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

from apportion.formula.format_tokens import Kind, Token

# Room for the largest number with as many decimals as a format can have.
_EXACT = Context(prec=900, rounding=ROUND_HALF_UP)
_GROUP = 3
_BLANK = {"0": "0", "?": " ", "#": ""}
_GENERAL_DIGITS, _GENERAL_DECIMALS, _GENERAL_WIDTH = 10, 9, 11
_SMALLEST_ROUNDED = -4
_LONGEST_DENOMINATOR = 7
_EXACT_ENOUGH = 5e-8


def decimal_of(x: float) -> Decimal:
    """A number at 15 significant digits, as Excel sees it."""
    return Decimal(f"{x:.14e}")


@dataclass(frozen=True)
class Layout:
    """Tokens before and after the decimal point, without commas, and what the commas and percent signs said."""

    whole: tuple[Token, ...]
    decimals: tuple[Token, ...]
    has_point: bool
    grouped: bool
    shift: int

    @property
    def places(self) -> int:
        """How many decimals there are."""
        return sum(token.kind is Kind.DIGIT for token in self.decimals)

    @property
    def whole_places(self) -> int:
        """How many digits there are before the point."""
        return sum(token.kind is Kind.DIGIT for token in self.whole)


@lru_cache(maxsize=1024)
def layout(tokens: tuple[Token, ...]) -> Layout:
    """The layout of a section without power and fraction."""
    point = next((i for i, token in enumerate(tokens) if token.kind is Kind.POINT), len(tokens))
    whole, thousands, grouped = _without_commas(tokens[:point], after_point=False)
    decimals, more, again = _without_commas(tokens[point + 1 :], after_point=True)
    percents = sum(token.kind is Kind.PERCENT for token in tokens)
    return Layout(whole, decimals, point < len(tokens), grouped or again, 2 * percents - _GROUP * (thousands + more))


def _without_commas(tokens: tuple[Token, ...], *, after_point: bool) -> tuple[tuple[Token, ...], int, bool]:
    digits = [i for i, token in enumerate(tokens) if token.kind is Kind.DIGIT]
    first, last = (digits[0], digits[-1]) if digits else (-1, -1)
    if not digits and not after_point:
        return tokens, 0, False
    kept, thousands, grouped, adjacent = list(tokens[: max(first, 0)]), 0, False, True
    for i, token in enumerate(tokens[max(first, 0) :], max(first, 0)):
        if token.kind is not Kind.COMMA:
            kept.append(token)
            adjacent = adjacent and i <= last
        elif i < last:
            grouped = True
        elif adjacent:
            thousands += 1
        else:
            kept.append(token)
    return tuple(kept), thousands, grouped


def rounded_to(x: float, places: int) -> float:
    """A number rounded half away from zero at 15 digits, as `round_half_up` does, but fast for one number alone.

    >>> rounded_to(1.005, 2), rounded_to(-1250.0, -2)
    (1.01, -1300.0)
    """
    return float(_rounded(decimal_of(x), places)) or 0.0


def number_text(tokens: tuple[Token, ...], x: float) -> str:
    """A number that is not negative in the places of a section."""
    plan = layout(tokens)
    return _laid_out(plan, decimal_of(x).scaleb(plan.shift, _EXACT))


def _laid_out(plan: Layout, x: Decimal) -> str:
    shown = f"{_rounded(x, plan.places):f}"
    digits, _, decimals = shown.partition(".")
    digits = digits.lstrip("0")
    text = _whole(plan.whole, digits, grouped=plan.grouped)
    if not plan.whole_places and (plan.has_point or plan.places):
        text += digits
    return text + ("." if plan.has_point else "") + _decimals(plan.decimals, decimals)


def _rounded(x: Decimal, places: int) -> Decimal:
    return x.quantize(Decimal(1).scaleb(-places), context=_EXACT)


def _whole(tokens: tuple[Token, ...], digits: str, *, grouped: bool = False) -> str:
    """Digits from the right; those for which there is no place go to the first."""
    left = sum(token.kind is Kind.DIGIT for token in tokens)
    parts = []
    started = False
    for token in tokens:
        if token.kind is not Kind.DIGIT:
            parts.append(token.text)
            continue
        left -= 1
        for place in range(max(left, len(digits) - 1) if not started else left, left - 1, -1):
            digit = digits[-1 - place] if place < len(digits) else _BLANK[token.text]
            parts.append(digit)
            if grouped and place and place % _GROUP == 0:
                parts.append("," if digit.strip() else digit)
        started = True
    return "".join(parts)


def _decimals(tokens: tuple[Token, ...], digits: str) -> str:
    significant = len(digits.rstrip("0"))
    parts, place = [], 0
    for token in tokens:
        if token.kind is Kind.DIGIT:
            parts.append(digits[place] if place < significant else _BLANK[token.text])
            place += 1
        else:
            parts.append(token.text)
    return "".join(parts)


def exponent_text(tokens: tuple[Token, ...], x: float) -> str:
    """A number that is not negative as a mantissa and a power of ten; the power is a multiple of the whole places."""
    split = next(i for i, token in enumerate(tokens) if token.kind is Kind.POWER)
    plan = layout(tokens[:split])
    exact = decimal_of(x).scaleb(plan.shift, _EXACT)
    step = max(plan.whole_places, 1)
    power = 0
    if x:
        power = exact.adjusted() + (0 if plan.whole_places else 1)
        power = power // step * step
        if _rounded(exact.scaleb(-power, _EXACT), plan.places) >= Decimal(1).scaleb(plan.whole_places):
            power += step
    mantissa = _laid_out(plan, exact.scaleb(-power, _EXACT))
    sign = "-" if power < 0 else "+" if "+" in tokens[split].text else ""
    rest = layout(tokens[split + 1 :])
    return f"{mantissa}E{sign}{_whole(rest.whole, str(abs(power)).lstrip('0'))}{_decimals(rest.decimals, '')}"


@dataclass(frozen=True)
class Fraction:
    """A section with a fraction: where numerator and denominator stand, and the denominator where it is fixed."""

    numerator: slice
    denominator: slice
    fixed: int


@lru_cache(maxsize=1024)
def _fraction(tokens: tuple[Token, ...]) -> Fraction | None:
    slash = next(i for i, token in enumerate(tokens) if token.kind is Kind.SLASH)
    end = slash
    while end > 0 and tokens[end - 1].kind is not Kind.DIGIT:
        end -= 1
    start = end
    while start > 0 and tokens[start - 1].kind is Kind.DIGIT:
        start -= 1
    below = slash + 1
    while below < len(tokens) and tokens[below].kind not in (Kind.DIGIT, Kind.NUMERAL):
        below += 1
    stop = below
    while stop < len(tokens) and tokens[stop].kind in (Kind.DIGIT, Kind.NUMERAL):
        stop += 1
    if start == end or below == stop:
        return None
    text = "".join(token.text for token in tokens[below:stop])
    numerals = any(token.kind is Kind.NUMERAL for token in tokens[below:stop])
    return Fraction(slice(start, end), slice(below, stop), int(text) if numerals and text.isdigit() else 0)


def fraction_text(tokens: tuple[Token, ...], x: float) -> str:
    """A number that is not negative as a fraction, with whole ones where there are places before the numerator."""
    plan = _fraction(tokens)
    if plan is None:
        return number_text(tokens, x)
    over, under = tokens[plan.numerator], tokens[plan.denominator]
    before, _, grouped = _without_commas(tokens[: plan.numerator.start], after_point=False)
    mixed = any(token.kind is Kind.DIGIT for token in before)
    x *= 100.0 ** sum(token.kind is Kind.PERCENT for token in tokens)
    if plan.fixed:
        top, bottom = int(_rounded(decimal_of(x) * plan.fixed, 0)), plan.fixed
    else:
        places = min(max(len(over), len(under)) if mixed else len(under), _LONGEST_DENOMINATOR)
        top, bottom = nearest_fraction(x, 10**places - 1)
    whole = 0
    if mixed:
        whole, top = divmod(top, bottom)
    front = _whole(before, str(whole) if whole or not top else "", grouped=grouped)
    between = "".join(token.text for token in tokens[plan.numerator.stop : plan.denominator.start])
    below = str(bottom) if plan.fixed else _padded_right(under, str(bottom))
    if mixed and not top and not any(token.text == "0" for token in over):
        part = " " * (len(over) + len(between) + len(below if plan.fixed else under))
    else:
        part = _whole(over, str(top)) + between + below
    return front + part + "".join(token.text for token in tokens[plan.denominator.stop :])


def _padded_right(tokens: tuple[Token, ...], digits: str) -> str:
    if all(token.text == "0" for token in tokens):
        return digits.zfill(len(tokens))
    return digits + " " * sum(token.text == "?" for token in tokens[len(digits) :])


def nearest_fraction(x: float, largest: int) -> tuple[int, int]:
    """Numerator and denominator: the last convergent of the continued fraction, in binary numbers as Excel counts.

    >>> nearest_fraction(0.3, 9), nearest_fraction(1.3, 9), nearest_fraction(123.456, 9)
    ((2, 7), (4, 3), (247, 2))
    """
    (top, bottom), (top_before, bottom_before) = (1, 0), (0, 1)
    rest = x
    while True:
        whole = int(rest)
        following = whole * top + top_before, whole * bottom + bottom_before
        if following[1] > largest:
            return top, bottom
        (top_before, bottom_before), (top, bottom) = (top, bottom), following
        if rest - whole < _EXACT_ENOUGH or bottom == largest:
            return top, bottom
        rest = 1 / (rest - whole)


def general_text(x: float) -> str:
    """A number in the format General, which has room for eleven characters beside the sign.

    >>> general_text(123456789012.0), general_text(1 / 3), general_text(-1e-8)
    ('1.23457E+11', '0.333333333', '-0.00000001')
    """
    if x == 0:
        return "0"
    sign, exact = "-" if x < 0 else "", decimal_of(abs(x))
    size = exact.adjusted()
    fits = exact == _rounded(exact, _GENERAL_DECIMALS)
    if size < _GENERAL_WIDTH and (size >= _SMALLEST_ROUNDED or fits):
        places = _GENERAL_DECIMALS if size < 0 else max(0, _GENERAL_DIGITS - 1 - size)
        shown = _rounded(exact, places)
        if shown < Decimal(1).scaleb(_GENERAL_WIDTH):
            text = f"{shown:f}"
            return sign + (text.rstrip("0").rstrip(".") if "." in text else text)
    mantissa, _, power = f"{exact:.5e}".partition("e")
    return f"{sign}{mantissa.rstrip('0').rstrip('.')}E{int(power):+03d}"
