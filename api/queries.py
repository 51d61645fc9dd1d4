"""A query says only what its route knows: a misspelt filter that is ignored returns everything."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from fastapi import Request

from api.errors import InvalidRequest


class UnknownParameter(InvalidRequest):
    """The route has no such query parameter."""

    code = "unknown_parameter"


async def check_query(request: Request) -> None:  # async: it needs no thread
    """Raises UnknownParameter with the nearest name, and InvalidRequest where one comes twice."""
    given = request.query_params
    if not given:
        return
    known = _known(request)
    for name in given:
        if name not in known:
            raise _unknown(name, request, known)
        if not known[name] and len(given.getlist(name)) > 1:
            raise InvalidRequest(f"query.{name}: is given more than once.", parameter=name)


def _known(request: Request) -> dict[str, bool]:
    """The query parameters that the route describes; True: it may come several times."""
    wanted = request.scope["route"].operation_id  # its path lacks the prefix
    described = next(
        operation
        for methods in request.app.openapi()["paths"].values()
        for operation in methods.values()
        if operation["operationId"] == wanted
    )
    return {
        parameter["name"]: _is_list(parameter["schema"])
        for parameter in described.get("parameters", ())
        if parameter["in"] == "query"
    }


def _is_list(schema: dict[str, Any]) -> bool:
    return any(each.get("type") == "array" for each in (schema, *schema.get("anyOf", ())))


def _unknown(name: str, request: Request, known: dict[str, bool]) -> UnknownParameter:
    nearest = get_close_matches(name.lower(), known, n=1)
    meant = f" Did you mean {nearest[0]}?" if nearest else ""
    all_of_them = ", ".join(sorted(known)) or "none"
    return UnknownParameter(
        f"{request.url.path} has no query parameter {name!r}.{meant} Known: {all_of_them}.",
        parameter=name,
        nearest=nearest,
        known=sorted(known),
    )
