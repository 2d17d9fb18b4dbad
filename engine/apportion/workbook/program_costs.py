"""What a program costs by year and fund, as a small table and chart on its page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from apportion.tables import column_letters
from apportion.workbook.charts import axis_limits
from apportion.workbook.results_figures import LEFT, money, spoken
from apportion.workbook.sheets import Cell, Chart, Series
from apportion.workbook.styles import SERIES_COLORS

if TYPE_CHECKING:
    from apportion.programs.portfolio import Portfolio

MOST_YEARS, MOST_FUNDS = 3, 5
CHART_SIZE = (345, 190)
CHART_ROWS = CHART_SIZE[1] // 20 + 1
REST = "Other funds"


@dataclass(frozen=True)
class CostBlock:
    """Cells and chart of a program's cost; `next_row` follows the table, `last_row` is the chart's last one."""

    cells: tuple[Cell, ...]
    charts: tuple[Chart, ...]
    next_row: int
    last_row: int


Costs = Mapping[tuple[str, int], float]


def costs_of(portfolio: Portfolio) -> Mapping[str, Costs]:
    """By program its dollars by fund and year."""
    found: dict[str, dict[tuple[str, int], float]] = {}
    rows = portfolio.costs[["Program", "Fund", "Year", "Dollars"]]
    for code, fund, year, dollars in rows.itertuples(index=False, name=None):
        own = found.setdefault(code, {})
        own[fund, int(year)] = own.get((fund, int(year)), 0.0) + dollars
    return found


def cost_block(own: Costs, every_year: Sequence[int], sheet: str, row: int, beside: int) -> CostBlock:
    """The cost of a program from a row on, by fund and the first years, with its chart in the column `beside`."""
    years = tuple(every_year[:MOST_YEARS])
    if not any(year in years for _, year in own):
        missing = Cell(row + 1, LEFT, "ProgramCosts has no cost of it in these years.", "muted")
        return CostBlock((missing,), (), row + 2, row + 2)
    by_fund = _by_fund(own, years)
    top = row + 1
    cells = [Cell(top, LEFT, "Cost by the fund to pay it", "header")]
    cells += [Cell(top, LEFT + at, f"FY{year}", "header_number") for at, year in enumerate(years, 1)]
    for down, (fund, dollars) in enumerate(by_fund.items(), top + 1):
        cells.append(Cell(down, LEFT, fund, "row"))
        cells += [Cell(down, LEFT + at, amount, "row_dollars") for at, amount in enumerate(dollars, 1)]
    last = top + len(by_fund)
    cells += _total(by_fund, len(years), top, last)
    series = tuple(
        Series(
            fund, (sheet, top, LEFT + 1, top, LEFT + len(years)), (sheet, at, LEFT + 1, at, LEFT + len(years)),
            SERIES_COLORS[(at - top - 1) % len(SERIES_COLORS)],
        )
        for at, fund in enumerate(by_fund, top + 1)
    )  # fmt: skip
    by_year = map(sum, zip(*by_fund.values(), strict=True))
    chart = Chart(
        "stacked_column", top, beside, _title(by_fund, years), series, number_format='$#,##0,"K"',
        width=CHART_SIZE[0], height=CHART_SIZE[1], y_limits=axis_limits([0.0, *by_year], 4),
    )  # fmt: skip
    return CostBlock(tuple(cells), (chart,), last + 2, top + CHART_ROWS)


def _by_fund(own: Costs, years: tuple[int, ...]) -> dict[str, list[float]]:
    """Dollars by fund and year, the largest fund first; very many funds are one in the end."""
    funds = dict.fromkeys(fund for fund, year in own if year in years)
    dollars = {fund: [money(own.get((fund, year), 0.0)) for year in years] for fund in funds}
    ordered = sorted(dollars, key=lambda fund: -sum(dollars[fund]))
    kept = ordered if len(ordered) <= MOST_FUNDS else ordered[: MOST_FUNDS - 1]
    rest = [dollars[fund] for fund in ordered[len(kept) :]]
    together = {REST: [money(sum(of_year)) for of_year in zip(*rest, strict=True)]} if rest else {}
    return {fund: dollars[fund] for fund in kept} | together


def _total(by_fund: dict[str, list[float]], years: int, top: int, last: int) -> Iterator[Cell]:
    yield Cell(last + 1, LEFT, "Total", "total")
    for at in range(years):
        letter = column_letters(LEFT + 2 + at)
        total = money(sum(dollars[at] for dollars in by_fund.values()))
        yield Cell(last + 1, LEFT + 1 + at, total, "total_dollars", f"SUM({letter}{top + 2}:{letter}{last + 1})")


def _title(by_fund: dict[str, list[float]], years: tuple[int, ...]) -> str:
    first = sum(dollars[0] for dollars in by_fund.values())
    return f"{spoken(first)} in FY{years[0]}"
