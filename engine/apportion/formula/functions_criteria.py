"""SUMIFS and its family. Equalities are answered by one pass over the range, whatever the number of rows that ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from apportion.formula.criteria import NO_GROUP, Asked, criterion, group_key, groups, meets, meets_each
from apportion.formula.declaration import Function, Style, parameters
from apportion.formula.functions_lookup import failed
from apportion.formula.ranks import ranked
from apportion.formula.values import CALC, DIV, NUMBER, VALUE, Value, joined, merged, where
from apportion.formula.work import APART

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from apportion.formula.values import Codes, Data


def _asked(value: Value) -> Asked:
    """The criteria in an argument, found once for a value."""
    kept = value.indexed("asked")
    if "all" not in kept:
        kept["all"] = _distinct(value)
    found: Asked = kept["all"]
    return found


def _distinct(value: Value) -> Asked:
    """The criteria in an argument; an error in it is a criterion too, as in Excel."""
    keys = value.data
    if value.kinds is not None or value.errors is not None:
        wrong = np.zeros(keys.shape, np.int8) if value.errors is None else value.errors
        tags = np.where(wrong != 0, -wrong, 0 if value.kinds is None else value.kinds)
        keys = np.where(wrong != 0, 0.0, keys) + 1j * tags  # an error or a kind beside every number
    _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    flat = value.reshaped((1, 1, 1, value.data.size)).item((slice(None), slice(None), slice(None), first))
    return Asked([criterion(item) for item in flat.objects()], inverse.reshape(value.shape))


_SMALL = 1024
# Numbers of combinations are kept below this, so that one more range cannot make them overflow.
_TOO_MANY = 1 << 31
# Comparisons that criteria may take which are neither equalities nor a single bound: some ten seconds of them.
_MOST_WORK = 1 << 31
# A text takes so much longer to compare.
_OF_TEXT = 200
# Elements that are compared with all combinations of criteria in one array.
_AT_ONCE = 1 << 22


def _sums(numbers: Data, ids: Data, count: int) -> tuple[Data, Codes | None]:
    return np.bincount(ids, numbers, count).astype(np.float64), None


def _means(numbers: Data, ids: Data, count: int) -> tuple[Data, Codes | None]:
    size = np.bincount(ids, minlength=count)
    return np.bincount(ids, numbers, count) / np.maximum(size, 1), where(size == 0, DIV)


def _extremes(ufunc: np.ufunc, start: float) -> Callable[[Data, Data, int], tuple[Data, Codes | None]]:
    def body(numbers: Data, ids: Data, count: int) -> tuple[Data, Codes | None]:
        result = np.full(count, start)
        ufunc.at(result, ids, numbers)
        return np.where(np.isinf(result), 0.0, result), None

    return body


_BODIES = {
    "SUM": _sums,
    "AVERAGE": _means,
    "MIN": _extremes(np.minimum, np.inf),
    "MAX": _extremes(np.maximum, -np.inf),
}


def tallied(how: str, target: Value | None, arguments: Sequence[Value]) -> Value:
    """The sum, count, average or extreme of the elements of `target` where all ranges meet their criteria."""
    ranges = list(arguments[::2])
    if (found := _by_equalities(how, target, ranges, arguments[1::2])) is not None:
        return found
    asked = [_asked(each) for each in arguments[1::2]]
    sizes = {each.shape[2:] for each in (*ranges, *([target] if target is not None else []))}
    if len(sizes) > 1:
        return failed(VALUE)
    if any(each.shape[1] > 1 for each in ranges) or (target is not None and target.shape[1] > 1):
        return _by_row(how, target, ranges, asked)
    scenarios = {each.shape[0] for each in (*ranges, *([target] if target is not None else []))}
    if scenarios == {1}:
        return _by_group(how, target, ranges, asked)
    return _by_scenario(how, target, ranges, asked, max(scenarios))


def _by_equalities(how: str, target: Value | None, ranges: list[Value], criteria: Sequence[Value]) -> Value | None:
    """The usual case: one text criterion that differs by row, beside others that are constants, all plain equalities.

    Every group of the range is tallied once for all rows, and again only when another target is asked for. None when
    it is not this case.
    """
    varying = [i for i, each in enumerate(criteria) if each.data.size > 1]
    parts = [*ranges, *([target] if target is not None else [])]
    if len(varying) != 1 or any(each.shape[:2] != (1, 1) or each.shape != parts[0].shape for each in parts):
        return None
    known = [groups(each) for each in ranges]
    wanted = [place for each, asking in zip(known, criteria, strict=True) if (place := each.wanted(asking)) is not None]
    if len(wanted) < len(known):
        return None
    main = known[varying[0]]
    fixed = tuple((known[i], int(place.flat[0])) for i, place in enumerate(wanted) if i not in varying)
    kept = (ranges[0] if target is None else target).indexed("tallied")
    asked, result, errors = kept.get("last", (None, None, None))
    if asked != (how, main, fixed):
        inside = main.ids != NO_GROUP
        for each, number in fixed:
            inside = inside & (each.ids == number)
        result, errors = _tally(how, target, np.maximum(main.ids, 0), inside, main.size)
        kept["last"] = (how, main, fixed), result, errors
    return _picked(result, errors, wanted[varying[0]])


def _by_scenario(how: str, target: Value | None, ranges: list[Value], asked: list[Asked], count: int) -> Value:
    def of(value: Value, i: int) -> Value:
        return value if value.shape[0] == 1 else value.item((slice(i, i + 1),))

    def criteria_of(each: Asked, i: int) -> Asked:
        return each if each.codes.shape[0] == 1 else Asked(each.distinct, each.codes[i : i + 1])

    parts = [
        _by_group(how, None if target is None else of(target, i), [of(each, i) for each in ranges],
                  [criteria_of(each, i) for each in asked])
        for i in range(count)
    ]  # fmt: skip
    return joined(parts, 0)


def _by_group(how: str, target: Value | None, ranges: list[Value], asked: list[Asked]) -> Value:
    """Every element of the ranges gets the number of the combination that it belongs to; each row asks for one."""
    shape = np.broadcast_shapes(*(each.codes.shape for each in asked))
    ids = np.zeros(ranges[0].data.size, dtype=np.intp)
    wanted = np.zeros(shape, dtype=np.intp)
    numbered = 1
    loose: list[tuple[Value, Asked]] = []
    for elements, each in zip(ranges, asked, strict=True):
        keys = [group_key(one) for one in each.distinct]
        if None in keys:
            loose.append((elements, each))
            continue
        known = groups(elements)
        width = len(known.index) + 1
        places = np.array([known.index.get(key, width - 1) for key in keys], dtype=np.intp)
        ids = np.where((known.ids == NO_GROUP) | (ids < 0), -1, ids * width + known.ids)
        wanted = wanted * width + places[each.codes]
        numbered *= width
        if numbered > _TOO_MANY:
            distinct, ids = np.unique(np.append(ids, wanted), return_inverse=True)
            ids, wanted = np.split(ids - int(distinct[0] < 0), [-wanted.size])
            wanted = wanted.reshape(shape)
            numbered = distinct.size
    combinations, wanted = np.unique(wanted, return_inverse=True)
    wanted = np.broadcast_to(wanted.reshape(shape), shape)
    place, inside = _places(combinations, ids)
    if len(loose) == 1 and how in ("SUM", "COUNT"):
        found = ranked(target, (place, inside, combinations.size, wanted), *loose[0])
        if found is not None:
            return found
    if not loose:
        result, errors = _tally(how, target, place, inside, combinations.size)
        return _picked(result, errors, wanted)
    return _loose(how, target, (place, inside, combinations.size, wanted), loose)


def _places(combinations: Data, ids: Data) -> tuple[Data, Data]:
    """For each element the place of its number among those that are asked for, and whether it is there."""
    highest = int(combinations[-1])
    if highest <= 2 * ids.size + _SMALL:
        table = np.full(highest + 2, -1, dtype=np.intp)
        table[combinations] = np.arange(combinations.size)
        place = table[np.minimum(ids, highest + 1)] if int(ids.max(initial=0)) > highest else table[ids]
        inside = (place >= 0) & (ids >= 0)
        return np.maximum(place, 0), inside
    place = np.minimum(np.searchsorted(combinations, ids), combinations.size - 1)
    return place, (combinations[place] == ids) & (ids >= 0)


def _tally(how: str, target: Value | None, place: Data, inside: Data, count: int) -> tuple[Data, Codes | None]:
    if target is None:
        return np.bincount(place[inside], minlength=count).astype(np.float64), None
    counted = inside & target.is_kind(NUMBER).ravel()
    result, errors = _BODIES[how](target.data.ravel()[counted].astype(np.float64), place[counted], count)
    if target.errors is not None:
        wrong = inside & (target.errors.ravel() != 0)
        codes = np.zeros(count, dtype=np.int8)
        codes[place[wrong][::-1]] = target.errors.ravel()[wrong][::-1]
        errors = merged(codes if codes.any() else None, errors)
    return result, errors


def _picked(result: Data, errors: Codes | None, wanted: Data) -> Value:
    return Value(NUMBER, result[wanted], None if errors is None else errors[wanted])


def _loose(
    how: str, target: Value | None, grouped: tuple[Data, Data, int, Data], loose: list[tuple[Value, Asked]]
) -> Value:
    """Criteria that are no plain equality: one pass over the range for each distinct combination of them."""
    place, inside, count, wanted = grouped
    shape = np.broadcast_shapes(wanted.shape, *(each.codes.shape for _, each in loose))
    key = np.zeros(shape, dtype=np.intp)
    for _, each in loose:
        key = key * len(each.distinct) + each.codes
    result, codes = np.zeros(shape), np.zeros(shape, dtype=np.int8)
    wanted = np.broadcast_to(wanted, shape)
    combinations = np.unique(key)
    of_texts = sum(_patterns(each) * len(elements.words.items) for elements, each in loose)
    if combinations.size * place.size + of_texts * _OF_TEXT > _MOST_WORK:
        return failed(CALC)
    summed = how in ("SUM", "COUNT") and (target is None or target.errors is None)
    if summed and count == 1 and combinations.size * place.size <= _AT_ONCE:
        return Value(NUMBER, _at_once(target, inside, loose, combinations)[np.searchsorted(combinations, key)])
    for combination in combinations.tolist():
        mask, rest = inside, combination
        for elements, each in reversed(loose):
            rest, which = divmod(rest, len(each.distinct))
            mask = mask & meets(each.distinct[which], elements).ravel()
        values, errors = _tally(how, target, place, mask, count)
        asking = key == combination
        result[asking] = values[wanted[asking]]
        if errors is not None:
            codes[asking] = errors[wanted[asking]]
    return Value(NUMBER, result, codes)


def _patterns(asked: Asked) -> int:
    """How many of the criteria ask for texts."""
    return sum(isinstance(each.operand, str) for each in asked.distinct)


def _at_once(target: Value | None, inside: Data, loose: list[tuple[Value, Asked]], combinations: Data) -> Data:
    """The sum, or the count, for every combination of criteria over a short range, such as the steps of a band."""
    mask, rest = np.broadcast_to(inside, (combinations.size, inside.size)), combinations
    for elements, each in reversed(loose):
        rest, which = np.divmod(rest, len(each.distinct))
        mask = mask & meets_each(each.distinct, elements)[which]
    if target is None:
        return np.asarray(mask.sum(axis=1), dtype=np.float64)
    numbers = np.where(target.is_kind(NUMBER), target.data, 0.0).ravel()
    # One after another, as everywhere: a sum in pairs can differ in its last digit.
    return np.asarray(np.cumsum(np.where(mask, numbers, 0.0), axis=1)[:, -1])


def _by_row(how: str, target: Value | None, ranges: list[Value], asked: list[Asked]) -> Value:
    """Ranges that differ by row, such as `[@Level]` or `[@[K]:[5]]`: element by element, one criterion at a time."""
    height, width = np.broadcast_shapes(*(each.codes.shape[2:] for each in asked))
    if (height, width) != (1, 1):
        lines = [
            joined([_by_row(how, target, ranges, [_at(each, i, j) for each in asked]) for j in range(width)], 3)
            for i in range(height)
        ]
        return joined(lines, 2)
    mask: Data = np.ones((1, 1, 1, 1), dtype=bool)
    for elements, each in zip(ranges, asked, strict=True):
        met = np.zeros(np.broadcast_shapes(elements.shape, each.codes.shape), dtype=bool)
        for which, one in enumerate(each.distinct):
            met |= (each.codes == which) & meets(one, elements)
        mask = mask & met
    if target is None:
        return Value(NUMBER, mask.sum(axis=(2, 3), keepdims=True).astype(np.float64))
    shape = np.broadcast_shapes(mask.shape, target.shape)
    outer = int(np.prod(shape[:2]))
    ids = np.broadcast_to(np.arange(outer).reshape(*shape[:2], 1, 1), shape).ravel()
    result, errors = _tally(how, target.broadcast(shape), ids, np.broadcast_to(mask, shape).ravel(), outer)
    wanted = np.arange(outer).reshape(*shape[:2], 1, 1)
    return _picked(result, errors, wanted)


def _at(asked: Asked, row: int, column: int) -> Asked:
    """One criterion of an array of them."""
    i, j = (min(place, size - 1) for place, size in zip((row, column), asked.codes.shape[2:], strict=True))
    return Asked(asked.distinct, asked.codes[:, :, i : i + 1, j : j + 1])


def _several(how: str) -> Callable[..., Value]:
    return lambda target, *arguments: tallied(how, target, arguments)


def _one(how: str) -> Callable[..., Value]:
    def body(elements: Value, wanted: Value, target: Value | None = None) -> Value:
        if target is not None:
            height, width = elements.shape[2:]
            target = target.item(np.s_[:, :, :height, :width])
            if target.shape[2:] != (height, width):  # what lies beside it in the sheet is not known here
                return failed(VALUE)
        return tallied(how, elements if target is None else target, [elements, wanted])

    return body


def _counted(*arguments: Value) -> Value:
    return tallied("COUNT", None, arguments)


def _row(name: str, declared: str, body: Callable[..., Value], repeats: int = 0, since: str = "2007") -> Function:
    source = f"Microsoft Support, {name} function"
    return Function(name, parameters(declared), Style.VALUES, body, repeats, since=since, source=source, weight=APART)


_PAIRS = "criteria_range1:range criteria1:any"

FUNCTIONS = (
    _row("SUMIF", "range:range criteria:any sum_range:range=", _one("SUM")),
    _row("COUNTIF", "range:range criteria:any", _counted),
    _row("AVERAGEIF", "range:range criteria:any average_range:range=", _one("AVERAGE")),
    _row("SUMIFS", f"sum_range:range {_PAIRS}", _several("SUM"), 2),
    _row("COUNTIFS", _PAIRS, _counted, 2),
    _row("AVERAGEIFS", f"average_range:range {_PAIRS}", _several("AVERAGE"), 2),
    _row("MINIFS", f"min_range:range {_PAIRS}", _several("MIN"), 2, "2019"),
    _row("MAXIFS", f"max_range:range {_PAIRS}", _several("MAX"), 2, "2019"),
)
