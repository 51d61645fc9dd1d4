"""Keyword sets counted in a notebook, without a service."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd

from zhibiao.domain import Metadata
from zhibiao.keywords.choices import Denominator, Match
from zhibiao.keywords.counting import Matcher
from zhibiao.keywords.sets import Keyword, load_keywords
from zhibiao.language.code_points import code_points
from zhibiao.library.frames import frame
from zhibiao.tables.keywords import LOCAL_KEYWORD_COLUMNS, REPORT_COLUMNS
from zhibiao.text.cut import packed_cut
from zhibiao.text.segmentation import load_fine_segmenter

KeywordsGiven = str | os.PathLike[str] | Iterable[str]


def count_keywords(
    reports: Iterable[tuple[str, str, Metadata]],
    keywords: KeywordsGiven,
    *,
    match: Match,
    per: Denominator,
) -> pd.DataFrame:
    """One row a report and term. `reports` are clean texts, each with file name and metadata.

    Raises KeywordSetError.
    """
    chosen = _keywords(keywords)
    matcher = Matcher([keyword.term for keyword in chosen], match)
    return frame(_records(reports, chosen, matcher, per), LOCAL_KEYWORD_COLUMNS)


def _keywords(given: KeywordsGiven) -> tuple[Keyword, ...]:
    if isinstance(given, (str, os.PathLike)):
        return load_keywords(os.fspath(given))
    return tuple(Keyword(term=term) for term in dict.fromkeys(given))


def _records(
    reports: Iterable[tuple[str, str, Metadata]],
    keywords: Iterable[Keyword],
    matcher: Matcher,
    per: Denominator,
) -> Iterator[dict[str, Any]]:
    segmenter = load_fine_segmenter()
    for source, text, known in reports:
        (found,) = matcher.count(code_points(text), packed_cut(text, segmenter.cut(text)))
        size = found.size._asdict()
        for position, keyword in enumerate(keywords):
            count = found.counts.get(position, 0)
            yield {
                **{name: getattr(known, name) for name in REPORT_COLUMNS},
                "group": keyword.group,
                "keyword": keyword.term,
                "weight": keyword.weight,
                "count": count,
                **size,
                "per_10000": round(count * 10_000 / size[per], 4) if size[per] else None,
                "document": known.title,
                "source": source,
            }
