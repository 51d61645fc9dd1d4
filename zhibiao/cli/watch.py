"""Watching a folder."""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from zhibiao.cli.exits import Exit
from zhibiao.cli.places import connect

_LOOK_SECONDS = 1.0


def register(app: typer.Typer) -> None:
    app.command(watch.__name__)(watch)


def watch(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", exists=True, file_okay=False, help="The folder.")
    ],
    settle: Annotated[
        float,
        typer.Option(
            min=0, metavar="SECONDS", help="A file that has not changed for so long is finished."
        ),
    ] = 5.0,
    move_to: Annotated[
        Path | None,
        typer.Option(file_okay=False, help="Move submitted files there; default: remember them."),
    ] = None,
    label: Annotated[str, typer.Option(help="A name for the runs; default: the folder's.")] = "",
    once: Annotated[
        bool,
        typer.Option("--once", help="End when all that is there is submitted and processed."),
    ] = False,
) -> int:
    """Submit the files of a folder as they appear, until Ctrl-C.

    Folders in it are watched too. Files that are still written, empty ones and those called .part,
    .tmp, .crdownload and the like wait. What was submitted is remembered in the folder, so that
    nothing is sent twice when the watching begins anew; a file that changes is sent again. How
    each run ended, and what could not be read, is told once.

    ```
    zhibiao watch /srv/scraped
    zhibiao watch incoming --move-to submitted --settle 30
    ```
    """
    from zhibiao.inbox import watched

    def tell(line: str) -> None:
        sys.stdout.write(f"{time.strftime('%H:%M:%S')} {line}\n")
        sys.stdout.flush()

    signal.signal(signal.SIGTERM, _as_ctrl_c)
    with connect() as client:
        options: dict[str, Any] = {"settle_seconds": settle, "move_to": move_to, "label": label}
        with watched(folder, client, **options, tell=tell) as inbox:
            tell(f"Watching {folder}. Ctrl-C ends it.")
            try:
                while not inbox.look() or not once:
                    time.sleep(_LOOK_SECONDS)
            except KeyboardInterrupt:
                tell("Ended. What was not submitted yet is when the watching begins again.")
    return Exit.OK


def _as_ctrl_c(_number: int, _frame: Any) -> None:
    raise KeyboardInterrupt
