"""How many of the annotated observations of real reports are found, by the annotators' own scorer.

The annotated set stands beside the repository, not in it; without it these tests are skipped.
"""

from __future__ import annotations

import importlib.util
import json
from functools import lru_cache
from types import ModuleType
from typing import Any

import pytest

from bench.beside import DATA, GOLD
from zhibiao.catalogue.loading import load_catalogue
from zhibiao.domain import Metadata, Observation, RawDocument
from zhibiao.extract import extract
from zhibiao.text import clean

pytestmark = pytest.mark.skipif(
    not (GOLD / "score.py").exists(), reason="the annotated reports are not beside the repository"
)


def scorer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("gold_score", GOLD / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def row(observation: Observation) -> dict[str, Any]:
    return {
        "indicator": observation.indicator,
        "measure": observation.measure,
        "value": float(observation.value),
        "unit": observation.unit,
        "bound": observation.bound,
        "status": observation.status,
        "period_start": observation.period_start,
        "period_end": observation.period_end,
        "scope": observation.scope,
        "evidence": observation.evidence,
    }


@lru_cache(maxsize=1)
def compared() -> dict[str, int]:
    """Counts over all annotated reports: gold, system, hit, bound, evidence."""
    score = scorer()
    catalogue = load_catalogue()
    known = json.loads((GOLD / "metadata.json").read_text("utf-8"))
    counts = dict.fromkeys(("gold", "system", "hit", "bound", "evidence"), 0)
    paths = sorted((GOLD / "observations").glob("*.jsonl"))
    catalogued = {o["indicator"] for path in paths for o in score.load(path)}
    for path in paths:
        facts = known[path.stem]
        raw = (DATA / "reports" / f"{path.stem}.txt").read_text("utf-8")
        document = RawDocument(name=path.stem, part=0, text=raw, media_type="text/plain")
        metadata = Metadata(
            region=facts["region"], year=facts["year"], review_year=facts["review_year"]
        )
        found = {}
        for observation in extract(clean(document), raw, metadata, catalogue).observations:
            if observation.indicator in catalogued and observation.scope == "region":
                found.setdefault(score.key(row(observation)), row(observation))
        rows = score.load(path)
        gold = {score.key(o): o for o in rows if not o.get("optional")}
        for key in {score.key(o) for o in rows if o.get("optional")} - set(gold):
            found.pop(key, None)
        hit = set(gold) & set(found)
        counts["gold"] += len(gold)
        counts["system"] += len(found)
        counts["hit"] += len(hit)
        counts["bound"] += sum(gold[key]["bound"] == found[key]["bound"] for key in hit)
        counts["evidence"] += sum(
            score.squeeze(gold[key]["evidence"]) in score.squeeze(found[key]["evidence"])
            or score.squeeze(found[key]["evidence"]) in score.squeeze(gold[key]["evidence"])
            for key in hit
        )
    return counts


def test_the_annotated_observations_are_found() -> None:
    counts = compared()
    f1 = 2 * counts["hit"] / (counts["gold"] + counts["system"])
    assert counts["gold"] > 400
    assert f1 >= 0.985


def test_the_bounds_are_right() -> None:
    counts = compared()
    assert counts["bound"] / counts["hit"] >= 0.99


def test_the_evidence_is_the_annotators_or_part_of_it() -> None:
    counts = compared()
    assert counts["evidence"] / counts["hit"] >= 0.85
