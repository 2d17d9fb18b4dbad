"""An amount of the campus or the district, shared out to schools: exact parts, or whole steps by largest remainder.

In steps (a day a week is 0.2 FTE; dollars are shared to the cent) every school first gets its whole steps; those left
over go to the largest remainders, equal ones in the order of Schools, so that the parts add up to the amount.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from apportion.allocation.grains import CAMPUS, OWN_CAMPUS, escaped, this_row
from apportion.allocation.rule import EQUAL_PARTS
from apportion.rounding import CENT, whole_parts

if TYPE_CHECKING:
    from apportion.allocation.program import RuleSteps
    from apportion.allocation.rule import Rule
    from apportion.allocation.rules import Compiler
    from apportion.allocation.scope import Scope

ORDER = "School order"


def shared_out(compiler: Compiler, steps: RuleSteps, scope: Scope) -> RuleSteps:
    """The steps with each school's part of the amount in `result`."""
    rule, label = steps.rule, steps.rule.label
    share = compiler.step("Schools", f"{label} share by", f"IF({this_row(steps.applies)},{_by(compiler, rule)},0)")
    shares = compiler.step(scope.table, f"{label} shared by", scope.sum_of(share))
    amount, all_shares = _fetched(scope, steps.limited), _fetched(scope, shares)
    step = rule.share_step if rule.share_step is not None else None if rule.gives_fte else CENT
    steps = replace(steps, share=share, shares=shares)
    if step is None:
        text = f"IF({all_shares}=0,0,{amount}*{this_row(share)}/{all_shares})"
        return replace(steps, result=compiler.step("Schools", f"{label} shared", text))
    if step <= 0:
        compiler.report(rule, "Share step")("a step is larger than 0.", "Write 1, 0.5, 0.2 or 0.1.")
        return steps
    parts = whole_parts(step)
    many = f"ABS({this_row(steps.limited)})" + (f"*{parts}" if parts else f"/{step:.15g}")
    count = compiler.step(scope.table, f"{label} steps", f"ROUND({many},0)")
    exact = f"IF({all_shares}=0,0,{this_row(share)}*{_fetched(scope, count)}/{all_shares})"
    exact = compiler.step("Schools", f"{label} exact", exact)
    whole = compiler.step("Schools", f"{label} whole", f"ROUNDDOWN({this_row(exact)},0)")
    # Times all shares, so that equal remainders of whole students are equal in binary numbers too.
    over = f"{this_row(share)}*{_fetched(scope, count)}-{this_row(whole)}*{all_shares}"
    rest = compiler.step("Schools", f"{label} rest", f"ROUND({over},6)")
    left = compiler.step(scope.table, f"{label} left", f"{this_row(count)}-{scope.sum_of(whole)}")
    rank = compiler.step("Schools", f"{label} rank", _rank(rest, campus=rule.grain == "campus"))
    more = f"IF({this_row(rank)}<{_fetched(scope, left)},1,0)"
    size = f"/{parts}" if parts else f"*{step:.15g}"
    text = f"IF({all_shares}=0,0,SIGN({amount})*({this_row(whole)}+{more}){size})"
    return replace(steps, result=compiler.step("Schools", f"{label} shared", text))


def _by(compiler: Compiler, rule: Rule) -> str:
    """What a school's part is measured by."""
    asked = rule.share_by or rule.group or compiler.plan.total_group or EQUAL_PARTS
    if asked.casefold() == EQUAL_PARTS:
        return "1"
    say = compiler.report(rule, "Share by" if rule.share_by else "Group")
    column = compiler.counted(say, asked, compiler.scopes["school"])
    return this_row(column) if column else "0"


def _fetched(scope: Scope, column: str) -> str:
    """A column of the campus or the district, as a school sees it."""
    name = escaped(column)
    if scope.grain == "district":
        return f"INDEX(DistrictTotals[{name}],1)"
    return f"INDEX(Campuses[{name}],MATCH([@[{OWN_CAMPUS}]],Campuses[{CAMPUS}],0))"


def _rank(rest: str, *, campus: bool) -> str:
    """How many schools come before this one: with a larger remainder, or with an equal one and higher up."""
    own = f"Schools[{OWN_CAMPUS}],[@[{OWN_CAMPUS}]]," if campus else ""
    rests, here = f"Schools[{escaped(rest)}]", this_row(rest)
    equal = f'COUNTIFS({own}{rests},{here},Schools[{ORDER}],"<"&{this_row(ORDER)})'
    return f'COUNTIFS({own}{rests},">"&{here})+{equal}'
