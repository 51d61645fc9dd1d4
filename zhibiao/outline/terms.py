"""Terms of office: which years a government's term covers, by its congress's sessions.

A congress is elected for five years; its first session elects the government, whose first year
of work is the one in which it meets. At a first session the report looks back on the whole of
the term before.
"""

from __future__ import annotations

from typing import Final

from zhibiao.language.wording import wording

_TERM_YEARS: Final = 5
_WORDING: Final = wording(__name__)
_SESSION: Final = _WORDING.pattern("session")
_DIGITS: Final = {c: n for n, c in enumerate("一二三四五六七八九", start=1)} | {"十": 10}
# First sessions since 1998: of the nation and the provinces in 2003, 2008 …; of cities and
# counties, elected together since 2006, in 2007, 2012 ….
_PROVINCIAL: Final = 3
_LOCAL: Final = 2


def session_of(meeting: str | None) -> int | None:
    """The number of a session within its congress: 第五届人民代表大会第二次会议 -> 2."""
    found = _SESSION.search(meeting or "")
    if found is None:
        return None
    written = found[1]
    if written.isdigit():
        return int(written)
    if len(written) == 2:
        return 10 + _DIGITS[written[1]] if written[0] == "十" else None
    return _DIGITS[written]


def first_year_of_term(
    delivered: int | None, review: int | None, session: int | None
) -> int | None:
    """The first year of work of the term that a report at this session looks back on."""
    if delivered is None or review is None or session is None:
        return None
    if session == 1:
        return review - _TERM_YEARS + 1
    return max(review - session + 2, review - _TERM_YEARS + 1)


def usual_session(delivered: int | None, review: int | None, level: str | None) -> int | None:
    """The session that meets in a year by the calendar of elections.

    `level` is that of the gazetteer; None counts as a city or county.
    """
    if delivered is None:
        return None
    turn = _PROVINCIAL if level in ("nation", "province") else _LOCAL
    return (delivered + (delivered == review) - turn) % _TERM_YEARS + 1
