"""One shape for every answer that is no success.

`{"error": {"code", "message", "details", "request_id"}}`.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from sqlalchemy.exc import InterfaceError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from starlette.exceptions import HTTPException

from api.access import Forbidden
from api.console.language import language_of
from api.console.messages import field_told, in_chinese
from api.console.pages import page
from api.console.refusing import is_page
from api.flower import FlowerUnavailable
from api.limits import TooManyRequests
from zhibiao.analysis.units import UnknownUnit
from zhibiao.errors import (
    CatalogueError,
    DictionaryError,
    InvalidCorrection,
    MetadataError,
    ReadError,
    ZhibiaoError,
)
from zhibiao.store.database.errors import (
    InvalidSelection,
    KeyInUse,
    NameTaken,
    NotCorrectable,
    NotFound,
    NotReady,
    Pruned,
    RunCancelled,
    RunNotDeletable,
    TableTooLarge,
)

log = logging.getLogger(__name__)


class Unauthorised(ZhibiaoError):
    """A key or the token is needed: Authorization: Bearer <key>."""

    code = "unauthorised"


class UnknownHost(ZhibiaoError):
    """This service is not known under that name; see ZHIBIAO_ALLOWED_HOSTS."""

    code = "unknown_host"


class ForeignOrigin(ZhibiaoError):
    """Another site's page may not change anything here."""

    code = "foreign_origin"


class RequestTimeout(ZhibiaoError):
    """The request's body has not arrived in time."""

    code = "request_timeout"


class InvalidRequest(ZhibiaoError):
    """The request is invalid."""

    code = "invalid_request"


class InvalidCursor(InvalidRequest):
    """The cursor is not one that this API gave out."""

    code = "invalid_cursor"


class NothingSubmitted(InvalidRequest):
    """The submission holds no file."""

    code = "nothing_submitted"


class IncompleteUpload(InvalidRequest):
    """The upload ended before its end, or is no valid multipart form."""

    code = "incomplete_upload"


class UnsupportedBody(ZhibiaoError):
    """The body is of a type that this route does not take."""

    code = "unsupported_body"


class RequestTooLarge(ZhibiaoError):
    """The request is larger than ZHIBIAO_MAX_REQUEST_BYTES."""

    code = "request_too_large"


class TooManyUploads(ZhibiaoError):
    """Too many uploads are being received; send it again later."""

    code = "too_many_uploads"
    retryable = True


class KeyReused(InvalidRequest):
    """Another submission has this idempotency key; give each its own."""

    code = "idempotency_key_reused"


class BacklogFull(ZhibiaoError):
    """Too many documents are unfinished; send it again later."""

    code = "backlog_full"
    retryable = True


class ExportNotFinished(ZhibiaoError):
    """The export is not finished, or has failed."""

    code = "export_not_finished"


class NotWritten(ZhibiaoError):
    """The service cannot write the table."""

    code = "export_not_written"

    @classmethod
    def of(cls, error: OSError, file: str) -> NotWritten:
        """Whoever asks does not see where the service keeps its files: the log has that."""
        log.error("%s is not written: %s", file, error)
        reason = error.strerror or str(error)
        return cls(
            f"The service cannot write {file} in its data dir: {reason}. Make room there, or ask "
            "for fewer rows; nothing of it is left.",
            file=file,
            reason=reason,
        )


class TooManyExports(ZhibiaoError):
    """Too many exports wait; ask for it again later."""

    code = "too_many_exports"
    retryable = True


class StoreUnavailable(ZhibiaoError):
    """The database does not answer."""

    code = "store_unavailable"
    retryable = True


# The first class that fits decides.
_STATUS: tuple[tuple[type[ZhibiaoError], int], ...] = (
    (Unauthorised, 401),
    (ForeignOrigin, 403),
    (Forbidden, 403),
    (NotFound, 404),
    (RequestTimeout, 408),
    (KeyInUse, 409),
    (NotCorrectable, 409),
    (NameTaken, 409),
    (ExportNotFinished, 409),
    (RunCancelled, 409),
    (RunNotDeletable, 409),
    (Pruned, 410),
    (RequestTooLarge, 413),
    (UnsupportedBody, 415),
    (UnknownHost, 421),
    (InvalidRequest, 422),
    (InvalidSelection, 422),
    (InvalidCorrection, 422),
    (MetadataError, 422),
    (CatalogueError, 422),
    (DictionaryError, 422),
    (ReadError, 422),
    (TableTooLarge, 422),
    (UnknownUnit, 422),
    (BacklogFull, 429),
    (TooManyExports, 429),
    (TooManyRequests, 429),
    (FlowerUnavailable, 502),
    (TooManyUploads, 503),
    (NotWritten, 507),
    (NotReady, 503),
    (StoreUnavailable, 503),
)

