"""What is said of runs, and what is asked of them."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.parameters import StoreId, Written


class RunAccounts(BaseModel):
    """Every document is in exactly one state; the states add up to `submitted`."""

    files: int = Field(description="Files in the submission.")
    submitted: int = Field(description="Documents. A compendium counts its reports once read.")
    pending: int
    running: int
    done: int
    failed: int = Field(description="An error that a retry may cure.")
    quarantined: int = Field(description="Cannot be read, or killed its worker; left alone.")
    duplicate: int = Field(description="The same bytes as another document.")
    cancelled: int
    in_flight: int = Field(description="Pending and running.")
    balanced: bool = Field(description="Do the states add up? Anything but true is a defect.")


RunStatus = Literal["receiving", "running", "paused", "cancelling", "cancelled", "finished"]

_RUN: dict[str, Any] = {
    "id": 7,
    "kind": "submission",
    "priority": "bulk",
    "label": "county reports 2023",
    "status": "running",
    "finished": False,
    "accounts": {
        "files": 400,
        "submitted": 424,
        "pending": 118,
        "running": 32,
        "done": 270,
        "failed": 1,
        "quarantined": 2,
        "duplicate": 1,
        "cancelled": 0,
        "in_flight": 150,
        "balanced": True,
    },
    "stages": {
        "read": {"pending": 80},
        "clean": {"running": 16},
        "segment": {},
        "extract": {"pending": 38, "running": 16},
    },
    "progress": 0.68,
    "documents_per_second": 14.2,
    "seconds_left": 10.6,
    "created_at": "2026-01-05T08:00:00.000+00:00",
    "sealed_at": "2026-01-05T08:00:03.120+00:00",
    "cancelled_at": None,
    "paused_at": None,
    "finished_at": None,
}


class StageExecution(BaseModel):
    executed: int = Field(description="Documents, repeated attempts included.")
    unchanged: int = Field(description="Of them, those whose output came out as it was.")
    seconds: float = Field(description="Of worker processes.")


class Skipped(BaseModel):
    """Files that systems and programs leave behind: Thumbs.db, ~$report.docx, __MACOSX …"""

    count: int
    names: list[str] = Field(description="The first ones.")


class RunView(BaseModel):
    """One pass over a set of documents."""

    model_config = ConfigDict(json_schema_extra={"examples": [_RUN]})

    id: int
    kind: Literal["submission", "reprocessing"]
    priority: Literal["interactive", "bulk", "reprocess"]
    label: str
    owner: str | None = Field(
        default=None, description="Who began it: token, user:NAME, key:NAME; null: not known."
    )
    status: RunStatus
    finished: bool = Field(description="Everything is at rest: nothing is pending or running.")
    accounts: RunAccounts
    stages: dict[str, dict[str, int]] | None = Field(
        default=None, description="Unfinished documents by the stage they stand at."
    )
    executions: dict[str, StageExecution] | None = Field(
        default=None, description="What each stage has done; stages that were not touched lack."
    )
    progress: float | None = Field(
        default=None,
        description="Share of its work that is done, 0 to 1. Stages count, and what workers have "
        "in hand, not only documents at rest. Falls where a file turns out to hold many reports.",
    )
    documents_per_second: float | None = Field(
        default=None,
        description="Over the last third of the time, 30 to 300 s; of a finished run, over all.",
    )
    seconds_left: float | None = Field(default=None, description="None: cannot be told.")
    created_at: str
    sealed_at: str | None = Field(default=None, description="When all of it had arrived.")
    cancelled_at: str | None = None
    paused_at: str | None = None
    finished_at: str | None = None
    spared: int = Field(
        default=0,
        description="Of a reprocessing: documents that it left as they are, beside its own.",
    )
    atomic: bool = Field(default=False, description="Visible as a whole, or not at all.")
    published_at: str | None = Field(
        default=None, description="Of an atomic run: when all of it became visible."
    )
    skipped: Skipped | None = Field(
        default=None, description="In the answer to a submission: what of it was left out."
    )


class RunPage(BaseModel):
    runs: list[RunView]
    next: str | None = Field(description="Cursor of the next page; null at the end.")


class RetryRequest(BaseModel):
    """Which documents of the run are tried again; empty: all failed ones."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"error_code": "time_limit"}]}
    )
    documents: list[StoreId] | None = Field(
        default=None, description="Failed and quarantined ones among these.", max_length=100_000
    )
    error_code: Written | None = Field(
        default=None, description="Only those with this error code, quarantined ones too."
    )
    quarantined: bool = Field(default=False, description="The quarantined ones too.")


class Changed(BaseModel):
    """What a command did."""

    documents: int = Field(description="How many documents it concerned.")
    run: RunView


class Deleted(BaseModel):
    """What is gone."""

    documents: int
    sources: int = Field(description="Files that no other submission holds.")
