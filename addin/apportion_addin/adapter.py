"""From an entry of the registry to a cell function of xlwings Server."""

from __future__ import annotations

import asyncio
import inspect
import typing
from typing import TYPE_CHECKING, Annotated, Any

from xlwings import XlwingsError
from xlwings.pro.udfs_officejs import xlfunc

from apportion.errors import ApportionError
from apportion_addin.conversion import CellsOfExcel

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from apportion.registry import Entry, Parameter


def cell_function(entry: Entry) -> Callable[..., Coroutine[Any, Any, Any]]:
    """The entry as xlwings Server serves it: in a thread, with errors as sentences."""

    async def serve(*arguments: Any) -> Any:
        try:
            # The number of arguments is looked at first, by what was sent.
            given = entry.arguments(arguments)
            given = [_value(parameter, each) for parameter, each in zip(entry.parameters, given, strict=True)]
            result = await asyncio.to_thread(entry.call, *entry.arguments(given))
        except ApportionError as error:
            raise XlwingsError(str(error)) from error
        except (TypeError, ValueError, ArithmeticError, LookupError) as error:
            # Any other exception would become "An error occurred." and Excel would call three times again.
            raise XlwingsError(f"{entry.name} cannot use these arguments: {error}") from error
        return result

    signature = inspect.Signature([_parameter(each) for each in entry.parameters])
    serve.__name__, serve.__doc__ = entry.name, entry.help
    serve.__signature__ = signature  # type: ignore[attr-defined]
    serve.__annotations__ = {name: each.annotation for name, each in signature.parameters.items()}
    served = xlfunc(serve)
    declared = served.__xlfunc__  # type: ignore[attr-defined]
    for each in (*declared["args"], declared["ret"]):
        each["options"]["convert"] = CellsOfExcel
    return served


def _parameter(parameter: Parameter) -> inspect.Parameter:
    default = inspect.Parameter.empty if parameter.required else parameter.default
    # xlwings converts nothing: cells come as they are, and the functions say what they cannot use.
    kind: Any = parameter.annotation if parameter.choices else Any
    hint: Any = Annotated[kind, {"doc": parameter.help}]
    return inspect.Parameter(parameter.name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=default, annotation=hint)


def _value(parameter: Parameter, argument: Any) -> Any:
    """A range as a list of rows, a single cell as its value unless a range is meant; blanks and "" are None."""
    if _is_range(parameter) or not isinstance(argument, list):
        return argument
    single = len(argument) == 1 and isinstance(argument[0], list) and len(argument[0]) == 1
    return argument[0][0] if single else argument


def _is_range(parameter: Parameter) -> bool:
    """Whether an argument is always rows, also where the range is one cell."""
    kinds = (parameter.annotation, *typing.get_args(parameter.annotation))
    return any(typing.get_origin(kind) is list for kind in kinds)

