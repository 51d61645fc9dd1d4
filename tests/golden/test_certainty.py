"""On annotated reports the uncertain observations are wrong far more often than the rest.

The annotated sets stand beside the repository, not in it; without them this is skipped.
"""

from __future__ import annotations

import pytest

from bench.certainty import BESIDE, LEAST_RATIO, MOST_UNCERTAIN, Judged, judged, report
from zhibiao.catalogue.loading import load_catalogue


@pytest.mark.skipif(
    not all(folder.is_dir() for pair in BESIDE for folder in pair),
    reason="the annotated reports are not beside the repository",
)
def test_uncertain_observations_are_a_minority_and_wrong_more_often() -> None:
    catalogue = load_catalogue()
    found: list[Judged] = []
    for folder, texts in BESIDE:
        found += judged(folder, texts, catalogue)
    assert len(found) > 900
    ratio, share = report("all", found)
    assert ratio >= LEAST_RATIO
    assert share <= MOST_UNCERTAIN
