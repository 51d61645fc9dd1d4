"""POST /v1/runs: files come in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import Annotated, Any, NoReturn

import anyio
import anyio.from_thread
import anyio.to_thread
from anyio import CapacityLimiter
from fastapi import APIRouter, BackgroundTasks, Header, Query, Request, Response
from starlette.requests import ClientDisconnect

from api.errors import (
    BacklogFull,
    IncompleteUpload,
    InvalidRequest,
    RequestTooLarge,
    UnsupportedBody,
)
from api.given import Given
from api.intake import SKIPPED_SHOWN, TOUCH_SECONDS, Reception, Upload, kept_bytes
from api.multipart import Part, parts
from api.parameters import Written
from api.progress import view
from api.schemas import RunView, Skipped
from api.service import CurrentService, Service
from tasks.ringing import ring
from zhibiao.store import queue, runs
from zhibiao.store.submissions import give_up_silent

router = APIRouter(tags=["runs"])

_UPLOADS_AT_ONCE = 16  # an upload holds a thread as long as its sender takes
_SILENCE_SECONDS = 45.0  # an upload that stands still for longer is given up
_DEAD_SECONDS = _SILENCE_SECONDS + 2 * TOUCH_SECONDS  # nobody receives it any more
_RETRY_SECONDS = 10
_SPOOL_BYTES = 8_000_000

_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["files"],
                    "properties": {
                        "label": {"type": "string", "description": "A name for the run."},
                        "metadata": {
                            "type": "string",
                            "description": "JSON, before the files: what is known of all of them "
                            '({"province": "陕西省"}), or of single ones by file name '
                            '({"a.txt": {"year": 2023}, "all.zip/b.txt": {"year": 2024}}).',
                        },
                        "files": {
                            "type": "array",
                            "items": {"type": "string", "format": "binary"},
                            "description": "Reports, archives, NDJSON, JSON and CSV files.",
                        },
                    },
                }
            },
            "application/x-ndjson": {
                "schema": {"type": "string"},
                "example": '{"name": "a.txt", "text": "政府工作报告……", "region": "示例市", '
                '"year": 2023}\n',
            },
            "application/zip": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


@dataclass(kw_only=True)
class Form:
    """What stood in a form's plain fields."""

    label: str | None = None
    given: Given = field(default_factory=Given)


@router.post(
    "/runs",
    operation_id="submit_run",
    status_code=202,
    response_model=RunView,
    summary="Submit reports",
    openapi_extra=_BODY,
    responses={200: {"model": RunView, "description": "Submitted before under the same key."}},
)
async def submit_run(
    request: Request,
    response: Response,
    service: CurrentService,
    background: BackgroundTasks,
    label: Annotated[Written, Query(max_length=200, description="A name for the run.")] = "",
    name: Annotated[
        str | None, Query(max_length=500, description="File name of a zip or NDJSON body.")
    ] = None,
    metadata: Annotated[
        str | None, Query(description="JSON, as the form field `metadata`.")
    ] = None,
    idempotency_key: Annotated[
        str | None,
        Header(min_length=1, max_length=200, description="The same key never submits twice."),
    ] = None,
) -> RunView:
    """Files become a run; the answer comes when all of them are stored.

    A file that cannot be read becomes a quarantined document with its reason, and the others go
    on. When anything goes wrong with the request itself, nothing of it is kept.
    """
    form = Form()
    if metadata is not None:
        form.given.read(metadata)
    body = _Body(request, service.settings.max_request_bytes)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    uploads = _matched(_uploads_of(kind, body, service, form, name), form)
    work = partial(
        _submit, service, body, uploads, form, label=label, idempotency_key=idempotency_key
    )
    limiter = _limiter(request)
    try:
        run, skipped = await anyio.to_thread.run_sync(work, limiter=limiter)
    except ClientDisconnect as error:
        raise IncompleteUpload from error
    found = await anyio.to_thread.run_sync(partial(_view, service, run))
    if skipped is None:
        response.status_code = 200
        return found
    background.add_task(ring, service.settings)
    shown = Skipped(count=len(skipped), names=skipped[:SKIPPED_SHOWN])
    return found.model_copy(update={"skipped": shown})


def _limiter(request: Request) -> CapacityLimiter:
    # Made here and not at import: a limiter belongs to a running event loop.
    state = request.app.state
    if not hasattr(state, "upload_limiter"):
        state.upload_limiter = CapacityLimiter(_UPLOADS_AT_ONCE)
    limiter: CapacityLimiter = state.upload_limiter
    return limiter


