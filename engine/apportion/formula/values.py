"""Values of formulas: arrays over scenario, row, array row and array column, each element of an Excel type.

The four axes broadcast. `[@A]` has the shape (1, n, 1, 1), a whole column `[A]` (1, 1, n, 1), a name (1, 1, 1, 1),
and a name with one value per scenario (s, 1, 1, 1).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from apportion import rounding
from apportion.formula.errors import ExcelError
from apportion.formula.numbers_in_text import number_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    Data = NDArray[Any]
    Codes = NDArray[np.int8]

NUMBER, TEXT, BOOLEAN, BLANK, MIXED = range(5)
ERRORS = tuple(ExcelError)
CODE = {error: np.int8(code) for code, error in enumerate(ERRORS, start=1)}
NULL, DIV, VALUE, REF, NAME, NUM, NA, SPILL, CALC = CODE.values()
_BY_TEXT = {str(error): error for error in ERRORS}

AXES = 4
ROW, COLUMN = 1, 2


class Texts:
    """The distinct texts of a value; elements are codes into them. Folding ignores case, as Excel compares."""

    __slots__ = ("_folded", "_ids", "_index", "_numbers", "_others", "criteria", "items", "order")

    def __init__(self, items: Sequence[str]) -> None:
        self.items = items
        self.criteria: list[Any] | None = None
        self.order: Data | None = None
        self._others: tuple[Texts, Data] | None = None
        self._folded: list[str] | None = None
        self._ids: Data | None = None
        self._index: dict[str, int] | None = None
        self._numbers: Data | None = None

    @property
    def folded(self) -> list[str]:
        """The texts in lower case."""
        if self._folded is None:
            self._folded = [item.lower() for item in self.items]
        return self._folded

    @property
    def index(self) -> dict[str, int]:
        """Folded text to the id that all its spellings share."""
        if self._index is None:
            self._index = {}
            for item in self.folded:
                self._index.setdefault(item, len(self._index))
        return self._index

    @property
    def ids(self) -> Data:
        """For each code the id of its folded text."""
        if self._ids is None:
            self._ids = np.array([self.index[item] for item in self.folded], dtype=np.intp)
        return self._ids

    def ids_in(self, known: Texts) -> Data:
        """For each code the id of its text in other texts, -1 where it is unknown there; kept for the last of them."""
        if self._others is None or self._others[0] is not known:
            ids = np.array([known.index.get(item, -1) for item in self.folded], dtype=np.intp)
            self._others = known, ids
        return self._others[1]

    @property
    def numbers(self) -> Data:
        """For each code the number that its text stands for, or NaN."""
        if self._numbers is None:
            self._numbers = np.array([number_in(item) for item in self.items], dtype=np.float64)
        return self._numbers


_NO_TEXTS = Texts(())


class Value:
    """Elements of Excel's types; `kinds` and `errors` are None when all elements are of one kind and none is wrong.

    `data` holds numbers, truths, or codes into `texts`; where kinds are mixed, all of them as float64.
    `errors` holds 0 or the code of an error. `kinds` and `errors` have the shape of `data`.
    """

    __slots__ = ("as_numbers", "clean", "data", "errors", "folded_data", "indexes", "kind", "kinds", "texts")

    def __init__(
        self,
        kind: int,
        data: Data,
        errors: Codes | None = None,
        texts: Texts | None = None,
        kinds: Codes | None = None,
    ) -> None:
        if errors is not None:
            if not errors.any():
                errors = None
            elif errors.shape != data.shape:
                data, errors = np.broadcast_arrays(data, errors)
        if kinds is not None and kinds.shape != data.shape:
            kinds = np.broadcast_to(kinds, data.shape)
        self.kind, self.data, self.errors, self.texts, self.kinds = kind, data, errors, texts, kinds
        self.as_numbers: tuple[Data, Codes | None] | None = None
        self.folded_data: Data | None = None
        self.clean = False
        self.indexes: dict[str, Any] | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        """Scenarios, rows, array rows, array columns."""
        return self.data.shape

    @property
    def words(self) -> Texts:
        """The texts that codes refer to; none where no element is a text."""
        return self.texts or _NO_TEXTS

    @property
    def is_array(self) -> bool:
        """Whether it has more than one element in one row of one scenario."""
        shape = self.data.shape
        return bool(shape[2] != 1 or shape[3] != 1)

    def element_kinds(self) -> Codes:
        """The kind of every element, also where all are the same."""
        if self.kinds is not None:
            return self.kinds
        return np.broadcast_to(np.int8(self.kind), self.data.shape)

    def is_kind(self, kind: int) -> Data:
        """Which elements are of this kind and no error."""
        mask = np.full(self.data.shape, self.kind == kind) if self.kinds is None else self.kinds == kind
        return mask if self.errors is None else mask & (self.errors == 0)

    @property
    def folded(self) -> Data:
        """Ids of a text value's elements that are equal where the texts are, ignoring case."""
        if self.folded_data is None:
            words = self.words
            self.folded_data = self.data if len(words.index) == len(words.items) else words.ids[self.data]
        return self.folded_data

    def indexed(self, name: str) -> dict[Any, Any]:
        """A place to keep what was found out about this value once, such as a look-up table."""
        if self.indexes is None:
            self.indexes = {}
        found: dict[Any, Any] = self.indexes.setdefault(name, {})
        return found

    def rows(self, start: int, stop: int) -> Value:
        """The elements of some rows; what is known about the whole is kept."""
        if self.data.shape[ROW] == 1:
            return self
        part = Value.__new__(Value)
        part.kind, part.texts, part.clean, part.indexes = self.kind, self.texts, self.clean, None
        part.data = self.data[:, start:stop]
        part.errors = None if self.errors is None else self.errors[:, start:stop]
        part.kinds = None if self.kinds is None else self.kinds[:, start:stop]
        part.folded_data = self.folded[:, start:stop] if self.kind == TEXT else None
        part.as_numbers = None
        return part

    def reshaped(self, shape: tuple[int, ...]) -> Value:
        """The same elements with other axes."""
        errors = None if self.errors is None else self.errors.reshape(shape)
        kinds = None if self.kinds is None else self.kinds.reshape(shape)
        value = Value(self.kind, self.data.reshape(shape), errors, self.texts, kinds)
        value.clean = self.clean
        return value

    def item(self, index: tuple[Any, ...]) -> Value:
        """The elements at an index of four axes."""
        errors = None if self.errors is None else self.errors[index]
        kinds = None if self.kinds is None else self.kinds[index]
        return Value(self.kind, self.data[index], errors, self.texts, kinds)

    def broadcast(self, shape: tuple[int, ...]) -> Value:
        """The same elements repeated along axes of length one."""
        if self.data.shape == shape:
            return self
        errors = None if self.errors is None else np.broadcast_to(self.errors, shape)
        kinds = None if self.kinds is None else np.broadcast_to(self.kinds, shape)
        return Value(self.kind, np.broadcast_to(self.data, shape), errors, self.texts, kinds)

    def objects(self) -> list[Any]:
        """All elements, in order, as float, str, bool, None or `ExcelError`."""
        flat = self.data.ravel().tolist()
        if self.kind == TEXT:
            items = self.words.items or [""]
            # Where an error stands, the code is not one of a text.
            flat = [items[code] for code in (flat if self.errors is None else np.where(self.errors, 0, self.data).flat)]
        elif self.kind == BLANK:
            flat = [None] * len(flat)
        elif self.kinds is not None:
            flat = [self._object(k, x) for k, x in zip(self.kinds.ravel().tolist(), flat, strict=True)]
        if self.errors is not None:
            for position in np.flatnonzero(self.errors):
                flat[position] = ERRORS[int(self.errors.ravel()[position]) - 1]
        return flat

    def _object(self, kind: int, x: float) -> object:
        if kind == TEXT:
            return self.words.items[int(x)]
        return None if kind == BLANK else bool(x) if kind == BOOLEAN else x


