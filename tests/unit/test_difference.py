"""What appeared, vanished or changed between two readings of a report."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from invented import observation

from zhibiao.domain.difference import COMPARED, compare


def stated(indicator: str | None = "gdp", value: str = "6.5", at: int = 10, **other: Any) -> Any:
    known = {
        "base_value": Decimal(value),
        "base_unit": "%",
        "tone": None,
        "flags": [],
        "subject": "生产总值",
        "evidence": f"生产总值增长{value}%",
        "number_start": at,
        "number_end": at + 3,
    }
    return observation(indicator=indicator, value=Decimal(value), **{**known, **other})


def kinds(old: list[Any], new: list[Any], *, same_text: bool = True) -> list[tuple[Any, ...]]:
    return [
        (change.kind, change.either["indicator"], change.fields)
        for change in compare(old, new, same_text=same_text)
    ]


def test_the_same_statements_are_no_change_wherever_they_stand() -> None:
    assert kinds([stated(at=10)], [stated(at=510)], same_text=False) == []
    assert kinds([stated(at=10)], [stated(at=510)]) == []


def test_a_statement_appears_or_vanishes() -> None:
    assert kinds([], [stated()]) == [("appeared", "gdp", ())]
    assert kinds([stated()], []) == [("vanished", "gdp", ())]


def test_another_reading_of_the_same_number_is_a_change_of_its_fields() -> None:
    old, new = stated(), stated(status="target", tone="左右")
    assert kinds([old], [new]) == [("changed", "gdp", ("status", "tone"))]


def test_a_number_that_becomes_another_indicator_s_is_a_change_of_the_indicator() -> None:
    old, new = stated("gdp"), stated("industry")
    assert kinds([old], [new]) == [("changed", "industry", ("indicator",))]


def test_another_value_for_the_same_indicator_and_period_is_a_change_of_the_value() -> None:
    old, new = stated(value="6.5", at=10), stated(value="7.1", at=80)
    assert kinds([old], [new]) == [("changed", "gdp", ("value", "base_value", "evidence"))]


def test_of_several_alike_the_nearest_are_matched() -> None:
    old = [stated(value="1", at=10), stated(value="2", at=500)]
    new = [stated(value="3", at=490)]
    found = compare(old, new, same_text=True)
    assert [(change.kind, change.either["value"]) for change in found] == [
        ("vanished", Decimal(1)),
        ("changed", Decimal(3)),
    ]


def test_two_indicators_that_share_one_number_are_told_apart() -> None:
    pair = [stated("urban_income", at=30), stated("rural_income", at=30)]
    assert kinds(pair, [pair[1]]) == [("vanished", "urban_income", ())]
    assert kinds(pair, pair[::-1]) == []


def test_open_quantities_match_by_their_place_only() -> None:
    old, new = stated(None, "1", at=10), stated(None, "2", at=90)
    assert [kind for kind, *_ in kinds([old], [new])] == ["vanished", "appeared"]


def test_a_value_written_otherwise_is_the_same_number() -> None:
    assert kinds([stated(value="6.50", evidence="e")], [stated(value="6.5", evidence="e")]) == []


statements = st.lists(
    st.builds(
        stated,
        indicator=st.sampled_from(["gdp", "jobs", None]),
        value=st.sampled_from(["1", "2", "3"]),
        at=st.integers(0, 5).map(lambda n: n * 10),
        status=st.sampled_from(["actual", "target"]),
    ),
    max_size=8,
)


@given(old=statements, new=statements, same_text=st.booleans())
def test_changes_account_for_every_statement_and_turn_round(
    old: list[Any], new: list[Any], same_text: bool
) -> None:
    found = compare(old, new, same_text=same_text)
    there = sum(change.old is not None for change in found)
    here = sum(change.new is not None for change in found)
    assert len(old) - there == len(new) - here >= 0
    for change in found:
        if change.kind == "changed":
            assert change.fields
            assert all(change.old[f] != change.new[f] for f in change.fields)  # type: ignore[index]
            assert set(change.fields) <= set(COMPARED)
    back = compare(new, old, same_text=same_text)
    assert len(back) == len(found)


@given(old=statements, same_text=st.booleans())
def test_nothing_differs_from_itself(old: list[Any], same_text: bool) -> None:
    assert compare(old, old, same_text=same_text) == []
