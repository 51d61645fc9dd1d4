"""The quick looks that spare most searches let nothing pass that the patterns alone find."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from zhibiao.extract.predicates import Predicate, predicates
from zhibiao.extract.scope import places

OPENING = [predicate for predicate in predicates().all if predicate.begins is not None]
CHARACTERS = st.characters(codec="utf-16")


@pytest.mark.parametrize("predicate", OPENING, ids=lambda each: each.relation)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_a_predicate_is_found_with_all_its_optional_words(
    predicate: Predicate, data: st.DataObject
) -> None:
    text = data.draw(st.from_regex(predicate.pattern, alphabet=CHARACTERS))
    found = [match.span() for match in predicate.pattern.finditer(text)]
    assume(found)
    assert [match.span() for match in predicate.matches(text, 0, len(text))] == found


@given(st.from_regex(places._PART, alphabet=CHARACTERS))
@settings(max_examples=300, deadline=None)
def test_a_part_of_the_region_holds_what_its_names_end_with(text: str) -> None:
    found = places._PART.match(text)
    assume(found is not None)
    assert found is not None
    assert places._ENDS_PART.search(found[0])
