"""Beds and places that one named body has made: 市第一医院新院建成投用，新增床位800张."""

from __future__ import annotations

from typing import Final

from zhibiao.extract.clause.clauses import Clauses
from zhibiao.extract.scope.kinds import Part, PartKind
from zhibiao.language.wording import wording

_WORDING: Final = wording(__name__)
_MADE: Final = _WORDING.words("made")
_BODY: Final = _WORDING.pattern("body")


def of_one_body(reader: Clauses, i: int) -> Part | None:
    """The hospital, school or home that the clause before says is built or enlarged, where beds or
    places are named at token i: one of a name, and not counted among several."""
    text, token = reader.text, reader.tokens[i]
    if not text[token.start : token.end].endswith(_MADE):
        return None  # as nearly always
    found = _BODY.search(text, reader.tokens[0].start, token.start)
    return None if found is None else Part(PartKind.SUBJECT, found["body"])
