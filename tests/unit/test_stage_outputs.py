"""Which stage is next follows from versions and hashes alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhibiao.domain import Stage
from zhibiao.domain.stage_outputs import StageOutputs, clean_hash

CURRENT = dict.fromkeys(Stage, "2")
HASHES = {
    Stage.READ: "r",
    Stage.CLEAN: clean_hash("text" * 8, "rest" * 8),
    Stage.SEGMENT: "s",
    Stage.EXTRACT: "e",
}


def outputs(**versions: str | None) -> StageOutputs:
    return StageOutputs(
        versions={stage: versions.get(stage.value, "2") for stage in Stage}, hashes=HASHES
    )


def test_what_has_nothing_begins_at_the_beginning() -> None:
    assert StageOutputs().next_stage(CURRENT) is Stage.READ


def test_what_is_up_to_date_has_no_next_stage() -> None:
    assert outputs().next_stage(CURRENT) is None


@pytest.mark.parametrize("stage", list(Stage))
def test_the_first_outdated_stage_is_next(stage: Stage) -> None:
    assert outputs(**{stage.value: "1"}).next_stage(CURRENT) is stage


@pytest.mark.parametrize(
    ("stage", "made", "following"),
    [
        (Stage.READ, "r", None),
        (Stage.READ, "other", Stage.CLEAN),
        (Stage.CLEAN, HASHES[Stage.CLEAN], None),
        (Stage.CLEAN, clean_hash("text" * 8, "other rest of it"), Stage.EXTRACT),
        (Stage.CLEAN, clean_hash("another text of it", "rest" * 8), Stage.SEGMENT),
        (Stage.SEGMENT, "other", None),
        (Stage.EXTRACT, "other", None),
    ],
)
def test_an_output_leads_on_only_where_it_is_another_one(
    stage: Stage, made: str, following: Stage | None
) -> None:
    after = outputs(**{stage.value: "1"}).after(stage, version="2", made=made)
    assert after.next_stage(CURRENT, after=stage) is following


def test_another_raw_text_that_cleans_to_the_same_text_is_still_extracted_anew() -> None:
    after = outputs(read="1").after(Stage.READ, version="2", made="other")
    after = after.after(Stage.CLEAN, version="2", made=HASHES[Stage.CLEAN])
    assert after.next_stage(CURRENT, after=Stage.CLEAN) is Stage.EXTRACT


@given(
    versions=st.fixed_dictionaries({stage: st.sampled_from([None, "1", "2"]) for stage in Stage}),
    changes=st.fixed_dictionaries({stage: st.booleans() for stage in Stage}),
)
def test_every_way_ends_up_to_date_and_never_goes_back(
    versions: dict[Stage, str | None], changes: dict[Stage, bool]
) -> None:
    now = StageOutputs(versions=versions, hashes=HASHES)
    outdated = {stage for stage in Stage if versions[stage] != "2"}
    executed: list[Stage] = []
    stage = now.next_stage(CURRENT)
    while stage is not None:
        executed.append(stage)
        made = f"new-{stage}" if changes[stage] else HASHES[stage]
        now = now.after(stage, version="2", made=made)
        stage = now.next_stage(CURRENT, after=stage)
    assert executed == sorted(executed, key=list(Stage).index)
    assert outdated <= set(executed)
    assert now.next_stage(CURRENT) is None
    if not any(changes.values()):
        assert set(executed) == outdated