_CODES = {404: "not_found", 405: "method_not_allowed", 413: "request_too_large"}


_PROBLEMS_SHOWN = 20  # of a body with 100,000 of them
_LONGEST_STEP = 100  # characters of a name that was sent
STORE_ERRORS = (OperationalError, InterfaceError, ProgrammingError, NoConnectionFree)


def status_of(error: ZhibiaoError) -> int:
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def error_response(
    request: Request,
    status: int,
    *,
    code: str,
    message: str,
    details: Any = None,
    headers: Mapping[str, str] | None = None,
    chinese: str | None = None,
) -> Response:
    """A page where a browser asks for one, JSON everywhere else.

    `chinese`: the message of a page in Chinese, where the code and the details do not make it.
    """
    request_id = _id_of(request)
    if is_page(request):
        return page(
            request,
            "error.html",
            status=status,
            headers={**(headers or {}), "X-Request-ID": request_id},
            code=code,
            message=message
            if language_of(request) == "en"
            else chinese or in_chinese(code, details),
            request_id=request_id,
        )
    body = {
        "error": {
            "code": code,
            "message": message,
            "details": jsonable_encoder(details if details is not None else {}),
            "request_id": request_id,
        }
    }
    return JSONResponse(body, status, {**(headers or {}), "X-Request-ID": request_id})


def _id_of(request: Request) -> str:
    return str(getattr(request.state, "request_id", ""))


def install(app: FastAPI) -> None:
    """Translate what routes raise."""
    app.add_exception_handler(ZhibiaoError, refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http_error)
    for kind in STORE_ERRORS:
        app.add_exception_handler(kind, store_failed)
    app.add_exception_handler(Exception, _unexpected)


def refused(request: Request, error: Exception) -> Response:
    """The answer to what raised a ZhibiaoError."""
    assert isinstance(error, ZhibiaoError)
    status = status_of(error)
    headers = {}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if error.retryable:
        headers["Retry-After"] = str(error.details.get("retry_after_seconds", 5))
    if status == 500:
        log.error("request %s failed: %s", _id_of(request), error, exc_info=error)
    return error_response(
        request,
        status,
        code=error.code,
        message=error.message,
        details=error.details,
        headers=headers,
    )


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    problems = [
        {
            "where": ".".join(str(step)[:_LONGEST_STEP] for step in each["loc"]),
            "problem": each["msg"].removeprefix("Value error, "),
        }
        for each in found[:_PROBLEMS_SHOWN]
    ]
    first = problems[0] if problems else {"where": "request", "problem": "invalid"}
    return error_response(
        request,
        422,
        code=InvalidRequest.code,
        message=f"{first['where']}: {first['problem']}.",
        details={"problems": problems, "count": len(found)},
        chinese=f"{first['where']}：{field_told('zh', found[0])}。" if found else None,
    )


def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    status = error.status_code
    if status == 400:  # what FastAPI says of a body that it cannot parse for another reason
        status, code = 422, InvalidRequest.code
        message = "body: is not valid JSON in UTF-8, or is nested too deeply."
        return error_response(request, status, code=code, message=message)
    message = {
        404: f"There is nothing at {request.url.path}.",
        405: f"{request.method} is not allowed at {request.url.path}.",
    }.get(status, str(error.detail))
    code = _CODES.get(status, HTTPStatus(status).phrase.lower().replace(" ", "_"))
    return error_response(request, status, code=code, message=message, headers=error.headers or {})


def store_failed(request: Request, error: Exception) -> Response:
    # The driver's message may hold the statement and its values: it goes to the log only.
    log.error("request %s: the store failed: %s", _id_of(request), error)
    unavailable = StoreUnavailable()
    return error_response(
        request,
        503,
        code=unavailable.code,
        message=f"{unavailable.message} See /readyz.",
        headers={"Retry-After": "5"},
    )


def _unexpected(request: Request, error: Exception) -> Response:
    log.error("request %s failed", _id_of(request), exc_info=error)
    return error_response(
        request,
        500,
        code="internal_error",
        message="Something went wrong inside; the log has the details under this request id.",
    )
