"""A row of the table that `make bench` prints."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Row:
    """One ratio, measured in one run; see `bench.__main__`."""

    letter: str
    what: str
    ratio: float
    detail: str = ""  # what it was measured on
    least: float | None = None  # that it is to be
    most: float | None = None

    @property
    def holds(self) -> bool:
        """Whether it is within its bounds."""
        return (self.least is None or self.ratio >= self.least) and (
            self.most is None or self.ratio <= self.most
        )


def show(rows: list[Row]) -> None:
    """Print rows, one a line."""
    for row in rows:
        bound = f"at least {row.least:g}" if row.least is not None else ""
        bound = f"at most {row.most:g}" if row.most is not None else bound
        kept = "" if row.holds else "  <- not held"
        print(
            f"({row.letter}) {row.what:<58} {row.ratio:8.3f}  {bound:<12} {row.detail}{kept}",
            flush=True,
        )
