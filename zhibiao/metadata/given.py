"""Check the metadata that were given with a document."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from zhibiao.errors import MetadataError
from zhibiao.language.dates import FIRST_YEAR, LAST_YEAR

_NAMES: Final = ("title", "region", "province", "speaker", "meeting")


def checked(given: Mapping[str, object]) -> dict[str, Any]:
    """The given values in their own types; those that are None or empty count as not given."""
    checks: dict[str, Callable[[object], object]] = {
        **dict.fromkeys(_NAMES, _text),
        "region_code": _code,
        "year": _year,
        "review_year": _year,
        "delivered_on": _date,
        "partial": _flag,
    }
    values = {}
    for field, check in checks.items():
        value = given.get(field)
        if value is None or value == "":
            continue
        try:
            values[field] = check(value)
        except ValueError as error:
            raise MetadataError(
                f"{field} is given as {value!r}: {error}", field=field, value=str(value)
            ) from error
    return values


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > 200:
        raise ValueError("expected a text of at most 200 characters")
    # control characters say nothing, and PostgreSQL takes no NUL
    return "".join(c for c in value if c.isprintable() or c.isspace()).strip()


def _code(value: object) -> str:
    code = str(value) if isinstance(value, (str, int)) else ""
    if not re.fullmatch(r"[0-9]{6}", code):
        raise ValueError("expected six digits")
    return code


def _year(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise ValueError("expected a year")  # noqa: TRY004 - one kind of error for the caller
    if not re.fullmatch(r"[0-9]{4}", str(value).strip()):
        raise ValueError("expected a year of four digits")
    year = int(value)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"expected a year from {FIRST_YEAR} to {LAST_YEAR}")
    return year


def _date(value: object) -> date:
    if isinstance(value, date):
        return value
    if not isinstance(value, str):
        raise ValueError("expected a date as YYYY-MM-DD")  # noqa: TRY004
    try:
        return date.fromisoformat(value.strip())
    except ValueError:
        raise ValueError("expected a date as YYYY-MM-DD") from None


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("expected true or false")  # noqa: TRY004
    return value
