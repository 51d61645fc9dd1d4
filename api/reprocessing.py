"""What reprocessing asks for and answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.parameters import Code, StoreId, Written, Year
from api.schemas.runs import RunView
from zhibiao.domain import Stage, State
from zhibiao.domain.difference import Kind
from zhibiao.rendering import as_json
from zhibiao.store.queries.documents import DocumentFilter
from zhibiao.store.reprocessing.diffs import DocumentDiff, Totals, records
from zhibiao.store.reprocessing.outdated import Selection
from zhibiao.store.reprocessing.plans import Plan

_NAMES_SHOWN = 20


class ReprocessRequest(BaseModel):
    """Which documents; empty: all that are outdated."""

    model_config = ConfigDict(
        extra="forbid",
        populate_by_name=True,
        json_schema_extra={"examples": [{"region_code": "61", "year_from": 2020}]},
    )
    documents: list[StoreId] = Field(
        default=[],
        description="Only these; quarantined and cancelled ones among them too.",
        max_length=100_000,
    )
    run: StoreId | None = Field(default=None, description="Only documents that were in this run.")
    region_code: Code | None = Field(
        default=None, description="GB/T 2260 code, or its first digits."
    )
    year_from: Year | None = None
    year_to: Year | None = None
    states: list[State] = Field(default=[], description="Only documents that stand so.")
    error_code: Written | None = Field(default=None, description="Only with this error code.")
    name: Written | None = Field(default=None, description="Part of the file name.")
    first: Stage | None = Field(
        default=None,
        alias="from",
        description="Execute this stage and all after it, outdated or not.",
    )
    everything: bool = Field(
        default=False, alias="all", description="Execute all stages, outdated or not."
    )
    atomic: bool = Field(
        default=False,
        description="Show nothing of it before all is done, and nothing at all if any fails.",
    )
    label: Written = Field(default="", max_length=500, description="A name for the run.")

    def named(self) -> DocumentFilter:
        """What has to exist where it is named."""
        return DocumentFilter(run=self.run, region_code=self.region_code)

    def selection(self) -> Selection:
        return Selection(
            documents=tuple(self.documents),
            run=self.run,
            region_code=self.region_code,
            year_from=self.year_from,
            year_to=self.year_to,
            states=tuple(self.states),
            error_code=self.error_code,
            name_contains=self.name,
            first=Stage.READ if self.everything and self.first is None else self.first,
        )


class ReasonView(BaseModel):
    stage: Stage
    changed: list[str] = Field(
        description="The inputs that are not what they were when the output was made; `missing`: "
        "there is no output; `asked for`; `unknown`: nobody noted what it was made of."
    )
    documents: int


class SparedView(BaseModel):
    """Outdated documents that are left as they are, and stand as up to date from then on."""

    documents: int
    changed: list[str] = Field(description="The inputs that are not what they were.")
    indicators: list[str] = Field(description="That are new, gone, or have other rules.")
    names: list[str] = Field(
        description="That are new, gone, or mean something else; the first ones. These documents "
        "hold none of them, nor any word by which the indicators are found."
    )
    names_changed: int = Field(description="How many names that are.")


class PlanView(BaseModel):
    """What a reprocessing would do."""

    outdated: int = Field(description="Documents that would be processed.")
    starts: dict[Stage, int] = Field(description="Documents by the stage they would start at.")
    executions: dict[Stage, int] = Field(
        description="Executions of each stage, if every output came out as it was."
    )
    up_to_date: int
    left_alone: dict[str, int] = Field(description="Documents that are left alone, by why.")
    spared: list[SparedView] = Field(
        description="Outdated only because of the catalogue, and nothing that has changed in it is "
        "in their text: not processed. Documents of one former catalogue an entry."
    )
    reasons: list[ReasonView]
    worker_seconds_at_least: float | None = Field(
        description="Of worker processes, by measured averages; null: nothing was measured yet."
    )
    worker_seconds_at_most: float | None = Field(
        description="If everything after the first outdated stage had to be made anew."
    )
    problem: str | None = Field(
        description="Why the user's catalogue or dictionary on disk is not in use."
    )


def plan_view(plan: Plan, problem: str | None) -> PlanView:
    return PlanView(
        outdated=plan.outdated,
        starts=dict(plan.starts),
        executions=dict(plan.executions),
        up_to_date=plan.up_to_date,
        left_alone=dict(plan.left_alone),
        spared=[
            SparedView(
                documents=len(each.documents),
                changed=list(each.changed),
                indicators=list(each.change.indicators),
                names=list(each.change.names[:_NAMES_SHOWN]),
                names_changed=len(each.change.names),
            )
            for each in plan.spared
        ],
        reasons=[
            ReasonView(stage=r.stage, changed=list(r.changed), documents=r.documents)
            for r in plan.reasons
        ],
        worker_seconds_at_least=plan.seconds_at_least,
        worker_seconds_at_most=plan.seconds_at_most,
        problem=problem,
    )


class ReprocessAnswer(BaseModel):
    plan: PlanView
    run: RunView | None = Field(description="Null: only planned, or there is nothing to do.")


class ChangeView(BaseModel):
    """One observation that appeared, vanished or changed."""

    document_id: int
    document: str | None
    region: str | None
    region_code: str | None
    year: int | None
    source: str
    change: Literal["appeared", "vanished", "changed"]
    indicator: str | None
    fields: list[str] = Field(description="Of a changed one: what differs.")
    old: dict[str, Any] | None = Field(description="With its phrase in `evidence`.")
    new: dict[str, Any] | None
    correction: str | None = Field(
        default=None, description="What a person has said of it: right, wrong, edited, added."
    )
    agrees: bool | None = Field(
        default=None, description="Whether the newer version states what that person does."
    )


class ChangeCounts(BaseModel):
    appeared: int = 0
    vanished: int = 0
    changed: int = 0


class DocumentChanges(ChangeCounts):
    document_id: int
    document: str | None
    region: str | None
    region_code: str | None
    year: int | None
    source: str


class DiffView(BaseModel):
    """What differs between two states of the observations."""

    documents: int = Field(description="Documents with at least one change.")
    totals: ChangeCounts
    fields: dict[str, int] = Field(description="Changed observations by the field that differs.")
    indicators: dict[str, ChangeCounts]
    by_document: list[DocumentChanges] = Field(description="The first `limit`.")
    changes: list[ChangeView] = Field(description="The first `limit`; format=jsonl gives all.")
    truncated: bool


def diff_view(found: Iterable[DocumentDiff], limit: int) -> DiffView:
    """All changes counted, the first `limit` of them shown."""
    totals = Totals()
    changes: list[ChangeView] = []
    by_document: list[DocumentChanges] = []
    for each in found:
        totals.add(each)
        if len(changes) < limit:
            changes += change_views(each)
        if len(by_document) < limit:
            counts = Counter(change.kind for change in each.changes)
            counted = DocumentChanges(**each.document)
            by_document.append(counted.model_copy(update=_by_name(counts)))
    return DiffView(
        documents=totals.documents,
        totals=ChangeCounts(**_by_name(totals.kinds)),
        fields=dict(totals.fields.most_common()),
        indicators={
            name: ChangeCounts(**_by_name(kinds))
            for name, kinds in sorted(totals.indicators.items())
        },
        by_document=by_document,
        changes=changes[:limit],
        truncated=totals.documents > len(by_document) or totals.kinds.total() > limit,
    )


def _by_name(counts: Mapping[Kind, int]) -> dict[str, int]:
    return {str(kind): count for kind, count in counts.items()}


def change_views(found: DocumentDiff) -> list[ChangeView]:
    views = []
    for change, record in zip(found.changes, records(found), strict=True):
        sides: dict[str, dict[str, Any] | None] = {}
        for side, stated in (("old", change.old), ("new", change.new)):
            names = [name for name in record if name.startswith(f"{side}_")]
            values = {name.removeprefix(f"{side}_"): record[name] for name in names}
            sides[side] = None if stated is None else as_json(values)
        views.append(
            ChangeView(
                **found.document,
                change=change.kind,
                indicator=record["indicator"],
                correction=record["correction"],
                agrees=record["agrees"],
                fields=list(change.fields),
                old=sides["old"],
                new=sides["new"],
            )
        )
    return views


class RollbackRequest(BaseModel):
    """Whose outputs of before the run become current again; empty: all of its documents'."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"document": 12}]})
    document: StoreId | None = None


class RollbackAnswer(BaseModel):
    documents: int = Field(description="Whose former outputs are current again.")
    superseded: int = Field(description="Left alone: changed again since the run.")
    first: int = Field(description="Left alone: there was nothing before the run.")
    pruned: int = Field(description="Left alone: what was before is not kept any more.")


class PruneAnswer(BaseModel):
    """What is forgotten, in rows; or would be."""

    publications: int = Field(description="Moments that can no longer be gone back to.")
    extractions: int = Field(description="Generations of observations.")
    texts: int = Field(description="Raw texts, clean texts and term counts.")
    work: int = Field(description="Documents' ways through runs that later ones have superseded.")
    audit: int = Field(description="Entries of the audit log.")
    dry_run: bool
