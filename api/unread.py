"""An answer that comes before all of its request has: what the sender is still sending.

To close at once resets the connection, and the answer may be lost on its way; to read on takes
whatever the sender has, a gigabyte or a byte a minute.
"""

from __future__ import annotations

import anyio
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.gate import has_body

_SECONDS = 2.0
_BYTES = 16_000_000


class UnreadBodies:
    """After an early answer, passes over some of what still comes, then closes the connection."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not has_body(Headers(scope=scope)):
            await self.app(scope, receive, send)
            return
        ended = False

        async def watched_receive() -> Message:
            nonlocal ended
            message = await receive()
            ended = ended or not message.get("more_body", False)  # also of a disconnect
            return message

        async def watched_send(message: Message) -> None:
            if ended:
                await send(message)
            elif message["type"] == "http.response.start":
                MutableHeaders(scope=message)["Connection"] = "close"
                await send(message)
            elif message.get("more_body", False):
                await send(message)
            else:
                await send({**message, "more_body": True})
                await pass_over()
                await send({"type": "http.response.body", "body": b"", "more_body": False})

        async def pass_over() -> None:
            passed = 0
            with anyio.move_on_after(_SECONDS):
                while not ended and passed < _BYTES:
                    passed += len((await watched_receive()).get("body", b""))

        await self.app(scope, watched_receive, watched_send)
