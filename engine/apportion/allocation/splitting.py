"""What each fund pays of a line that more than one fund pays for, to the cent.

A share is of the line in the whole district and the same at every school. "Up to remaining" takes what the fund has
left after all that it pays otherwise and after the lines above; the last fund takes what is left of each school's
dollars, so that the parts add up.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from apportion.allocation.grains import escaped, exactly, this_row
from apportion.allocation.program import FundSteps

if TYPE_CHECKING:
    from apportion.allocation.funding import Part, Split
    from apportion.allocation.program import LineSteps
    from apportion.allocation.rules import Compiler


def split_lines(compiler: Compiler) -> list[LineSteps]:
    """The lines, those of Funding with the columns of what each fund pays."""
    splits = {split.line: split for split in compiler.plan.funding}
    paid: dict[str, list[str]] = {}  # columns of Schools by fund, in the order in which they are known
    for line in compiler.lines:
        if line.line.name not in splits:
            paid.setdefault(line.line.fund.casefold(), []).append(line.dollars)
    for split in splits.values():
        for part in split.parts:
            if part.takes == "share":
                paid.setdefault(part.fund.casefold(), []).append(f"{split.line} dollars from {part.fund}")
    made = []
    for line in compiler.lines:
        mine = splits.get(line.line.name)
        made.append(_split(compiler, line, mine, paid) if mine is not None else line)
    return made


def _split(compiler: Compiler, line: LineSteps, split: Split, paid: dict[str, list[str]]) -> LineSteps:
    funds: list[FundSteps] = []
    for part in split.parts:
        text = _share(compiler, line, part, funds, paid.get(part.fund.casefold(), []))
        share = compiler.step("DistrictTotals", f"{split.line} share from {part.fund}", text)
        own = f"{this_row(line.dollars)}*INDEX(DistrictTotals[{escaped(share)}],1)"
        rounded = f"ROUNDDOWN({own},2)" if part.takes == "up to remaining" else f"ROUND({own},2)"
        if part is split.parts[-1]:
            rounded = f"ROUND({'-'.join(this_row(each) for each in (line.dollars, *(f.dollars for f in funds)))},2)"
        dollars = compiler.step("Schools", f"{split.line} dollars from {part.fund}", rounded)
        funds.append(FundSteps(part.fund, share, dollars))
        if part.takes != "share":
            paid.setdefault(part.fund.casefold(), []).append(dollars)
    return replace(line, funds=tuple(funds), line=replace(line.line, fund=split.told))


def _share(compiler: Compiler, line: LineSteps, part: Part, before: list[FundSteps], paid: list[str]) -> str:
    """The share of a fund, by what it takes."""
    taken = "".join(f"-{this_row(each.share)}" for each in before)
    if part.takes == "share":
        return format(part.share, ".15g")
    if part.takes == "rest":
        return f"1{taken}"
    known = next((name for name in compiler.plan.funds if name.casefold() == part.fund.casefold()), "")
    has = f"INDEX(FundYears[Available],MATCH({exactly(known)},FundYears[Fund],0))" if known else "0"
    used = "".join(f"-SUM(Schools[{escaped(column)}])" for column in paid)
    total = f"SUM(Schools[{escaped(line.dollars)}])"
    return f"IF({total}<=0,0,MIN(1{taken},MAX(0,{has}{used})/{total}))"
