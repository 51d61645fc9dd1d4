"""Hashes of what the stages make: the same output has the same hash, whenever it was made."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
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
    """Term counts as JSON, the terms as they come, which is as they first occur in the text: what
    is hashed, and what is stored."""
    # By hand: an encoder looks at each of two thousand terms and counts, in twice the time.
    if not counts:
        return "{}"
    pieces: list[str] = [""] * (2 * len(counts))
    escaped = _ESCAPED.search("".join(counts))  # nearly never
    pieces[::2] = [_quoted(term)[1:-1] for term in counts] if escaped else counts
    pieces[1::2] = map(_SEPARATORS.__getitem__, counts.values())
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
    observations = _listed(_observations(extraction.observations))
    rejections = _listed([_rejection(each) for each in extraction.rejections])
    statements = _written(list(map(_STATEMENT, extraction.statements)))
    return _hash("[[" + observations + "], [" + rejections + "], " + statements + "]")


def _listed(written: list[str]) -> str:
    """Lists of what is written, with commas between."""
    return "[" + "], [".join(written) + "]" if written else ""


# What `_written` would write between the brackets of the values of all fields of each, without
# asking what each of them is: a report has two hundred. An f-string of strings alone is compiled
# into one call; of anything else it would go by way of `str.format`, and a sum would copy what
# there is with each further part.
def _observations(found: Sequence[Observation]) -> list[str]:
    written: list[str] = []
    sentence: str | None = None  # that of the one before: every other one stands in the same
    span: Span | None = None
    said = ""
    for o in found:
        if o.sentence is not sentence or o.sentence_span is not span:
            sentence, span = o.sentence, o.sentence_span
            said = f"{_quoted(o.sentence)}, {_place(o.sentence_span)}"
        written.append(
            f"{_word(o.indicator)}, {_quoted(o.subject)}, {_quoted(o.measure)}, "
            f"{_decimal(o.value)}, {_decimal(o.value_high)}, {_word(o.unit)}, {_quoted(o.bound)}, "
            f"{_quoted(o.status)}, {_number(o.period_start)}, {_number(o.period_end)}, "
            f"{_quoted(o.scope)}, {_quoted(o.evidence)}, {_place(o.span)}, {said}, "
            f"{_place(o.number_span)}, {_place(o.name_span)}, {_decimal(o.base_value)}, "
            f"{_word(o.base_unit)}, {_word(o.tone)}, {'true' if o.stretch else 'false'}, "
            f"{_words(o.flags) if o.flags else '[]'}, {_number(o.conflict)}, {_word(o.rule)}, "
            f"{_words(o.doubts) if o.doubts else '[]'}"
        )
    return written


def _words(several: Sequence[str]) -> str:
    return "[" + ", ".join([_quoted(each) for each in several]) + "]"


_WORDS: dict[str, str] = {}
_WORDS_KEPT = 1 << 12


def _word(word: str | None) -> str:
    """One of few that come again and again: an indicator, a unit, a rule."""
    if word is None:
        return "null"
    quoted = _WORDS.get(word)
    if quoted is None:
        quoted = _quoted(word)
        if len(_WORDS) < _WORDS_KEPT:
            _WORDS[word] = quoted
    return quoted


def _rejection(rejection: Rejection) -> str:
    place, surface = _place(rejection.span), _quoted(rejection.surface)
    return f"{place}, {surface}, {_word(rejection.reason)}"


def _decimal(value: Decimal | None) -> str:
    # Its repr, which takes longer.
    return "null" if value is None else "\"Decimal('" + str(value) + "')\""


def _number(value: int | None) -> str:
    return "null" if value is None else str(value)


def _place(span: Span | None) -> str:
    return "null" if span is None else f'"{_span(span)}"'


def _span(span: Span) -> str:
    # A dataclass's own repr, which says the same, costs ten times as much.
    return f"Span(start={span.start}, end={span.end})"


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
