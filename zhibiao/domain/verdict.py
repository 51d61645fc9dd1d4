"""What becomes of a document after an error."""

from __future__ import annotations

from dataclasses import dataclass

from zhibiao.domain.states import State


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """The document's next state, and how it is explained."""

    state: State
    code: str
    message: str
    delay_seconds: float = 0.0  # of a pending one, before the next attempt
