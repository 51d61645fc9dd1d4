"""The command that corrects what is known of a document."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated, Any

import typer

from zhibiao.cli.exits import Exit
from zhibiao.cli.options import AsJson
from zhibiao.cli.places import connect
from zhibiao.cli.waiting import failed_in, wait_for

_SHOWN = ("field", "value", "before", "by", "at", "in_force", "applied")


class Field(StrEnum):
    """What can be corrected."""

    REGION = "region"
    YEAR = "year"
    REVIEW_YEAR = "review_year"
    TITLE = "title"
    SPEAKER = "speaker"
    DELIVERED_ON = "delivered_on"
    MEETING = "meeting"
    PARTIAL = "partial"


def register(app: typer.Typer) -> None:
    app.command("correct")(correct)


def correct(
    document: Annotated[
        int, typer.Argument(min=1, metavar="DOCUMENT", help="Number of the document.")
    ],
    region: Annotated[str | None, typer.Option(help="Full name, or its code.")] = None,
    province: Annotated[
        str | None, typer.Option(help="Of the region, where several places have that name.")
    ] = None,
    year: Annotated[int | None, typer.Option(help="The year that it was delivered in.")] = None,
    review_year: Annotated[
        int | None, typer.Option(help="The (last) year that it reviews; else the one before.")
    ] = None,
    title: Annotated[str | None, typer.Option(help="Its title.")] = None,
    speaker: Annotated[str | None, typer.Option(help="Who delivered it.")] = None,
    delivered_on: Annotated[
        str | None, typer.Option(metavar="DATE", help="When it was delivered: 2023-01-05.")
    ] = None,
    meeting: Annotated[str | None, typer.Option(help="Where it was delivered.")] = None,
    partial: Annotated[
        bool | None, typer.Option("--partial/--whole", help="An excerpt, or a whole report.")
    ] = None,
    undo: Annotated[
        list[Field] | None, typer.Option(help="Take back what was corrected; repeatable.")
    ] = None,
    wait: Annotated[
        bool, typer.Option("--wait", "-w", help="Wait until it is processed again.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Correct a document's region, year or other metadata by hand, or list what was corrected.

    A correction stays, whatever is reprocessed or submitted again, until it is taken back. The
    document is processed again with it, since the years of its observations depend on its own.

    ```
    zhibiao correct 12 --year 2023 --wait
    zhibiao correct 12 --region 朝阳区 --province 北京市
    zhibiao correct 12 --undo year
    zhibiao correct 12
    ```
    """
    from zhibiao.cli.showing import documents_table, output, records_table, write_json

    by_code = region is not None and region.isdecimal()
    said: dict[str, Any] = {
        "region_code" if by_code else "region": region,
        "province": province,
        "year": year,
        "review_year": review_year,
        "title": title,
        "speaker": speaker,
        "delivered_on": delivered_on,
        "meeting": meeting,
        "partial": partial,
    }
    changes = {name: value for name, value in said.items() if value is not None}
    for field in undo or ():
        if changes.setdefault(field.value, None) is not None:
            raise typer.BadParameter(f"{field.value} is both corrected and taken back.")
    failed = 0
    with connect() as client:
        run = None
        if changes:
            run = client.correct_document(document, **changes)["run"]
        if run is not None and wait:
            failed = failed_in(wait_for(client, run))
        found = client.document(document)
    if as_json:
        write_json([found])
    else:
        output().print(documents_table([found]))
        if found["metadata_corrections"]:
            output().print(records_table(found["metadata_corrections"], _SHOWN))
        else:
            sys.stderr.write("zhibiao: Nothing of its metadata is corrected.\n")
    if run is not None and not wait:
        sys.stderr.write(f"It is processed again: zhibiao status {run} --wait\n")
    return Exit.FAILURES if failed else Exit.OK
