"""Templates as answers: escaped, in the reader's language, loading nothing from elsewhere."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api.console.language import Language, language_of
from api.console.sessions import csrf_of
from api.console.words import ADVICE, ANY_ADVICE, word
from zhibiao import __version__

FOLDER = Path(__file__).parent
STATIC = FOLDER / "static"
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Vary": "Cookie, Accept-Language",
}
_MARKED = 100_000_000  # from this on amounts are shown in 亿
_PEOPLE = 10_000


def page(
    request: Request,
    template: str,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **values: Any,
) -> HTMLResponse:
    """A template as an answer."""
    language = language_of(request)
    session = getattr(request.state, "session", None)
    token = request.app.state.service.token
    written = (
        _environment()
        .get_template(template)
        .render(
            **values,
            t=partial(_either, language),
            word=partial(word, language),
            advice=partial(_advice, language),
            language=language,
            path=request.url.path,
            here=_here(request),
            session=session,
            secret=csrf_of(token, session) if session else "",
            version=__version__,
        )
    )
    # A lone surrogate (seen in broken web pages) has no UTF-8.
    content = written.encode("utf-8", "replace")
    return HTMLResponse(content, status, {**_HEADERS, **(headers or {})})


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "number": number,
        "value": value,
        "instant": _instant,
        "query": _query,
        "duration": duration,
    }
    made.globals["static"] = _static
    return made


@cache
def static_files() -> Mapping[str, Path]:
    """The console's style and script, by their addresses."""
    return {f"/static/{path.name}": path for path in sorted(STATIC.iterdir())}


@cache
def _static(name: str) -> str:
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?{digest}"


def _either(language: Language, english: str, chinese: str) -> str:
    return chinese if language == "zh" else english


def _advice(language: Language, code: str | None) -> str:
    return ADVICE.get(code or "", ANY_ADVICE)[language == "zh"]


def _here(request: Request) -> str:
    query = request.url.query
    return quote(f"{request.url.path}?{query}" if query else request.url.path, safe="/")


def _query(values: Mapping[str, Any], **others: Any) -> str:
    """An address's query; values that are empty are left out."""
    said = {**values, **others}
    return urlencode({name: v for name, v in said.items() if v not in (None, "", False)}, True)


def number(count: float | None) -> str:
    """A count or a measured value with its thousands set apart; "–" for none."""
    if count is None:
        return "–"
    if float(count).is_integer():
        return f"{int(count):,}"
    return f"{count:,.10g}".rstrip()


def value(amount: float | None, unit: str | None) -> str:
    """A value in its base unit, large amounts of money or people in 亿 or 万."""
    if amount is None:
        return "–"
    for unit_of, least, factor, shown in (
        ("元", _MARKED, 1e8, "亿元"),
        ("人", _PEOPLE, 1e4, "万人"),
    ):
        if unit == unit_of and abs(amount) >= least:
            return f"{number(round(amount / factor, 6))} {shown}"
    return f"{number(amount)} {unit}" if unit else number(amount)


def duration(seconds: float | None) -> str:
    """As 1:05:09 or 0:07; "–" for none."""
    if seconds is None:
        return "–"
    minutes, left = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def _instant(written: str | None) -> str:
    """A time in UTC, for readers without a script that knows theirs."""
    if not written:
        return "–"
    return datetime.fromisoformat(written).strftime("%Y-%m-%d %H:%M UTC")
