"""The command that takes things away for good."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from zhibiao.cli.exits import Exit
from zhibiao.cli.options import RunId
from zhibiao.cli.places import connect


def register(app: typer.Typer) -> None:
    app.command(delete.__name__)(delete)


def delete(
    run: RunId,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> int:
    """Delete a submission: its documents, what all runs made of them, and its files.

    Asks first; there is no way back. Files that another submission holds too stay. Refused while
    anything of it is in flight, or another run holds duplicates of its documents.

    ```
    zhibiao delete 7
    zhibiao delete 7 --yes
    ```
    """
    with connect() as client:
        if not yes:
            found = client.run(run)
            label = f" ({found['label']})" if found["label"] else ""
            count = found["accounts"]["submitted"]
            typer.confirm(
                f"Delete run {run}{label}, its {count} documents and all that was made of them?",
                abort=True,
                err=True,
            )
        answer = client.delete_run(run)
    sys.stdout.write(f"{answer['documents']} documents and {answer['sources']} files deleted.\n")
    return Exit.OK
