"""A later version of the rules, which reads something else in a report."""

from __future__ import annotations

from typing import Any

import pytest

from tasks import stage_work


def reprocess(service: Any) -> int:
    """Everything again; the run."""
    answer = service.http.post("/v1/reprocess", json={"all": True})
    service.work()
    return int(answer.json()["run"]["id"])


def other_version(service: Any, before: str, after: str) -> int:
    """As if a later version of the rules read what the report says otherwise; the run."""
    honest = stage_work.pipeline.extract

    def extract(clean: Any, raw: str, *others: Any) -> Any:
        changed = clean.text.replace(before, after)
        assert len(changed) == len(clean.text)
        return honest(type(clean)(text=changed, offsets=clean.offsets), raw, *others)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stage_work.pipeline, "extract", extract)
        return reprocess(service)
