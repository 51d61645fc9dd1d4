"""How far a document's outputs are up to date, and which stage is to be executed next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from zhibiao.domain.states import Stage

# A cleaning's hash has two halves, so that a mere change of metadata or offsets does not have the
# words counted anew: "<of the clean text>-<of all else>".
_HALVES = "-"
_STAGES = tuple(Stage)


@dataclass(frozen=True, kw_only=True, slots=True)
class StageOutputs:
    """The outputs that a document has: each stage's hash, and the version that vouches for it.

    A version of None says that the output is missing, or that what it was made from has changed.
    """

    versions: Mapping[Stage, str | None] = field(default_factory=dict)
    hashes: Mapping[Stage, str | None] = field(default_factory=dict)

    def after(self, stage: Stage, *, version: str, made: str) -> StageOutputs:
        """A stage has been executed and made an output of this hash.

        An output that is the same as before leaves all later stages as they stand; another one
        takes away the versions of those that read it.
        """
        versions = {**self.versions, stage: version}
        for other in readers_of(stage, self.hashes.get(stage), made):
            versions[other] = None
        return StageOutputs(versions=versions, hashes={**self.hashes, stage: made})

    def next_stage(
        self, current: Mapping[Stage, str], *, after: Stage | None = None
    ) -> Stage | None:
        """The first stage (after one) whose output is not of the current version; None: done.

        Only forward: where workers of two versions run side by side, a document must not go back
        and forth between them.
        """
        later = _STAGES if after is None else _STAGES[_STAGES.index(after) + 1 :]
        return next((s for s in later if self.versions.get(s) != current[s]), None)


def readers_of(stage: Stage, before: str | None, made: str) -> tuple[Stage, ...]:
    """The stages whose input has changed when a stage's output went from one hash to another."""
    if before == made:
        return ()
    match stage:
        case Stage.READ:
            return (Stage.CLEAN, Stage.EXTRACT)  # spans point into the raw text
        case Stage.CLEAN:
            same_text = before is not None and _text_half(before) == _text_half(made)
            return (Stage.EXTRACT,) if same_text else (Stage.SEGMENT, Stage.EXTRACT)
        case Stage.SEGMENT | Stage.EXTRACT:
            return ()


def clean_hash(text: str, rest: str) -> str:
    """A cleaning's hash from the digests of its text and of all else."""
    return f"{text[:16]}{_HALVES}{rest[:16]}"


def _text_half(made: str) -> str:
    return made.partition(_HALVES)[0]