def _submit(
    service: Service,
    body: _Body,
    uploads: Iterator[Upload],
    form: Form,
    *,
    label: str,
    idempotency_key: str | None,
) -> tuple[int, list[str] | None]:
    """The run, and the files of it that were skipped; None of a run that is known already.

    Runs in a thread; `uploads` waits for the network.
    """
    if idempotency_key is not None:
        with service.store.write() as connection:
            dead = service.store.now(connection) - _DEAD_SECONDS
            give_up_silent(connection, idempotency_key, before=dead)
    with service.store.read() as connection:
        if idempotency_key is not None:
            known = runs.with_key(connection, idempotency_key)
            if known is not None:
                return known, None
        backlog = queue.backlog(connection)
    if backlog >= service.settings.max_backlog:
        raise BacklogFull(
            f"{backlog:,} documents are unfinished; at most {service.settings.max_backlog:,} "
            f"may be. Send it again in {_RETRY_SECONDS} s or later.",
            backlog=backlog,
            limit=service.settings.max_backlog,
            retry_after_seconds=_RETRY_SECONDS,
        )
    reception = Reception(service.store, service.settings, idempotency_key=idempotency_key)
    body.heard = reception.heard
    reception.receive(uploads, label=lambda: form.label if form.label is not None else label)
    return reception.run, reception.skipped


def _view(service: Service, run: int) -> RunView:
    with service.store.read() as connection:
        return view(connection, run, now=service.store.now(connection))


class _Body:
    """A request's body as a plain iterator, for code that runs in a thread."""

    def __init__(self, request: Request, limit: int) -> None:
        self._stream: AsyncIterator[bytes] = request.stream()
        self._limit = limit
        self._size = 0
        self.heard: Callable[[], None] = lambda: None  # called with every piece that arrives
        self.content_type = request.headers.get("content-type", "")
        announced = request.headers.get("content-length", "")
        if announced.isdecimal() and int(announced) > limit:
            self._refuse()

    def __iter__(self) -> Iterator[bytes]:
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
        try:
            with anyio.fail_after(_SILENCE_SECONDS):
                return await anext(self._stream, None)
        except TimeoutError as error:
            raise IncompleteUpload(
                f"Nothing has arrived for {_SILENCE_SECONDS:.0f} s.", seconds=_SILENCE_SECONDS
            ) from error

    def _refuse(self) -> NoReturn:
        raise RequestTooLarge(
            f"The request is larger than {self._limit:,} bytes (ZHIBIAO_MAX_REQUEST_BYTES). "
            "Send it in parts.",
            limit=self._limit,
        )


_Reader = Callable[[_Body, Service, Form, str | None], Iterator[Upload]]


def _uploads_of(
    kind: str, body: _Body, service: Service, form: Form, name: str | None
) -> Iterator[Upload]:
    readers: dict[str, _Reader] = {
        "multipart/form-data": _from_form,
        "application/x-ndjson": _from_ndjson,
        "application/zip": _from_zip,
    }
    if kind not in readers:
        raise UnsupportedBody(
            f"The Content-Type {kind or '(none)'} is not one of {', '.join(readers)}.",
            content_type=kind,
        )
    return readers[kind](body, service, form, name)


def _matched(uploads: Iterator[Upload], form: Form) -> Iterator[Upload]:
    """The uploads; raises MetadataError behind the last one where metadata name no file."""
    yield from uploads
    form.given.require_matched()


def _from_form(body: _Body, service: Service, form: Form, _name: str | None) -> Iterator[Upload]:
    files_seen = False
    for part in parts(
        body,
        body.content_type,
        limit_of=lambda file_name: kept_bytes(service.settings, file_name),
    ):
        try:
            if part.file_name is None:
                _read_field(part, form, files_seen=files_seen)
                continue
            if not part.file_name and part.size == 0:
                continue  # a browser's file field in which nothing was chosen
            files_seen = True
            yield Upload(
                name=part.file_name,
                content=part.content,
                size=part.size,
                cut_off=part.cut_off,
                given=partial(form.given.of, part.file_name),
            )
        finally:
            part.close()


def _read_field(part: Part, form: Form, *, files_seen: bool) -> None:
    if part.cut_off:
        raise InvalidRequest(f"The form field {part.field_name!r} is too long.")
    written = part.content.read().decode("utf-8", "replace")
    if part.field_name == "label":
        form.label = written.replace("\0", "")[:200]  # PostgreSQL stores no NUL
    elif part.field_name == "metadata":
        if files_seen:
            # The files before it are stored already, without it.
            raise InvalidRequest("The form field `metadata` must come before the files.")
        form.given.read(written)
    else:
        raise InvalidRequest(
            f"Unknown form field {part.field_name!r}; known: files, label, metadata."
        )


def _from_ndjson(body: _Body, _service: Service, form: Form, name: str | None) -> Iterator[Upload]:
    yield from _whole(body, form, name or "submission.ndjson")


def _from_zip(body: _Body, _service: Service, form: Form, name: str | None) -> Iterator[Upload]:
    yield from _whole(body, form, name or "submission.zip")


def _whole(body: _Body, form: Form, name: str) -> Iterator[Upload]:
    with SpooledTemporaryFile(max_size=_SPOOL_BYTES) as content:
        size = 0
        for chunk in body:
            content.write(chunk)
            size += len(chunk)
        if size == 0:
            return
        content.seek(0)
        yield Upload(name=name, content=content, size=size, given=partial(form.given.of, name))
