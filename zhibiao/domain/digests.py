"""Hashes of what the stages make: the same output has the same hash, whenever it was made."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import astuple, fields
from json.encoder import encode_basestring
from operator import attrgetter
from typing import Any

from zhibiao.domain.documents import CleanText, Metadata, RawDocument
from zhibiao.domain.observations import Extraction, Observation, Rejection, Statement
from zhibiao.domain.spans import Span
from zhibiao.domain.stage_outputs import clean_hash

_LENGTH = 32  # hexadecimal digits: 128 bits, beyond any accident

_OBSERVATION = attrgetter(*(entry.name for entry in fields(Observation)))
_REJECTION = attrgetter(*(entry.name for entry in fields(Rejection)))
_STATEMENT = attrgetter(*(entry.name for entry in fields(Statement)))
# Of an observation's values: `json` would ask what stands for each, in twice the time.
_SPANS = tuple(n for n, entry in enumerate(fields(Observation)) if entry.name.endswith("span"))
_DECIMALS = tuple(
    n
    for n, entry in enumerate(fields(Observation))
    if entry.name in ("value", "value_high", "base_value")
)
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
    # The bytes of `_digest`, which would sort and look at two thousand terms in twice the time.
    ordered = ", ".join([f"{encode_basestring(term)}: {counts[term]}" for term in sorted(counts)])
    return _hash(f'[{{{ordered}}}, "{hashlib.sha256(cut).hexdigest()}"]')


def of_extraction(extraction: Extraction) -> str:
    """Of all observations, rejections and statements, with their places."""
    return _digest(
        _observed(extraction.observations),
        list(map(_REJECTION, extraction.rejections)),
        list(map(_STATEMENT, extraction.statements)),
    )


def _observed(observations: Iterable[Observation]) -> list[list[Any]]:
    rows = []
    for observation in observations:
        values = list(_OBSERVATION(observation))
        for n in _SPANS:
            span = values[n]
            if span is not None:
                values[n] = f"Span(start={span.start}, end={span.end})"
        for n in _DECIMALS:
            if values[n] is not None:
                values[n] = repr(values[n])
        rows.append(values)
    return rows


def _digest(*parts: Any) -> str:
    return _hash(
        json.dumps(parts, ensure_ascii=False, check_circular=False, sort_keys=True, default=_plain)
    )


def _hash(written: str) -> str:
    return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()[:_LENGTH]


def _plain(value: Any) -> Any:
    # Spans, decimals, dates: what their constructor takes stands for them.
    if type(value) is Span:  # four of five: a dataclass's own repr costs ten times as much
        return f"Span(start={value.start}, end={value.end})"
    if isinstance(value, Mapping):
        return dict(value)
    return repr(value)