class Text(str):
    """A text that stays one even where it looks like an error value, such as `Text("#N/A")`."""

    __slots__ = ()


def error_in(text: str) -> ExcelError | None:
    """The error that a text such as "#N/A" stands for."""
    return _BY_TEXT.get(text.upper()) if text[:1] == "#" else None


def held(item: Any) -> Any:
    """What a cell's content stands for: the error that a text such as "#N/A" names, otherwise itself.

    >>> held("#N/A"), held(Text("#N/A")), held(0)
    (ExcelError('#N/A'), '#N/A', 0)
    """
    return (type(item) is str and error_in(item)) or item


def from_objects(items: Iterable[Any], shape: tuple[int, ...]) -> Value:
    """A value made of Python objects: numbers, texts, booleans, None and `ExcelError`."""
    codes: dict[str, int] = {}
    kinds: list[int] = []
    data: list[float] = []
    errors: list[int] = []
    for item in items:
        kind, x, error = _parsed(item, codes)
        kinds.append(kind)
        data.append(x)
        errors.append(error)
    return assembled(
        np.array(data, dtype=np.float64).reshape(shape),
        np.array(kinds, dtype=np.int8).reshape(shape),
        np.array(errors, dtype=np.int8).reshape(shape),
        Texts(list(codes)),
    )


def _parsed(item: Any, codes: dict[str, int]) -> tuple[int, float, int]:
    if isinstance(item, str):
        return TEXT, codes.setdefault(item, len(codes)), 0
    if item is None:
        return BLANK, 0.0, 0
    if isinstance(item, (bool, np.bool_)):
        return BOOLEAN, float(item), 0
    if isinstance(item, ExcelError):
        return NUMBER, 0.0, int(CODE[item])
    x = float(item)
    if x != x:  # noqa: PLR0124 NaN, which tables use for a blank
        return BLANK, 0.0, 0
    return (NUMBER, x, 0) if abs(x) != float("inf") else (NUMBER, 0.0, int(NUM))


