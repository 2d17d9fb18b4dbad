"""From an entry of the registry to a cell function of xlwings Server."""

from __future__ import annotations

import asyncio
import inspect
import math
import types
import typing
from typing import TYPE_CHECKING, Annotated, Any

from xlwings import XlwingsError
from xlwings.pro.udfs_officejs import xlfunc

from apportion.errors import ApportionError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from apportion.registry import Entry


def cell_function(entry: Entry) -> Callable[..., Coroutine[Any, Any, Any]]:
    """The entry as xlwings Server serves it: in a thread, with errors as text and without NaN or infinity."""

    async def serve(*arguments: Any) -> Any:
        given = _with_defaults(entry, [_value(argument) for argument in arguments])
        try:
            result = await asyncio.to_thread(entry.call, *given)
        except ApportionError as error:
            raise XlwingsError(str(error)) from error
        except (TypeError, ValueError, ArithmeticError, LookupError) as error:
            # Any other exception would become "An error occurred." and Excel would call three times again.
            raise XlwingsError(f"{entry.name} cannot use these arguments: {error}") from error
        return _finite(result)

    signature = inspect.Signature([_parameter(each) for each in entry.parameters])
    serve.__name__, serve.__doc__ = entry.name, entry.help
    serve.__signature__ = signature  # type: ignore[attr-defined]
    serve.__annotations__ = {name: each.annotation for name, each in signature.parameters.items()}
    return xlfunc(serve)


def _parameter(parameter: Any) -> inspect.Parameter:
    default = inspect.Parameter.empty if parameter.required else parameter.default
    kind: Any = _without_none(parameter.annotation)
    # Rows stay rows, or a range one row high would come back one column wide; an error cell stays an error,
    # or #N/A students would count as none.
    hint: Any = Annotated[kind, {"doc": parameter.help, "ndim": 2, "err_to_str": True}]
    return inspect.Parameter(parameter.name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=default, annotation=hint)


def _without_none(annotation: Any) -> Any:
    """The type of an optional argument; xlwings knows no unions."""
    kinds = [each for each in typing.get_args(annotation) if each is not type(None)]
    return kinds[0] if isinstance(annotation, types.UnionType) and len(kinds) == 1 else annotation


def _with_defaults(entry: Entry, given: list[Any]) -> list[Any]:
    """An argument that Excel leaves out in the middle arrives as nothing, and means the default."""
    return [
        parameter.default if value is None and not parameter.required else value
        for parameter, value in zip(entry.parameters, given, strict=False)
    ]


def _value(argument: Any) -> Any:
    """A range as a list of rows, a single cell as its value."""
    single = isinstance(argument, list) and len(argument) == 1 and len(argument[0]) == 1
    return argument[0][0] if single else argument


def _finite(result: Any) -> Any:
    if isinstance(result, list):
        return [_finite(each) for each in result]
    return "#NUM!" if isinstance(result, float) and not math.isfinite(result) else result
