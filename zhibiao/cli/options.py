"""Arguments and options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from zhibiao.domain import State


class Labels(StrEnum):
    """A language of headings."""

    ZH = "zh"
    EN = "en"


Paths = Annotated[
    list[Path],
    typer.Argument(
        exists=True,
        show_default=False,
        metavar="PATH...",
        help="Reports, archives, NDJSON, JSON, CSV, xlsx, folders (walked; hidden files, and those "
        "that programs leave behind, are skipped).",
    ),
]


def _there(path: str) -> str:
    if not path.startswith("s3://") and not Path(path).exists():
        raise typer.BadParameter(f"Path '{path}' does not exist.")
    return path


SubmittedPaths = Annotated[
    list[str],
    typer.Argument(
        callback=lambda paths: [_there(path) for path in paths],
        show_default=False,
        metavar="PATH...",
        help="Reports, archives, NDJSON, JSON, CSV, xlsx, folders (walked; hidden files, and those "
        "that programs leave behind, are skipped), s3://bucket/prefix.",
    ),
]

RunId = Annotated[int, typer.Argument(min=1, metavar="RUN", help="Number of the run.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON, an object a line.")]
Run = Annotated[int | None, typer.Option("--run", min=1, help="Only of this run.")]
RegionOption = Annotated[str | None, typer.Option("--region", help="Full name: 彬州市.")]
RegionCode = Annotated[
    str | None, typer.Option(help="GB/T 2260 code, or its first digits: 61 for 陕西省.")
]
States = Annotated[
    list[State] | None, typer.Option("--state", help="Only those that stand so; repeatable.")
]
YearFrom = Annotated[int | None, typer.Option(help="Delivered in this year or later.")]
YearTo = Annotated[int | None, typer.Option(help="Delivered in this year or earlier.")]
OwnCatalogue = Annotated[
    Path | None,
    typer.Option(exists=True, dir_okay=False, help="A TOML file with indicators of your own."),
]


def own_catalogue(given: Path | None) -> Path | None:
    """The catalogue file that an option names, else the settings."""
    from zhibiao.settings import load_settings

    return given if given is not None else load_settings().catalogue
