"""Which year a report was delivered in, and which year it reviews.

Of two years told, that of the stronger evidence holds. For the year of delivery, strongest first:

1. the day on which it was delivered, from the line of the meeting or below the title
   (a day that fits neither year of its headings is the page's);
2. the session of the National People's Congress at which it was delivered; the first of two years
   whose plan it introduces;
3. its headings, where they name the years of both review and plan;
4. its own title;
5. its headings, where they name one of the two;
6. its sentences, where they say so plainly and of no other year as much;
7. what stands outside the speech: the page's title, the file's name, its folders;
8. sentences that merely hint at it, and the year that its first third speaks of most;
9. the day of publication of a page whose text is silent.

For the year under review:

1. headings of review, or else of plan;
2. sentences that say so plainly;
3. the day of delivery: in November and December the year itself is under review, and so it is
   where the title names the next, and where a draft of the next year's plan is submitted;
4. otherwise the year before that of delivery.

Evidence of review holds only where it fits the year of delivery: of a report of early 2023 it is
2022, never 2023. A report of late 2021 may review 2021, and one whose title names 2021 may be
called after the year that it reviews. What merely surrounds a report (links to the reports of
other years, a headline about aims that were reached) is evidence of neither.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Final

from zhibiao.language.dates import ANY_YEAR, YEAR, parse_small, valid_year
from zhibiao.language.wording import wording
from zhibiao.metadata.surroundings import Surroundings
from zhibiao.metadata.year_headings import Told, read_headings
from zhibiao.metadata.year_sentences import held_at_years_end, read_sentences
from zhibiao.outline.front_matter import FrontMatter, read_published

_NAME_YEAR: Final = re.compile(r"(?<!\d)(?:19[4-9]\d|20\d\d)(?!\d)")
_WORDING: Final = wording(__name__)
_SPAN: Final = _WORDING.pattern("span")
_TITLE_YEAR: Final = _WORDING.pattern("title_year", year=YEAR)
_TITLE: Final = _WORDING.pattern("title")
_OF_FISCAL_YEAR: Final = _WORDING.pattern("of_fiscal_year")
_YEARS_END: Final = 11  # from this month on a session reviews the year that it is held in
_AUTUMN: Final = 9  # from this month on it may
# The years of the first sessions; the later congresses meet every March.
_CONGRESSES: Final = {1: 1954, 2: 1959, 3: 1964, 4: 1975, 5: 1978}
_TO_SESSION: Final = _WORDING.pattern("to_session")
_PLANNED_TOGETHER: Final = _WORDING.pattern("planned_together", year=YEAR)
_DRAFT: Final = _WORDING.pattern("draft", year=YEAR)
_PLANNED_UNTIL: Final = 1992
_WHOLE_NATION: Final = _WORDING.text("whole_nation")
_FOR_THE_NATION: Final = _WORDING.pattern("for_the_nation")
_SINCE_SESSION: Final = _WORDING.pattern("since_session")


@dataclass(frozen=True, kw_only=True, slots=True)
class Years:
    """Year of delivery and (last) year reviewed, each with where it was found."""

    year: int | None
    year_by: str
    review_year: int | None
    review_year_by: str


def session_year(congress: int, session: int) -> int | None:
    """The year of a session of the National People's Congress; None where it is irregular."""
    if congress in _CONGRESSES:
        regular = congress in (1, 5) or session <= 2
        return _CONGRESSES[congress] + session - 1 if regular else None
    return 1983 + 5 * (congress - 6) + session - 1


def find_years(front: FrontMatter, text: str, surroundings: Surroundings) -> Years:
    """The years of a report, by the evidence that ranks highest (see above)."""
    headings = read_headings(text)
    told, told_by = headings.last_done, "headings"
    if not headings.sure and told == _titled(front):
        told = None  # a headline on the next year's aims, above this year's report
    hinted: int | None = None
    if told is None:
        hinted, plainly = read_sentences(text)
        told, told_by = (hinted if plainly else None), "sentences"
    year, by = _delivery_year(front, text, headings, told, told_by)
    if year is None:
        year, by = _named_around(surroundings)
    if year is None:
        told, told_by = hinted or _most_named(text), "text"
        year, by = _hinted_year(text, told, hinted is not None, surroundings)
    review, review_by = _review_year(front, text, year, by, told, told_by)
    return Years(year=year, year_by=by, review_year=review, review_year_by=review_by)


