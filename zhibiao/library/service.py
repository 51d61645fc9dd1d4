"""What a service has stored, as DataFrames."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, Literal, Self

import pandas as pd

from zhibiao.client import Client
from zhibiao.domain import Measure
from zhibiao.keywords.choices import Denominator, Grain, Match, TermGrain
from zhibiao.keywords.sets import as_asked, load_keywords
from zhibiao.library.counting import KeywordsGiven
from zhibiao.library.frames import frame, with_categories
from zhibiao.library.matrix import TermMatrix, term_matrix
from zhibiao.library.plots import plot
from zhibiao.places import service_url
from zhibiao.rendering import Plot, Table
from zhibiao.settings import load_settings
from zhibiao.tables import Column
from zhibiao.tables.observations import OBSERVATION_COLUMNS
from zhibiao.tokens import find_token

_HIT_COLUMNS: Mapping[str, Column] = {
    "region_code": "text",
    "region": "text",
    "province": "text",
    "year": "integer",
    "section_kind": "text",
    "heading": "text",
    "before": "text",
    "found": "text",
    "after": "text",
    "start": "integer",
    "end": "integer",
    "clean_start": "integer",
    "clean_end": "integer",
    "document_id": "integer",
    "document": "text",
    "source": "text",
}


def connect(
    url: str | None = None,
    *,
    token: str | None = None,
    data_dir: str | os.PathLike[str] | None = None,
) -> Service:
    """A connection to a service: by default the one that the command line would use.

    That is ZHIBIAO_URL with ZHIBIAO_TOKEN, else the stack that `zhibiao up` runs in the data dir.
    Raises NoToken, SettingsError, ServiceUnreachable.
    """
    settings = load_settings(data_dir=None if data_dir is None else Path(data_dir))
    client = Client(url or service_url(settings), token or find_token(settings))
    client.version()
    return Service(client)


class Service:
    """The tables of one service. Every method raises ServiceUnreachable and Refused.

    Filters are those of `zhibiao export`: run, region, region_code, year_from, year_to,
    indicator, parts, certain, as_of.
    """

    def __init__(self, client: Client) -> None:
        self.client = client  # submit, watch, reprocess

    def __repr__(self) -> str:
        return f"<Service {self.client.url}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        self.client.close()

    def panel(self, *, long: bool = False, **wanted: Any) -> pd.DataFrame:
        """One row a region and year, one column an indicator, measure and status.

        `long`: one row a cell, with its sentence and flags. Also: `unit`, `flagged`.
        """
        return self._table("panel", layout="long" if long else "wide", **wanted)

    def observations(self, *, limit: int | None = None, **wanted: Any) -> pd.DataFrame:
        """One row a statement with its sentence; only the first `limit`, if given."""
        if limit is None:
            return self._table("observations", **wanted)
        pages = self.client.observations(**wanted, limit=max(1, min(limit, 1000)))
        return frame(islice(pages, limit), OBSERVATION_COLUMNS)

    def observation_pages(self, *, rows: int = 10_000, **wanted: Any) -> Iterator[pd.DataFrame]:
        """The same in frames of at most `rows` rows, for more than memory holds."""
        if rows < 1:
            raise ValueError(f"rows={rows}: a page holds at least one.")
        records = self.client.observations(**wanted, limit=min(rows, 1000))
        while page := list(islice(records, rows)):
            yield frame(page, OBSERVATION_COLUMNS)

    def keywords(
        self,
        keywords: KeywordsGiven | None = None,
        *,
        match: Match = "token",
        by: Grain = "document",
        per: Denominator = "tokens",
        zeros: bool = True,
        **wanted: Any,
    ) -> pd.DataFrame:
        """How often each report says each term; one row a report (and section) and term.

        `keywords` is a file, the name of a bundled set, or a list of terms; None: policy terms.
        Without `zeros` there is no row for a term that a report never says. Raises KeywordSetError.
        """
        wanted |= {"match": match, "by": by, "per": per, "zeros": zeros}
        return self._table("keywords", keyword=_asked_terms(keywords), **wanted)

    def concordance(
        self,
        keywords: KeywordsGiven | None = None,
        *,
        match: Match = "token",
        **wanted: Any,
    ) -> pd.DataFrame:
        """One row a place where a report says a term, with what is before and after it.

        As many as `keywords` counts. Raises KeywordSetError.
        """
        return self._table("concordance", keyword=_asked_terms(keywords), match=match, **wanted)

    def terms(
        self, *, of: TermGrain = "document", top: int | None = None, **wanted: Any
    ) -> pd.DataFrame:
        """The words of each report, year or region, with count and TF-IDF; one row a word.

        Only the `top` words of each, if given. Numbers and function words are left out.
        """
        return self._table("terms", of=of, top=top, **wanted)

    def term_matrix(
        self, *, values: Literal["count", "tfidf"] = "count", **wanted: Any
    ) -> TermMatrix:
        """The words of all reports as a sparse matrix of scipy. Raises NoScipy."""
        return term_matrix(self.terms(**wanted), values)

    def search(self, text: str, *, limit: int | None = None, **wanted: Any) -> pd.DataFrame:
        """One row a place where a report says `text`, with what stands around it.

        `start` and `end` are offsets into the raw text. Also: `section`, `context` (characters).
        """
        return frame(islice(self.client.search(text, **wanted), limit), _HIT_COLUMNS)

    def quantities(self, subject: str, *, limit: int | None = None, **wanted: Any) -> pd.DataFrame:
        """One row a number of something whose name holds `subject` (充电桩), as `observations`.

        Those of no catalogue indicator too, and those of parts of a region.
        """
        return frame(islice(self.client.quantities(subject, **wanted), limit), OBSERVATION_COLUMNS)

    def coverage(
        self, expected: Iterable[Mapping[str, Any]] | None = None, **wanted: Any
    ) -> pd.DataFrame:
        """What each report states or why not: one row a region, year and indicator.

        `expected` are the reports that should be there: mappings with `region_code` and `year`.
        """
        units = None if expected is None else list(expected)
        return self._table("coverage", expected=units, **wanted)

    def documents(self, **wanted: Any) -> pd.DataFrame:
        """One row a submitted document with its state, those that failed too."""
        return self._table("documents", **wanted)

    def plot(
        self,
        kind: Plot,
        path: str | os.PathLike[str],
        *,
        indicator: str = "gdp",
        measure: str = "growth",
        keywords: KeywordsGiven | None = None,
        font: Path | None = None,
        **wanted: Any,
    ) -> None:
        """Draw targets, outturns, keywords or coverage into a file: png, svg, pdf.

        Raises NoFont, NothingToPlot, ValueError; see `zhibiao.library.plots.plot`.
        """
        stated = Measure(measure)
        if kind == "keywords":
            table = self.keywords(keywords, **wanted)
        elif kind == "coverage":
            table = self.coverage(indicator=[indicator], **wanted)
        else:
            table = self.panel(long=True, indicator=[indicator], **wanted)
            table = table[table.measure == stated]
        plot(kind, table, path, font=font)

    def _table(self, table: Table, **wanted: Any) -> pd.DataFrame:
        # Made by the service as a file, sent as it is made: no page is asked for twice.
        with tempfile.TemporaryDirectory(prefix="zhibiao-") as folder:
            path = Path(folder, f"{table}.parquet")
            exported = self.client.export(table, path, **wanted)
            made = pd.read_parquet(path, dtype_backend="numpy_nullable")
        made.attrs["manifest"] = exported.manifest
        return with_categories(made)


def _asked_terms(
    keywords: KeywordsGiven | None,
) -> list[str | Mapping[str, Any]] | None:
    if keywords is None:
        return None
    if isinstance(keywords, (str, os.PathLike)):
        return as_asked(load_keywords(os.fspath(keywords)))
    return list(keywords)
