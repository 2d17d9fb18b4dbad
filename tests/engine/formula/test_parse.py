"""Reading formulas: references, positions of what is wrong, and the text for a file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apportion.formula import Formula, FormulaError, Reference, parse
from apportion.formula import tree as t
from apportion.formula.tree import ColumnReference, Node
from apportion.formula.writing import Writer


@pytest.mark.parametrize(
    ("text", "expected"),
    (
        ("=[@Col]", (None, "Col", True, None)),
        ("=[@[Col name]]", (None, "Col name", True, None)),
        ("=[Col]", (None, "Col", False, None)),
        ("=[[Col name]]", (None, "Col name", False, None)),
        ("=[Col name]", (None, "Col name", False, None)),
        ("=Weights[Code]", ("Weights", "Code", False, None)),
        ("=Weights[@Code]", ("Weights", "Code", True, None)),
        ("=Weights[[#This Row],[Code]]", ("Weights", "Code", True, None)),
        ("=Weights[[#Data],[Code]]", ("Weights", "Code", False, None)),
        ("=[@Q1]", (None, "Q1", True, None)),
        ("=[@FY24]", (None, "FY24", True, None)),
        ("=[@['#1 '[K'] it''s]]", (None, "#1 [K] it's", True, None)),
        ("=[@[two\nlines]]", (None, "two\nlines", True, None)),
        ("=Base", (None, None, False, "Base")),
        ("=$A$8", (None, None, False, "$A$8")),
        ("=A4:A10", (None, None, False, "A4:A10")),
        ("='Sheet 2'!B1", (None, None, False, "'Sheet 2'!B1")),
    ),
)
def test_references_keep_the_spelling_of_their_author(text: str, expected: tuple[object, ...]) -> None:
    """Columns that look like cells are columns."""
    (found,) = parse(text).references
    assert (found.table, found.column, found.this_row, found.name) == expected
    assert (found.start, found.end) == (1, len(text))


def test_a_span_of_columns_names_its_ends() -> None:
    """`[@[K]:[5]]` is one reference."""
    (found,) = parse("=SUM([@[K]:[5]])").references
    assert found == Reference(None, "K", this_row=True, name=None, start=5, end=15, last="5")


def test_names_of_let_are_no_references() -> None:
    """Only what the formula takes from outside is a reference."""
    assert [each.name for each in parse("=LET(x,Base,x+y)").references] == ["Base", "y"]


def test_equal_texts_are_read_once() -> None:
    """The cache gives the same object."""
    assert parse("=1+[@A]") is parse("=1+[@A]")


@pytest.mark.parametrize(
    ("text", "position", "says"),
    (
        ("1+1", 0, "begins with an equal sign"),
        ("=", 1, "nothing after"),
        ("=1+", 3, "ends where a value should follow"),
        ("=(1+2", 1, "not closed"),
        ("=1+2)", 4, "closes nothing"),
        ("=1)+(2", 2, "closes nothing"),
        ("=ROND(1,2)", 1, 'Nearest: "ROUND"'),
        ("=1+ROUND(1)", 3, "needs 2 arguments, and 1 is given"),
        ("=IF(1,2,3,4)", 1, "at most 3 arguments"),
        ("=COUNTIFS([A],1,[B])", 1, "in pairs"),
        ("=[@A", 1, "bracket is not closed"),
        ("=[@A]]", 5, "cannot stand here"),
        ('="abc', 1, "text is not closed"),
        ("=1 2", 3, "no operator"),
        ("=A1 B1", 4, "no operator"),
        ("=*2", 1, "missing before"),
        ("=1+*2", 3, "missing before"),
        ("=(1,2)", 3, "outside of a function"),
        ("={1,2;3}", 1, "differ in length"),
        ("={1,[A]}", 4, "holds only numbers"),
        ("=SUM(1,,)+()", 11, "missing before"),
        ("=12abc", 1, "neither a number nor a name"),
        ("=Weights[#All]", 1, "not supported"),
        ("=LET(1,2,3)", 1, "pairs of a name"),
        ("=1E999", 1, "too large"),
        ("=\n\n1+\n  ROND(2)", 8, "no function"),
    ),
)
def test_what_is_wrong_is_pointed_at(text: str, position: int, says: str) -> None:
    """Position, remedy, and the nearest name."""
    with pytest.raises(FormulaError) as caught:
        parse(text)
    assert caught.value.position == position
    assert says in str(caught.value)
    assert caught.value.text == text


def test_the_caret_stands_under_the_place() -> None:
    """Only the line with the trouble is shown."""
    with pytest.raises(FormulaError) as caught:
        parse("=1+\n  ROND(2)")
    assert caught.value.pointed().splitlines()[1:] == ["  ROND(2)", "  ^"]


@pytest.mark.parametrize(
    ("text", "expected"),
    (
        ("=[@A]", "=Schools[[#This Row],[A]]"),
        ("=SUM([A b])", "=SUM(Schools[A b])"),
        ("=Weights[@[x #1]]", "=Weights[[#This Row],[x '#1]]"),
        ("=(1+2)*3-(4-5)", "=(1+2)*3-(4-5)"),
        ("=((1))", "=1"),
        ("=-(2^2)", "=-(2^2)"),
        ("=(-2)^2", "=-2^2"),
        ("=ifs([@A]=1,2)", "=_xlfn.IFS(Schools[[#This Row],[A]]=1,2)"),
        ("=SWITCH(1,2,3)+XLOOKUP(1,[A],[B])", "=_xlfn.SWITCH(1,2,3)+_xlfn.XLOOKUP(1,Schools[A],Schools[B])"),
        ("=LET(x,1,x+Base)", "=_xlfn.LET(_xlpm.x,1,_xlpm.x+Base)"),
        ("=ROUND([@A],)", "=ROUND(Schools[[#This Row],[A]],)"),
        ('="a ""b"""', '="a ""b"""'),
        ("=40%", "=40%"),
        ("=SUM([@[K]:[5]])", "=SUM(Schools[[#This Row],[K]:[5]])"),
        ('={1,-2;TRUE,"x"}', '={1,-2;TRUE,"x"}'),
    ),
)
def test_the_text_for_a_file(text: str, expected: str) -> None:
    """References in full, prefixes where a newer Excel brought the function, no parentheses without need."""
    assert parse(text).live("Schools") == expected


