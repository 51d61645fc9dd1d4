"""The stages of a document's way, and the states it can be in: always exactly one."""

from __future__ import annotations

from enum import StrEnum


class Stage(StrEnum):
    """What is done to a document, in this order."""

    READ = "read"  # bytes -> documents' raw text
    CLEAN = "clean"  # raw text -> clean text with its offset map, metadata
    SEGMENT = "segment"  # clean text -> term counts
    EXTRACT = "extract"  # clean text -> observations

    # An enumeration's own is Python's code, and stages are the keys of many small mappings.
    __hash__ = str.__hash__

    @property
    def following(self) -> Stage | None:
        """The stage after this one; None after the last."""
        stages = list(Stage)
        index = stages.index(self) + 1
        return stages[index] if index < len(stages) else None


class State(StrEnum):
    """Where a document stands. Everything but `pending` and `running` is at rest."""

    PENDING = "pending"  # waits for its stage
    RUNNING = "running"  # a worker holds a lease on it
    DONE = "done"  # through its last stage
    FAILED = "failed"  # an error; a retry may cure it
    QUARANTINED = "quarantined"  # killed or hung a worker, or cannot be read: left alone
    DUPLICATE = "duplicate"  # the same bytes as another document's source
    CANCELLED = "cancelled"  # its run was cancelled before it was done

    @property
    def at_rest(self) -> bool:
        return self not in (State.PENDING, State.RUNNING)


FAILURES = (State.FAILED, State.QUARANTINED)  # came to rest without a result, and can be retried
