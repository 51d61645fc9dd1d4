"""What each route may answer that is no success, for the description."""

from __future__ import annotations

from typing import Any

from api.schemas.errors import ErrorAnswer

Answers = dict[int | str, dict[str, Any]]

_WHEN = {
    400: "It is not valid HTTP/1.1, such as Chinese characters in an address.",
    401: "No key, or one that does not count.",
    403: "The key lacks the scope, or a page of another site asks for a change.",
    404: "There is nothing with that id, or at that path.",
    408: "The request has not arrived in time.",
    409: "How it stands now does not allow it.",
    410: "The outputs of that time are not kept any more.",
    413: "The body is too large.",
    415: "The body is of a type that this route does not take.",
    421: "The service is not known under the name in the address.",
    422: "The request is invalid.",
    429: "Too many requests in a minute, or documents that are unfinished.",
    431: "The head of the request is too large.",
    503: "The database does not answer, or something else is not ready.",
    507: "The disk of the service is full.",
}


# Not as a model: FastAPI would describe it in the media type of the route's other answers.
_SHAPE = {"application/json": {"schema": {"$ref": f"#/components/schemas/{ErrorAnswer.__name__}"}}}


def refusals(*statuses: int) -> Answers:
    return {status: {"content": _SHAPE, "description": _WHEN[status]} for status in statuses}


# Of every route: the protocol, the gate and the store.
OF_ALL = refusals(400, 408, 421, 429, 431)
OF_ROUTES = OF_ALL | refusals(401, 403, 404, 422, 503)
# Of what changes something, or has a body.
OF_CHANGES = refusals(413)
