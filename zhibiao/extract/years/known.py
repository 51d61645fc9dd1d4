"""The years that a report speaks from."""

from __future__ import annotations

from zhibiao.domain import Metadata
from zhibiao.language.relative_years import NEXT_YEAR
from zhibiao.metadata.report_years import find_years
from zhibiao.metadata.surroundings import Surroundings
from zhibiao.outline.frames import Years
from zhibiao.outline.front_matter import read_front
from zhibiao.outline.terms import first_year_of_term, session_of, usual_session


def reading_years(text: str, metadata: Metadata) -> Years:
    """The years of delivery and of review: as known, else as the text tells them."""
    year, review = metadata.year, metadata.review_year
    if year is None and review is None:
        told = find_years(read_front(text), text, Surroundings(page=text))
        year, review = told.year, told.review_year
    if review is None and year is not None:
        review = year - 1
    if year is None and review is not None:
        year = review + 1
    day = metadata.delivered_on
    if day is not None and day.year == review:
        year = review  # given as the year of the plan, where 今年 is the one under review
    session = session_of(metadata.meeting)
    term = first_year_of_term(year, review, session)
    turn = first_year_of_term(year, review, session or usual_session(year, review, metadata.level))
    return Years(year, review, any(word in text for word in NEXT_YEAR), term, turn)