def test_names_and_columns_can_stand_for_something_else() -> None:
    """The proof puts rates where names were."""
    live = parse("=[@A]*base+Weights[B]").live("Schools", {"Base": "Rates!$B$2", ("schools", "a"): "$C5"})
    assert live == "=$C5*Rates!$B$2+Weights[B]"


names = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,8}", fullmatch=True).filter(
    lambda name: name.upper() not in ("TRUE", "FALSE")
)
columns = st.text(
    st.characters(codec="utf-8", exclude_categories=("C",), exclude_characters="\x0b"), min_size=1, max_size=12
).filter(lambda name: name == name.strip() and not name.startswith("@"))
literals = st.one_of(
    st.floats(0, 1e12, allow_nan=False).map(lambda x: t.Literal(float(f"{x:.15g}"))),  # as many digits as are kept
    st.text(st.characters(codec="utf-8", exclude_categories=("C",)), max_size=8).map(t.Literal),
    st.booleans().map(t.Literal),
)
leaves = st.one_of(
    literals, names.map(t.Name), st.builds(ColumnReference, st.one_of(st.none(), names), columns, st.booleans())
)


def grown(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """Larger trees from smaller ones."""
    return st.one_of(
        st.builds(t.Binary, st.sampled_from(sorted(t.PRECEDENCE)), children, children),
        st.builds(t.Unary, st.sampled_from("+-%"), children),
        st.builds(lambda a, b: t.Call("ROUND", (a, b)), children, children),
        st.builds(lambda a, b: t.Call("IFS", (a, b)), children, children),
    )


trees = st.recursive(leaves, grown, max_leaves=25)


@given(tree=trees)
def test_a_tree_written_and_read_is_the_same_tree(tree: Node) -> None:
    """Minimal parentheses are enough."""
    assert parse("=" + Writer().text(tree)).tree == tree


@given(tree=trees)
def test_a_file_text_read_and_written_is_the_same_text(tree: Node) -> None:
    """What a file holds can be read back, and means the same there."""
    live = Formula("", tree).live("Schools")
    assert parse(live).live("Schools") == live
