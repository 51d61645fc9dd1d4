"""Hashes of what the stages make: the same output has the same hash, whenever it was made."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import astuple, fields
from decimal import Decimal
from json.encoder import encode_basestring as _quoted
from operator import attrgetter
from typing import Any

from zhibiao.domain.documents import CleanText, Metadata, RawDocument
from zhibiao.domain.observations import Extraction, Observation, Rejection, Statement
from zhibiao.domain.spans import Span
from zhibiao.domain.stage_outputs import clean_hash

_LENGTH = 32  # hexadecimal digits: 128 bits, beyond any accident

_ESCAPED = re.compile(r'[\x00-\x1f"\\]')  # what JSON does not write as it is
_STATEMENT = attrgetter(*(entry.name for entry in fields(Statement)))
_METADATA = tuple(entry.name for entry in fields(Metadata))


def of_raw(document: RawDocument) -> str:
    """Of one report as it was read."""
    decoding = document.decoding
    return _digest(
        document.text,
        document.media_type,
        document.title,
        document.split_by,
        None if decoding is None else astuple(decoding),
        document.given,
    )


def of_clean(clean: CleanText, metadata: Metadata, sketch: bytes) -> str:
    """Of a cleaned report; see `clean_hash` for its two halves."""
    known = [getattr(metadata, name) for name in _METADATA]
    rest = _digest(known, clean.offsets.to_bytes().hex(), sketch.hex())
    return clean_hash(_digest(clean.text), rest)


def of_terms(counts: Mapping[str, int], cut: bytes) -> str:
    """Of term counts and of where words end."""
    return of_written_terms(written_terms(counts), cut)


def written_terms(counts: Mapping[str, int]) -> str:
    """Term counts as JSON, the terms in order: what is hashed, and what is stored."""
    # The text of `_digest`, which would sort and look at two thousand terms in twice the time.
    terms = sorted(counts)
    if not terms:
        return "{}"
    pieces = [""] * (2 * len(terms))
    escaped = _ESCAPED.search("".join(terms))  # nearly never
    pieces[::2] = [_quoted(term)[1:-1] for term in terms] if escaped else terms
    pieces[1::2] = map(_SEPARATORS.__getitem__, map(counts.__getitem__, terms))
    return '{"' + "".join(pieces)[: -len(_NEXT)] + "}"


_NEXT = ', "'


class _Separators(dict[int, str]):
    """What stands between a term and the next one: its count. Few counts are large."""

    def __missing__(self, count: int) -> str:
        written = f'": {count}{_NEXT}'
        if count < 1000:
            self[count] = written
        return written


_SEPARATORS = _Separators()


def of_written_terms(written: str, cut: bytes) -> str:
    """`of_terms`, of counts that are written already."""
    return _hash(f'[{written}, "{hashlib.sha256(cut).hexdigest()}"]')


def of_extraction(extraction: Extraction) -> str:
    """Of all observations, rejections and statements, with their places."""
    observations = _listed([_observation(each) for each in extraction.observations])
    rejections = _listed([_rejection(each) for each in extraction.rejections])
    statements = _written(list(map(_STATEMENT, extraction.statements)))
    return _hash(f"[[{observations}], [{rejections}], {statements}]")


def _listed(written: list[str]) -> str:
    """Lists of what is written, with commas between."""
    return "[" + "], [".join(written) + "]" if written else ""


# What `_written` would write between the brackets of the values of all fields, without asking what
# each of them is: a report has two hundred observations. Sums, since a compiled f-string that holds
# a repr goes by way of `str.format`.
def _observation(o: Observation) -> str:
    values = [
        "null" if o.indicator is None else _quoted(o.indicator),
        _quoted(o.subject),
        _quoted(o.measure),
        _represented(o.value),
        "null" if o.value_high is None else _represented(o.value_high),
        _quoted(o.unit),
        _quoted(o.bound),
        _quoted(o.status),
        "null" if o.period_start is None else str(o.period_start),
        "null" if o.period_end is None else str(o.period_end),
        _quoted(o.scope),
        _quoted(o.evidence),
        _place(o.span),
        _quoted(o.sentence),
        _place(o.sentence_span),
        _place(o.number_span),
        "null" if o.name_span is None else _place(o.name_span),
        "null" if o.base_value is None else _represented(o.base_value),
        "null" if o.base_unit is None else _quoted(o.base_unit),
        "null" if o.tone is None else _quoted(o.tone),
        "true" if o.stretch else "false",
        "[" + ", ".join([_quoted(flag) for flag in o.flags]) + "]" if o.flags else "[]",
        "null" if o.conflict is None else str(o.conflict),
        _quoted(o.rule),
        "[" + ", ".join([_quoted(doubt) for doubt in o.doubts]) + "]" if o.doubts else "[]",
    ]
    return ", ".join(values)


def _rejection(rejection: Rejection) -> str:
    place = _place(rejection.span)
    return f"{place}, {_quoted(rejection.surface)}, {_quoted(rejection.reason)}"


def _represented(value: Decimal) -> str:
    return '"' + repr(value) + '"'


def _place(span: Span) -> str:
    return '"' + _span(span) + '"'


def _span(span: Span) -> str:
    # A dataclass's own repr, which says the same, costs ten times as much.
    return "Span(start=" + str(span.start) + ", end=" + str(span.end) + ")"


def _digest(*parts: Any) -> str:
    return _hash(_written(parts))


def _written(value: Any) -> str:
    return json.dumps(
        value, ensure_ascii=False, check_circular=False, sort_keys=True, default=_plain
    )


def _hash(written: str) -> str:
    return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()[:_LENGTH]


def _plain(value: Any) -> Any:
    # Spans, decimals, dates: what their constructor takes stands for them.
    if type(value) is Span:  # four of five
        return _span(value)
    if isinstance(value, Mapping):
        return dict(value)
    return repr(value)