def assembled(data: Data, kinds: Codes, errors: Codes | None, texts: Texts | None) -> Value:
    """A value from elements of mixed kinds, in the plainest form: one kind where there is only one."""
    if errors is not None and errors.shape != kinds.shape:
        data, kinds, errors = np.broadcast_arrays(data, kinds, errors)
    first = int(kinds.flat[0]) if kinds.size else NUMBER
    if errors is not None and errors.any():
        plain = kinds[errors == 0]
        first = int(plain[0]) if plain.size else NUMBER
        same = bool((plain == first).all())
    else:
        errors, same = None, bool((kinds == first).all())
    if not same:
        return Value(MIXED, data, errors, texts if (kinds == TEXT).any() else None, kinds)
    if first == TEXT:
        # Where an error stands, what is there may be no code of a text.
        return Value(TEXT, np.where(kinds == TEXT, data, 0).astype(np.intp), errors, texts)
    if first == BOOLEAN:
        return Value(BOOLEAN, data != 0, errors)
    return Value(first, data, errors)


def constant(item: object) -> Value:
    """One element.

    >>> constant(2.5).objects(), constant(None).objects()
    ([2.5], [None])
    """
    value = from_objects([item], (1, 1, 1, 1))
    if value.kind == NUMBER:
        value.clean = bool((rounding.significant(value.data) == value.data).all())
    return value


def merged(first: Codes | None, second: Codes | None) -> Codes | None:
    """Errors of two arguments: where both are wrong, Excel reports the first."""
    if first is None:
        return second
    return first if second is None else np.where(first != 0, first, second)


def where(mask: Data, code: np.int8) -> Codes | None:
    """An error code where the mask is true; None when it nowhere is."""
    return mask * code if mask.any() else None


def common_texts(values: Iterable[Value]) -> tuple[Texts, list[int]]:
    """The texts of several values one after another, and where the codes of each value begin."""
    items: list[str] = []
    offsets: list[int] = []
    begins: dict[int, tuple[int, Texts]] = {}
    for value in values:
        if value.texts is None:
            offsets.append(len(items))
            continue
        known = begins.get(id(value.texts))
        offsets.append(len(items) if known is None else known[0])
        if known is None:
            begins[id(value.texts)] = len(items), value.texts
            items.extend(value.texts.items)
    return Texts(items), offsets


def mixed_parts(value: Value, offset: int) -> tuple[Data, Codes]:
    """Data as float64 with text codes moved by `offset`, and the kind of every element."""
    kinds = value.element_kinds()
    data = value.data.astype(np.float64)
    if value.texts is not None and offset:
        data = np.where(kinds == TEXT, data + offset, data)
    return data, kinds


def choose(mask: Data, yes: Value, no: Value) -> Value:
    """Element by element `yes` where the mask is true, otherwise `no`; kinds and errors go along."""
    errors: Codes | None = None
    if yes.errors is not None or no.errors is not None:
        zero = np.int8(0)
        errors = np.where(mask, zero if yes.errors is None else yes.errors, zero if no.errors is None else no.errors)
    if yes.kind == no.kind and yes.kind not in (TEXT, MIXED):
        return Value(yes.kind, np.where(mask, yes.data, no.data), errors)
    if yes.kind == no.kind == TEXT:
        if yes.texts is no.texts:
            return Value(TEXT, np.where(mask, yes.data, no.data), errors, yes.texts)
        texts, (_, offset) = common_texts((yes, no))
        return Value(TEXT, np.where(mask, yes.data, no.data + offset), errors, texts)
    texts, (_, offset) = common_texts((yes, no))
    (data, kinds), (other, other_kinds) = mixed_parts(yes, 0), mixed_parts(no, offset)
    data, kinds = np.where(mask, data, other), np.where(mask, kinds, other_kinds)
    return assembled(data, kinds, errors, texts)


def joined(values: Sequence[Value], axis: int) -> Value:
    """Values one after another along an axis; along the others they have the same length."""
    if len(values) == 1:
        return values[0]
    errors: Codes | None = None
    if any(value.errors is not None for value in values):
        none = [np.zeros(value.shape, np.int8) if value.errors is None else value.errors for value in values]
        errors = np.concatenate(none, axis)
    kind = values[0].kind
    if kind != MIXED and all(value.kind == kind and value.texts is values[0].texts for value in values):
        return Value(kind, np.concatenate([value.data for value in values], axis), errors, values[0].texts)
    texts, offsets = common_texts(values)
    texts, codes = _without_repeats(texts)
    parts = [mixed_parts(value, offset) for value, offset in zip(values, offsets, strict=True)]
    data, kinds = (np.concatenate([part[i] for part in parts], axis) for i in range(2))
    if codes.size:
        data = np.where(kinds == TEXT, codes[np.where(kinds == TEXT, data, 0).astype(np.intp)], data)
    return assembled(data, kinds, errors, texts)


def _without_repeats(texts: Texts) -> tuple[Texts, Data]:
    index: dict[str, int] = {}
    codes = np.array([index.setdefault(item, len(index)) for item in texts.items], dtype=np.intp)
    return Texts(list(index)), codes
