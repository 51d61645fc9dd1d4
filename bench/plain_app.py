"""The plain build of the same idea, to be compared with: a Celery chain a document.

Text travels in the messages, jieba cuts it, results lie in Redis. Nothing is stored, claimed,
leased, published or linked; a worker that dies takes its documents along. The stages themselves
are ours: what is compared is how they are run.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from datetime import date
from functools import cache
from typing import Any

from celery import Celery, chain
from celery.signals import worker_init

from zhibiao import pipeline
from zhibiao.domain import CleanText, Metadata, Observation, OffsetMap, RawDocument
from zhibiao.pipeline import Language

app = Celery("plain")
app.conf.update(
    broker_url=os.environ.get("PLAIN_REDIS", "redis://"),
    result_backend=os.environ.get("PLAIN_REDIS", "redis://"),
    worker_prefetch_multiplier=4,
    worker_send_task_events=True,
)


@cache
def language() -> Language:
    return Language.load(segmenter="jieba")


@worker_init.connect  # type: ignore[untyped-decorator]
def _before_fork(**_: Any) -> None:
    pipeline.rehearse(language())


@app.task  # type: ignore[untyped-decorator]
def read(name: str, content: str) -> dict[str, Any]:
    document = pipeline.read(content.encode(), name)[0]
    return {"name": name, "text": document.text, "media_type": document.media_type}


@app.task  # type: ignore[untyped-decorator]
def clean(made: dict[str, Any]) -> dict[str, Any]:
    document = RawDocument(part=0, **made)
    described = pipeline.clean(document, {})
    delivered_on = described.metadata.delivered_on
    return {
        "text": document.text,
        "clean": described.clean.text,
        "offsets": described.clean.offsets.segments,
        "metadata": asdict(described.metadata)
        | {"delivered_on": delivered_on and delivered_on.isoformat()},
    }


@app.task  # type: ignore[untyped-decorator]
def segment(made: dict[str, Any]) -> dict[str, Any]:
    return made | {"terms": pipeline.segment(_clean_text(made), language()).counts}


@app.task  # type: ignore[untyped-decorator]
def extract(made: dict[str, Any]) -> dict[str, Any]:
    known = made["metadata"]
    known["candidates"] = tuple(known["candidates"])
    known["delivered_on"] = known["delivered_on"] and date.fromisoformat(known["delivered_on"])
    found = pipeline.extract(_clean_text(made), made["text"], Metadata(**known), language())
    return {
        "metadata": known | {"delivered_on": None},
        "terms": made["terms"],
        "observations": [_plain(each) for each in found.observations],
    }


def _plain(observation: Observation) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(json.dumps(asdict(observation), default=str))
    return made


def _clean_text(made: dict[str, Any]) -> CleanText:
    return CleanText(text=made["clean"], offsets=OffsetMap(map(tuple, made["offsets"])))


def way(name: str, content: str) -> Any:
    """One document's chain, sent."""
    return chain(read.s(name, content), clean.s(), segment.s(), extract.s()).apply_async()
