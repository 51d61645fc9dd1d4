"""Who did what: written before the answer is sent, so that whoever has it is in the log."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import partial
from typing import Any

import anyio.to_thread
from fastapi import Request
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError
from starlette.datastructures import Headers
from starlette.types import Message, Send

from api.access import Rule
from api.console.refusing import API_PREFIX
from api.limits import address_of
from api.service import Service
from zhibiao.domain.access import Caller
from zhibiao.store.access import audit

log = logging.getLogger(__name__)

LOG_IN = "log in"  # an action that no route declares: what is wrong is no entry
_LONGEST = 2000  # characters that are kept of a path or a query
_NO_TABLE = ("application/json", "text/html")


def note(request: Request, **facts: Any) -> None:
    """Facts for the audit log: the run that a submission became. Never a secret."""
    request.scope.setdefault("state", {}).setdefault("facts", {}).update(facts)


def audited(request: Request, rule: Rule, caller: Caller, send: Send) -> Send:
    """A `send` that notes what was done, or forbidden, before the answer begins."""
    action = rule.action
    if action is None:
        return send

    async def noting_send(message: Message) -> None:
        if message["type"] == "http.response.start":
            status = message["status"]
            noted = not rule.only_tables or _is_table(message)
            if noted and (status < 400 or status == 403):
                await anyio.to_thread.run_sync(partial(_write, request, caller, action, status))
        await send(message)

    return noting_send


def _is_table(message: Message) -> bool:
    kind = Headers(raw=message["headers"]).get("content-type", "")
    return not kind.startswith(_NO_TABLE)


def _write(request: Request, caller: Caller, action: str, status: int) -> None:
    service: Service = request.app.state.service
    facts = dict(request.scope.get("state", {}).get("facts", {}))
    query = request.scope["query_string"].decode("ascii", "replace")
    is_api = request.scope["path"].startswith(API_PREFIX)
    if query and status < 400 and is_api:  # by then it holds only what the route knows
        facts["query"] = query[:_LONGEST]
    try:
        with service.store.write() as connection:
            now = service.store.now(connection)
            _record(connection, request, caller, action, status, facts, now)
    except SQLAlchemyError as error:
        # What was done is done. The driver's message would hold the statement with its values.
        kind = type(error).__name__
        log.error("%s by %s is not in the audit log: %s", action, caller.name, kind)  # noqa: TRY400


def record_login(connection: Connection, request: Request, caller: Caller, *, now: float) -> None:
    """Note a log-in, with the log-in itself."""
    _record(connection, request, caller, LOG_IN, 303, {}, now)


def _record(
    connection: Connection,
    request: Request,
    caller: Caller,
    action: str,
    status: int,
    facts: Mapping[str, Any],
    now: float,
) -> None:
    audit.record(
        connection,
        caller=caller.name,
        action=action,
        path=storable(request.scope["path"])[:_LONGEST],
        status=status,
        facts=facts,
        address=address_of(request),
        request_id=str(request.scope.get("state", {}).get("request_id", "")),
        now=now,
    )


def storable(written: str) -> str:
    """Without what PostgreSQL cannot store."""
    return written.replace("\0", "").encode("utf-8", "replace").decode()