def _delivery_year(
    front: FrontMatter, text: str, headings: Told, told: int | None, told_by: str
) -> tuple[int | None, str]:
    """The year that the report itself states."""
    titled = _titled(front)
    if titled is not None and _OF_FISCAL_YEAR.search(front.title or ""):
        return titled, "title"
    both = headings.review is not None and headings.plan == headings.review + 1
    day = front.delivered_on
    if day is not None and not (both and day.year not in (headings.review, headings.plan)):
        return day.year, "meeting"
    if front.met_in is not None:
        return front.met_in, "meeting"
    opening = text[:1500]
    if _WHOLE_NATION in (front.meeting or "") or _FOR_THE_NATION.search(opening):
        session = _national_session(front, opening)
        if session is not None:
            return session, "meeting"
    planned = _PLANNED_TOGETHER.search(opening)
    if planned is not None and int(planned[2]) == int(planned[1]) + 1:
        return int(planned[1]), "introduction"
    if both:
        return headings.plan, "title" if titled == headings.plan else "headings"
    # Called after the year that it reviews, a report is given at the start of the next one.
    if titled is not None and titled != told:
        return titled, "title"
    return _next_year(text, told), told_by


def _titled(front: FrontMatter) -> int | None:
    """The year in the report's own title; a line that names several reports links to them."""
    for line in (front.title or "", *front.lines):
        match = _TITLE_YEAR.search(line) if _TITLE.search(line) else None
        if match is not None and len(set(ANY_YEAR.findall(line))) <= 1:
            return valid_year(match[1])
    return None


def _next_year(text: str, told: int | None) -> int | None:
    """When a report of this last year reviewed is delivered."""
    if told is None:
        return None
    return told if held_at_years_end(text) else told + 1


def _named_around(surroundings: Surroundings) -> tuple[int | None, str]:
    """The year in the page's title, the file's name or its folders."""
    parts = [(surroundings.page_title, "page title"), (surroundings.name, "file name")]
    parts += [(folder, "folder") for folder in surroundings.folders]
    for source, by in parts:
        named = _NAME_YEAR.findall(_SPAN.sub("", source))
        if len(set(named)) == 1 or (named and by == "page title"):
            return int(named[0]), by
    return None, ""


def _hinted_year(
    text: str, told: int | None, by_sentences: bool, surroundings: Surroundings
) -> tuple[int | None, str]:
    """The year that a text hints at, or that a silent one was published in.

    A page prints a report in its year, or afterwards; where it cannot be so, the year is open.
    """
    year = _next_year(text, told)
    published = read_published(surroundings.plain_page)
    if (
        published is None
        or published.year == year
        or (by_sentences and year and year < published.year)
    ):
        return year, "text"
    return (published.year, "page") if year is None else (None, "")


def _review_year(
    front: FrontMatter, text: str, year: int | None, by: str, told: int | None, told_by: str
) -> tuple[int | None, str]:
    if year is None:
        return None, ""
    day = front.delivered_on
    within_the_year = day is None or day.month >= _AUTUMN
    if told == year - 1:
        return told, told_by
    # What a speech expects of a year is no review of it yet, unless its day says so.
    behind = day is not None or told_by == "headings" or held_at_years_end(text)
    if told == year and within_the_year and behind:
        return told, told_by
    if day is not None and day.year == year and day.month >= _YEARS_END:
        return year, by
    if by == "meeting" and within_the_year and _titled(front) == year + 1:
        return year, "title"
    if day is None and _submits_next_plan(text, year):
        return year, "sentences"
    return year - 1, by


def _submits_next_plan(text: str, year: int) -> bool:
    """Whether a session of the planned economy is given the draft of the next year's plan."""
    if year > _PLANNED_UNTIL:
        return False
    return any(valid_year(found[1]) == year + 1 for found in _DRAFT.finditer(text))


def _national_session(front: FrontMatter, opening: str) -> int | None:
    place = "".join(front.lines) + "\n" + opening
    for pattern, later in ((_SINCE_SESSION, 1), (_TO_SESSION, 0)):
        match = pattern.search(place)
        if match is not None:
            congress = parse_small(match["congress"])
            session = parse_small(match["session"] or "一")
            if congress is not None and session is not None:
                year = session_year(congress, session)
                if year is not None:
                    return year + later
    return None


def _most_named(text: str) -> int | None:
    """The year that a report's first third speaks of most, if it clearly does."""
    found: Counter[int] = Counter()
    for match in ANY_YEAR.finditer(text, 0, len(text) // 3):
        year = valid_year(match[1])
        if year is not None:
            found[year] += 1
    ranked = found.most_common(2)
    if not ranked or ranked[0][1] < 3 or (len(ranked) > 1 and ranked[0][1] < 2 * ranked[1][1]):
        return None
    return ranked[0][0]
