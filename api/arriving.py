"""An upload on its way over the network: how long it may wait, and how slowly it may come."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import NoReturn

import anyio
import anyio.from_thread
from anyio import CapacityLimiter
from fastapi import FastAPI, Request

from api.errors import RequestTimeout, RequestTooLarge, TooManyUploads

_AT_ONCE = 16  # an upload holds a thread as long as its sender takes
_WAIT_SECONDS = 10.0  # for one of them to end
_RETRY_SECONDS = 10
WINDOW_SECONDS = 20.0  # of waiting for the sender; what it sends in each has to be enough
_WINDOW_BYTES = 20_000  # a telephone line has several times as much


@asynccontextmanager
async def place(app: FastAPI) -> AsyncIterator[CapacityLimiter]:
    """One of the places for uploads, with the threads for all of them. Raises TooManyUploads."""
    # Made here and not at import: they belong to a running event loop.
    state = app.state
    if not hasattr(state, "upload_places"):
        state.upload_places = anyio.Semaphore(_AT_ONCE)
        state.upload_threads = CapacityLimiter(_AT_ONCE)
    places: anyio.Semaphore = state.upload_places
    try:
        with anyio.fail_after(_WAIT_SECONDS):
            await places.acquire()
    except TimeoutError as error:
        raise TooManyUploads(at_once=_AT_ONCE, retry_after_seconds=_RETRY_SECONDS) from error
    try:
        yield state.upload_threads
    finally:
        places.release()


class Body:
    """A request's body as a plain iterator, for code that runs in a thread."""

    def __init__(self, request: Request, limit: int) -> None:
        """`limit` in bytes. Raises RequestTooLarge where more is announced."""
        self._stream: AsyncIterator[bytes] = request.stream()
        self._limit = limit
        self._size = 0
        self._waited_seconds = 0.0  # for the sender alone, in this window
        self._window_bytes = 0
        self.heard: Callable[[], None] = lambda: None  # called with every piece that arrives
        self.content_type = request.headers.get("content-type", "")
        announced = request.headers.get("content-length", "")
        if announced.isdecimal() and int(announced) > limit:
            self._refuse()

    def __iter__(self) -> Iterator[bytes]:
        """Raises RequestTooLarge and RequestTimeout."""
        while True:
            chunk = anyio.from_thread.run(self._following)
            if chunk is None:
                return
            self._size += len(chunk)
            if self._size > self._limit:
                self._refuse()
            self.heard()
            yield chunk

    async def _following(self) -> bytes | None:
        enough = self._window_bytes >= _WINDOW_BYTES
        if enough and self._waited_seconds >= WINDOW_SECONDS:
            self._waited_seconds, self._window_bytes = 0.0, 0
        began = time.monotonic()
        try:
            with anyio.fail_after(WINDOW_SECONDS - (0.0 if enough else self._waited_seconds)):
                chunk = await anext(self._stream, None)
        except TimeoutError:
            self._give_up()
        self._waited_seconds += time.monotonic() - began
        self._window_bytes += len(chunk or b"")
        return chunk

    def _give_up(self) -> NoReturn:
        raise RequestTimeout(
            f"Fewer than {_WINDOW_BYTES:,} bytes of the upload have arrived within "
            f"{WINDOW_SECONDS:g} s.",
            seconds=WINDOW_SECONDS,
            bytes=_WINDOW_BYTES,
        )

    def _refuse(self) -> NoReturn:
        raise RequestTooLarge(
            f"The request is larger than {self._limit:,} bytes (ZHIBIAO_MAX_REQUEST_BYTES). "
            "Send it in parts.",
            limit=self._limit,
        )
