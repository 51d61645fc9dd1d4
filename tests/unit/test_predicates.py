"""The quick looks of predicates let nothing pass that the patterns alone find."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from zhibiao.extract.predicates import Predicate, predicates

OPENING = [predicate for predicate in predicates().all if predicate.begins is not None]


@pytest.mark.parametrize("predicate", OPENING, ids=lambda each: each.relation)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_a_predicate_is_found_with_all_its_optional_words(
    predicate: Predicate, data: st.DataObject
) -> None:
    text = data.draw(st.from_regex(predicate.pattern, alphabet=st.characters(codec="utf-16")))
    found = [match.span() for match in predicate.pattern.finditer(text)]
    assume(found)
    assert [match.span() for match in predicate.matches(text, 0, len(text))] == found
