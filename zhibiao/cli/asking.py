"""Commands that answer one question: which indicators there are, where a number is stated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from zhibiao.cli.exits import Exit
from zhibiao.cli.options import AsJson, OwnCatalogue, own_catalogue
from zhibiao.cli.places import connect

if TYPE_CHECKING:
    from zhibiao.catalogue.indicators import Indicator

_MARKS = ("【", "】")  # around the number, where no colour can be


def register(app: typer.Typer) -> None:
    app.command("indicators")(indicators)
    app.command("show")(show)


def indicators(
    words: Annotated[
        str | None,
        typer.Argument(metavar="[TEXT]", help="Only those with this in their id or names."),
    ] = None,
    catalogue: OwnCatalogue = None,
    as_json: AsJson = False,
) -> int:
    """List the catalogue: every indicator with its names, its unit, and what is measured of it.

    Needs no service. The ids are what --indicator takes and what columns of a panel begin with.

    ```
    zhibiao indicators
    zhibiao indicators 收入
    ```
    """
    from zhibiao.catalogue.loading import load_catalogue
    from zhibiao.cli.showing import output, records_table, write_json

    user_file = own_catalogue(catalogue)
    known = load_catalogue(*([user_file] if user_file is not None else []))
    wanted = [
        _indicator(each)
        for each in known.indicators.values()
        if words is None or _speaks_of(each, words.lower())
    ]
    if as_json:
        write_json(wanted)
    elif wanted:
        shown = [{**each, "measures": " ".join(each["measures"])} for each in wanted]
        output().print(records_table(shown, ("id", "name_zh", "name", "base_unit", "measures")))
    if words is not None and not wanted:
        from zhibiao.cli.showing import notes

        notes().print(f"zhibiao: no indicator is called anything like {words}.", markup=False)
        return Exit.FAILURES
    return Exit.OK


def _speaks_of(indicator: Indicator, words: str) -> bool:
    names = (indicator.id, indicator.name, indicator.name_zh, *indicator.aliases)
    return any(words in name.lower() for name in names)


def _indicator(indicator: Indicator) -> dict[str, Any]:
    return {
        "id": indicator.id,
        "name_zh": indicator.name_zh,
        "name": indicator.name,
        "kind": indicator.kind.value,
        "base_unit": indicator.base_unit,
        "measures": sorted(indicator.measures),
        "aliases": list(indicator.aliases),
    }


def show(
    observation: Annotated[
        int,
        typer.Argument(
            min=1, metavar="OBSERVATION", help="Its number: `observation` in a long panel."
        ),
    ],
    lines: Annotated[int, typer.Option(min=0, max=1000, help="Lines of text on either side.")] = 10,
    as_json: AsJson = False,
) -> int:
    """Show where a number is stated: its report, section and sentence, and the lines around it.

    In a window the lines around are cut to two rows each; piped, they are whole.

    ```
    zhibiao show 8123
    zhibiao show 8123 | less
    ```
    """
    from rich.text import Text

    from zhibiao.cli.showing import output, write_json

    with connect() as client:
        found = client.observation(observation, lines=lines)
    if as_json:
        write_json([found])
        return Exit.OK
    stated = found["observation"]
    out = output()
    colours = out.is_terminal
    opening, closing = ("", "") if colours else _MARKS
    out.print(Text(_heading(stated)), soft_wrap=True)
    for heading in found["section"]:
        out.print(Text(f"  {heading}"), soft_wrap=True)
    out.print(Text(f"  {_said(stated)}"), soft_wrap=True)
    out.print(Text(f"  {found['address']}"), soft_wrap=True)
    out.print()
    before, after = found["before"], found["after"]
    if out.is_terminal:
        before, after = _beginnings(before, after, most=out.width)
    text = Text(before)
    text.append(f"{opening}{found['number']}{closing}", style="bold reverse" if colours else "")
    text.append(after)
    out.print(text, soft_wrap=True)
    return Exit.OK


def _heading(stated: dict[str, Any]) -> str:
    place = " ".join(str(stated[name]) for name in ("region", "year") if stated[name] is not None)
    title = stated["document"] or "(no title)"
    return (
        f"{title}  [{place or 'no region'}]  document {stated['document_id']}, {stated['source']}"
    )


def _beginnings(before: str, after: str, *, most: int) -> tuple[str, str]:
    """The lines around that of a number cut to `most` characters, two rows of a window of as many
    columns: a line of a report is a paragraph. That of the number itself stays whole."""

    def cut(line: str) -> str:
        return line if len(line) <= most else f"{line[: most - 1]}…"

    *earlier, own_start = before.split("\n")
    own_end, *later = after.split("\n")
    return "\n".join([*map(cut, earlier), own_start]), "\n".join([own_end, *map(cut, later)])


def _said(stated: dict[str, Any]) -> str:
    high = "" if stated["value_high"] is None else f"-{stated['value_high']}"
    value = f"{stated['value']}{high}{stated['unit']}"
    doubts = {True: "certain", None: "certainty not assessed"}.get(
        stated["certain"], f"uncertain: {', '.join(stated['doubts'] or ())}"
    )
    years = {stated["period_start"], stated["period_end"]} - {None}
    return (
        f"{stated['indicator'] or stated['subject']} {stated['measure']} {stated['status']} "
        f"{'-'.join(map(str, sorted(years)))}: {value} ({stated['bound']}; {doubts})"
    )
