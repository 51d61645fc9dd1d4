"""Saying which documents are done, and of less use than they look."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zhibiao.client import Client


def tell_doubtful(client: Client, run: Mapping[str, Any]) -> None:
    """Of a finished run: documents that state nothing, and those of no known region or year."""
    if not run["finished"]:
        return
    barren = client.count_documents(run=run["id"], barren=True)
    if barren:
        sys.stderr.write(
            f"In {barren} of the documents no indicator was found: "
            f"zhibiao documents --run {run['id']} --barren\n"
        )
    tell_unplaced(client.count_documents(run=run["id"], unplaced=True), run["id"])


def tell_unplaced(unplaced: int, run: int | None) -> None:
    """How many documents no panel has, since nobody knows of which region or year they are."""
    of_run = "" if run is None else f" --run {run}"
    _tell_unplaced(unplaced, f"zhibiao documents{of_run} --unplaced; zhibiao correct gives them")


def tell_unplaced_files(unplaced: int) -> None:
    """The same of reports that were read without a service."""
    _tell_unplaced(unplaced, "zhibiao inspect shows which")


def _tell_unplaced(unplaced: int, what_to_do: str) -> None:
    if unplaced:
        sys.stderr.write(
            f"No panel has {unplaced:,} of the reports, whose region or year is not known: "
            f"{what_to_do}.\n"
        )
