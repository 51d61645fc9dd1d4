"""POST /v1/runs: files come in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import Annotated, Any

import anyio
import anyio.to_thread
from fastapi import APIRouter, BackgroundTasks, Header, Query, Request, Response
from starlette.requests import ClientDisconnect

from api.arriving import WINDOW_SECONDS, Body, place
from api.auditing import note
from api.errors import (
    BacklogFull,
    IncompleteUpload,
    InvalidRequest,
    KeyReused,
    UnsupportedBody,
)
from api.fingerprint import Fingerprint
from api.given import Given
from api.identity import caller_of
from api.intake import TOUCH_SECONDS, Reception, SkippedFiles, Upload, kept_bytes
from api.multipart import Part, parts
from api.parameters import Written
from api.progress import view
from api.refusals import OF_CHANGES, refusals
from api.schemas.runs import RunView, Skipped
from api.service import CurrentService, Service
from tasks.ringing import ring
from zhibiao.credentials import digest_of
from zhibiao.store.access.callers import TOKEN
from zhibiao.store.database.errors import KeyInUse
from zhibiao.store.work import queue, runs
from zhibiao.store.work.submissions import give_up_silent

router = APIRouter(tags=["runs"])

_DEAD_SECONDS = WINDOW_SECONDS + 4 * TOUCH_SECONDS  # nobody receives it any more
_RETRY_SECONDS = 10
_SPOOL_BYTES = 8_000_000
_OWN_KEY = "sha256:"

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
    metadata: list[str] = field(default_factory=list)  # JSON, as written
    given: Given = field(default_factory=Given)


@router.post(
    "/runs",
    operation_id="submit_run",
    status_code=202,
    response_model=RunView,
    summary="Submit reports",
    openapi_extra=_BODY,
    responses={
        200: {"model": RunView, "description": "Submitted before under the same key."},
        **OF_CHANGES,
        **refusals(409, 415, 429),
    },
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
        form.metadata.append(metadata)
    body = Body(request, service.settings.max_request_bytes)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    uploads = _uploads_of(kind, body, service, form, name)
    owner = caller_of(request).owner
    work = partial(
        _submit,
        service,
        body,
        uploads,
        form,
        label=label,
        owner=owner,
        idempotency_key=_own_key(owner, idempotency_key),
    )
    try:
        async with place(request.app) as threads:
            run, skipped = await anyio.to_thread.run_sync(work, limiter=threads)
    except ClientDisconnect as error:
        raise IncompleteUpload from error
    except (KeyReused, KeyInUse) as error:
        error.details["idempotency_key"] = idempotency_key
        raise
    note(request, run=run)
    found = await anyio.to_thread.run_sync(partial(_view, service, run))
    if skipped is None:
        response.status_code = 200
        return found
    background.add_task(ring, service.settings)
    shown = Skipped(count=skipped.count, names=skipped.names)
    return found.model_copy(update={"skipped": shown})


def _submit(
    service: Service,
    body: Body,
    uploads: Iterator[Upload],
    form: Form,
    *,
    label: str,
    owner: str,
    idempotency_key: str | None,
) -> tuple[int, SkippedFiles | None]:
    """The run, and the files of it that were skipped; None of a run that is known already.

    Runs in a thread; `uploads` waits for the network. Raises KeyReused, KeyInUse, BacklogFull and
    what is wrong with the uploads.
    """
    fingerprint = Fingerprint()

    def label_of_all() -> str:
        return form.label if form.label is not None else label

    def finished() -> str:
        return fingerprint.finished(label=label_of_all(), metadata=form.metadata)

    if idempotency_key is not None:
        with service.store.write() as connection:
            dead = service.store.now(connection) - _DEAD_SECONDS
            give_up_silent(connection, idempotency_key, before=dead)
    with service.store.read() as connection:
        known = None if idempotency_key is None else runs.with_key(connection, idempotency_key)
        backlog = queue.backlog(connection)
    if known is not None:
        for _ in fingerprint.of_passing(uploads):
            pass
        if known.fingerprint not in (None, finished()):
            raise KeyReused(idempotency_key=idempotency_key, run=known.run)
        return known.run, None
    if backlog >= service.settings.max_backlog:
        raise BacklogFull(
            f"{backlog:,} documents are unfinished; at most {service.settings.max_backlog:,} "
            f"may be. Send it again in {_RETRY_SECONDS} s or later.",
            backlog=backlog,
            limit=service.settings.max_backlog,
            retry_after_seconds=_RETRY_SECONDS,
        )
    reception = Reception(service, owner=owner, idempotency_key=idempotency_key)
    body.heard = reception.heard
    if idempotency_key is not None:
        uploads = fingerprint.of_passing(uploads)
    reception.receive(
        _matched(uploads, form),
        label=label_of_all,
        fingerprint=finished if idempotency_key is not None else None,
    )
    return reception.run, reception.skipped


def _own_key(owner: str, given: str | None) -> str | None:
    """The key as it is stored: what one submits under a key, another does not get by guessing it.

    That of the token is stored as it is, as it was before there were others.
    """
    if given is None or owner == TOKEN:
        return given
    return _OWN_KEY + digest_of(f"{owner}\n{given}")


def _view(service: Service, run: int) -> RunView:
    with service.store.read() as connection:
        return view(connection, run, now=service.store.now(connection))


_Reader = Callable[[Body, Service, Form, str | None], Iterator[Upload]]


def _uploads_of(
    kind: str, body: Body, service: Service, form: Form, name: str | None
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


def _from_form(body: Body, service: Service, form: Form, _name: str | None) -> Iterator[Upload]:
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
        form.metadata.append(written)
    else:
        raise InvalidRequest(
            f"Unknown form field {part.field_name!r}; known: files, label, metadata."
        )


def _from_ndjson(body: Body, _service: Service, form: Form, name: str | None) -> Iterator[Upload]:
    yield from _whole(body, form, name or "submission.ndjson")


def _from_zip(body: Body, _service: Service, form: Form, name: str | None) -> Iterator[Upload]:
    yield from _whole(body, form, name or "submission.zip")


def _whole(body: Body, form: Form, name: str) -> Iterator[Upload]:
    with SpooledTemporaryFile(max_size=_SPOOL_BYTES) as content:
        size = 0
        for chunk in body:
            content.write(chunk)
            size += len(chunk)
        if size == 0:
            return
        content.seek(0)
        yield Upload(name=name, content=content, size=size, given=partial(form.given.of, name))
