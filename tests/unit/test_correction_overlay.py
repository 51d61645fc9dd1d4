"""Corrections over what a version of the rules finds: pure, on invented observations."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from invented import observation

from zhibiao.domain.corrections import Correction, CorrectionKind, moved, overlay

TEXT = "全县生产总值增长6.8%。居民收入分别增长7%。"


def stated(indicator: str = "gdp", value: str = "6.8", **others: Any) -> dict[str, Any]:
    places = {"start": 2, "end": 12, "number_start": 8, "number_end": 11}
    return observation(indicator=indicator, value=Decimal(value), **{**places, **others})


def correction(
    number: int, kind: str, found: Any = None, meant: Any = None, *, same_text: bool = True
) -> Correction:
    return Correction(
        id=number, kind=CorrectionKind(kind), found=found, meant=meant, same_text=same_text
    )


def test_one_number_of_two_indicators_is_corrected_for_one_of_them() -> None:
    both = [stated("urban_income"), stated("rural_income")]
    laid = overlay(both, [correction(1, "wrong", both[1])])
    assert (laid.overruled, laid.inserted, laid.agreeing) == ({1: 1}, [], frozenset())


def test_a_wrong_one_that_is_stated_otherwise_now_is_left_alone() -> None:
    now = [stated(period_start=2021, period_end=2021)]
    laid = overlay(now, [correction(1, "wrong", stated())])
    assert (laid.overruled, laid.confirmed, laid.agreeing) == ({}, {}, frozenset({1}))


def test_the_same_value_written_with_other_digits_is_the_same() -> None:
    laid = overlay([stated(value="6.80")], [correction(1, "right", stated(), stated())])
    assert laid.confirmed == {0: 1}


def test_an_added_one_that_is_found_now_is_not_there_twice() -> None:
    laid = overlay([stated()], [correction(1, "added", None, stated())])
    assert (laid.confirmed, laid.inserted, laid.agreeing) == ({0: 1}, [], frozenset({1}))


def test_where_a_version_says_a_third_thing_the_persons_word_counts() -> None:
    edited = correction(1, "edited", stated(value="6.8"), stated(value="8.6"))
    laid = overlay([stated(status="target")], [edited])
    assert (laid.overruled, laid.inserted) == ({0: 1}, [edited])


def test_in_another_reading_of_the_text_words_and_value_tell_the_place() -> None:
    elsewhere = stated(number_start=40, number_end=43, evidence="生产总值\n增长6.8%")
    laid = overlay([elsewhere], [correction(1, "wrong", stated(), same_text=False)])
    assert laid.overruled == {0: 1}
    laid = overlay([elsewhere], [correction(1, "wrong", stated(), same_text=True)])
    assert laid.overruled == {}


def test_each_observation_is_one_corrections() -> None:
    twice = [correction(1, "right", stated(), stated()), correction(2, "wrong", stated())]
    laid = overlay([stated()], twice)
    assert len(laid.confirmed) + len(laid.overruled) == 1


def test_places_move_with_their_words_whatever_white_space_is_in_them() -> None:
    text = "某网站\n" + TEXT.replace("值增", "值 \n增")
    found = moved(stated(), text)
    assert found is not None
    assert text[found["start"] : found["end"]] == found["evidence"] == "生产总值 \n增长6.8%"
    assert text[found["number_start"] : found["number_end"]] == "6.8"


def test_of_several_places_the_nearest_is_taken_and_of_none_nothing() -> None:
    found = moved(stated(), f"{TEXT}{TEXT}")
    assert found is not None
    assert found["start"] == 2
    assert moved(stated(), "别的文字") is None
