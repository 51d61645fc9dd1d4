"""Reports in a notebook: text, metadata, observations, and how they look there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from html import escape
from itertools import chain
from typing import Any, overload

import pandas as pd

from zhibiao.domain import Metadata, Span
from zhibiao.keywords.choices import Denominator, Match
from zhibiao.library.counting import KeywordsGiven, count_keywords
from zhibiao.library.frames import frame
from zhibiao.tables.observations import LOCAL_OBSERVATION_COLUMNS
from zhibiao.text.marking import marked_lines

_METADATA_COLUMNS = (
    "source",
    "part",
    "title",
    "region",
    "region_code",
    "province",
    "level",
    "year",
    "review_year",
    "speaker",
    "delivered_on",
    "meeting",
    "partial",
)
_SHOWN_CHARACTERS = 60_000  # of a report in a notebook: a long book would freeze the page
_MARK = "background:#fde68a;color:#111"
_BOX = "white-space:pre-wrap;max-height:32em;overflow:auto;border:1px solid #ddd;padding:.8em"


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class Document:
    """One report."""

    source: str  # name of the file
    part: int  # 0-based position in the file
    text: str  # as read: what the observations' `start` and `end` point into
    clean_text: str  # without boilerplate
    metadata: Metadata
    observations: pd.DataFrame  # one row a statement, in the order of the text

    def __repr__(self) -> str:
        known = self.metadata
        return (
            f"<Document {self.source}: {known.region or 'no region'}, {known.year or 'no year'}, "
            f"{len(self.text):,} characters, {len(self.observations):,} observations>"
        )

    def _repr_html_(self) -> str:
        """The text with its numbers marked, each with what it was read as."""
        heading = escape(repr(self)[1:-1])
        shown = self.text[:_SHOWN_CHARACTERS]
        left = len(self.text) - len(shown)
        rest = f"<p>… {left:,} characters more</p>" if left else ""
        body = _marked(shown, self.observations)
        return f"<p><b>{heading}</b></p><div style='{_BOX}'>{body}</div>{rest}"


class Documents(Sequence[Document]):
    """The reports of one or several files, in order."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._documents = tuple(documents)

    @overload
    def __getitem__(self, index: int) -> Document: ...
    @overload
    def __getitem__(self, index: slice) -> Documents: ...
    def __getitem__(self, index: int | slice) -> Document | Documents:
        if isinstance(index, slice):
            return Documents(self._documents[index])
        return self._documents[index]

    def __len__(self) -> int:
        return len(self._documents)

    def __iter__(self) -> Iterator[Document]:
        return iter(self._documents)

    @property
    def text(self) -> str:
        """The texts as read, an empty line between two reports."""
        return "\n\n".join(document.text for document in self._documents)

    @property
    def metadata(self) -> pd.DataFrame:
        """One row a report."""
        records = [
            {**asdict(each.metadata), "source": each.source, "part": each.part}
            for each in self._documents
        ]
        made = pd.DataFrame(records, columns=list(_METADATA_COLUMNS))
        years = ["part", "year", "review_year"]
        made[years] = made[years].astype("Int64")
        made["delivered_on"] = pd.to_datetime(made["delivered_on"])
        made["partial"] = made["partial"].astype("boolean")
        texts = [name for name in made if made[name].dtype == object]
        return made.astype(dict.fromkeys(texts, "string"))

    @property
    def observations(self) -> pd.DataFrame:
        """The observations of all reports, in their order."""
        if not self._documents:
            return frame((), LOCAL_OBSERVATION_COLUMNS)
        return pd.concat([each.observations for each in self._documents], ignore_index=True)

    def keywords(
        self,
        keywords: KeywordsGiven,
        *,
        match: Match = "token",
        per: Denominator = "tokens",
    ) -> pd.DataFrame:
        """How often each report says each term; one row a report and term.

        `keywords` is a file, the name of a bundled set, or a list of terms. As the service counts,
        with the settings' default segmenter. Raises KeywordSetError.
        """
        reports = ((each.source, each.clean_text, each.metadata) for each in self._documents)
        return count_keywords(reports, keywords, match=match, per=per)

    def __repr__(self) -> str:
        shown = "\n".join(f" {document!r}" for document in self._documents[:20])
        more = f"\n … {len(self) - 20} more" if len(self) > 20 else ""
        return f"<Documents: {len(self)}>\n{shown}{more}"

    def _repr_html_(self) -> str:
        if len(self) == 1:
            return self._documents[0]._repr_html_()
        shown: str = self.metadata.assign(
            observations=[len(each.observations) for each in self._documents]
        ).to_html(escape=True, na_rep="", max_rows=60)
        return shown


def _marked(text: str, observations: pd.DataFrame) -> str:
    """The text as HTML."""
    whole = observations[observations.number_end <= len(text)]
    columns = whole[["number_start", "number_end"]].astype(int)
    spans = [Span(start, end) for start, end in columns.itertuples(index=False)]
    readings = [_reading(record) for record in whole.to_dict("records")]
    written: list[str] = []
    at = 0
    for piece in chain.from_iterable(marked_lines(text, spans)):
        if piece.spans:
            title = escape("\n".join(readings[index] for index in piece.spans))
            number = escape(text[piece.start : piece.end])
            written += (
                escape(text[at : piece.start]),
                f'<mark style="{_MARK}" title="{title}">{number}</mark>',
            )
            at = piece.end
    return "".join(written) + escape(text[at:])


def _reading(record: Mapping[Any, Any]) -> str:
    high = record["value_high"]
    value = f"{record['value']:g}" + ("" if pd.isna(high) else f" to {high:g}")
    first, last = record["period_start"], record["period_end"]
    years = "" if pd.isna(last) else f", {last}" if first == last else f", {first} to {last}"
    name = record["subject"] if pd.isna(record["indicator"]) else record["indicator"]
    bound = "" if record["bound"] == "eq" else f"{record['bound']} "
    return (
        f"{name}, {record['measure']}, {record['status']}: {bound}{value} {record['unit']}{years}"
    )
