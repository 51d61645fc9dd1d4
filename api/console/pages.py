"""Templates as answers: escaped, in the reader's language, loading nothing from elsewhere."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from api.access import Rule
from api.console.language import language_of
from api.console.messages import in_chinese
from api.console.sessions import csrf_of
from api.console.words import ADVICE, ANY_ADVICE, WORDS, word
from zhibiao import __version__
from zhibiao.analysis.labels import Language
from zhibiao.rendering import sendable

FOLDER = Path(__file__).parent
STATIC = FOLDER / "static"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Vary": "Cookie, Accept-Language",
}
# Where a page's last part begins, which may come later than the first (`api.console.arriving`).
ARRIVAL = Markup('<hr class="arrival" hidden>')
# From so much on, amounts in a unit are shown in another one, which is as many.
_LARGER = {"元": (1e8, "亿元"), "人": (1e4, "万人")}


def page(
    request: Request,
    template: str,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **values: Any,
) -> HTMLResponse:
    """A template as an answer."""
    return HTMLResponse(
        rendered(request, template, **values), status, {**HEADERS, **(headers or {})}
    )


def rendered(request: Request, template: str, *, arrived: bool = True, **values: Any) -> str:
    """A template's text; not `arrived`: what is behind its `parts.arriving` is not known yet."""
    language = language_of(request)
    session = getattr(request.state, "session", None)
    written = (
        _environment()
        .get_template(template)
        .render(
            **values,
            arrived=arrived,
            t=partial(_either, language),
            word=partial(word, language),
            options=partial(_options, language),
            named=partial(_named, language),
            advice=partial(_advice, language),
            failed=partial(_failed, language),
            language=language,
            path=request.url.path,
            here=_here(request),
            session=session,
            secret=csrf_of(session) if session else "",
            may=partial(_may, request),
            version=__version__,
        )
    )
    return sendable(written)


def form_page(
    request: Request, template: str, *, problem: str | None, **values: Any
) -> HTMLResponse:
    """The page of a form; `problem`: what was written into it wrongly."""
    status = 200 if problem is None else 422
    return page(request, template, status=status, problem=problem, **values)


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
    made.globals |= {"static": _static, "arrival": ARRIVAL}
    return made


@cache
def static_files() -> Mapping[str, Path]:
    """The console's style and script, by their addresses."""
    return {f"/static/{path.name}": path for path in sorted(STATIC.iterdir())}


@cache
def _static(name: str) -> str:
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?{digest}"


def _may(request: Request, address: str, method: str = "GET", owner: str | None = None) -> bool:
    """May this session's person ask for that? `owner`: who began the run that it is about."""
    rule: Rule = request.app.state.routes.find(method, urlsplit(address).path).rule
    return rule.allows(request.state.caller, owner=owner)


def _either(language: Language, english: str, chinese: str) -> str:
    return chinese if language == "zh" else english


def _options(language: Language, kind: str) -> list[tuple[str, str]]:
    """All words of a kind with what they are called, to choose from."""
    return _named(language, WORDS[kind])


def _named(language: Language, names: Mapping[str, tuple[str, str]]) -> list[tuple[str, str]]:
    """Values with their names, which are English and Chinese."""
    return [(value, pair[language == "zh"]) for value, pair in names.items()]


def _advice(language: Language, code: str | None) -> str:
    return ADVICE.get(code or "", ANY_ADVICE)[language == "zh"]


def _failed(language: Language, code: str | None, message: str | None = None) -> str:
    """What has become of a document that is not done."""
    return (message or "") if language == "en" or code is None else in_chinese(code)


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
    factor, shown = scale(amount, unit or "")
    written = number(amount if factor == 1 else round(amount / factor, 6))
    return f"{written} {shown}" if shown else written


def scale(largest: float, unit: str) -> tuple[float, str]:
    """By what values up to this one are divided to be shown, and the unit that they have then."""
    factor, larger = _LARGER.get(unit, (1.0, unit))
    return (factor, larger) if abs(largest) >= factor else (1.0, unit)


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
