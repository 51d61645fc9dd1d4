"""The command that holds this version's extraction against annotated reports."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zhibiao.cli.exits import Exit
from zhibiao.cli.options import OwnCatalogue, own_catalogue

if TYPE_CHECKING:
    from zhibiao.analysis.scoring import Counts, Score

_METADATA = "metadata.json"


def register(app: typer.Typer) -> None:
    app.command("score")(score)


def score(
    gold: Annotated[
        Path,
        typer.Argument(
            exists=True,
            file_okay=False,
            metavar="GOLD",
            show_default=False,
            help="Annotations: a NAME.jsonl a report, as `export gold` writes them.",
        ),
    ],
    folder: Annotated[
        Path,
        typer.Argument(
            exists=True,
            metavar="FOLDER",
            show_default=False,
            help="The reports: NAME.txt, NAME.pdf …, also in folders and archives.",
        ),
    ],
    metadata: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            metavar="FILE",
            help="Region and year of reports by NAME, which count as given; without it "
            "metadata.json in GOLD, where there is one.",
        ),
    ] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="List what was missed, and what is false.")
    ] = False,
    catalogue: OwnCatalogue = None,
    as_json: Annotated[bool, typer.Option("--json", help="The figures as a JSON object.")] = False,
) -> int:
    """Score what this version finds in reports against annotations of them.

    Precision, recall and F1 over all reports, by indicator, and of the matches how many have the
    annotated bound, and the annotated number in their evidence. Needs no service.

    ```
    zhibiao score gold reports --verbose
    ```

    The annotations may be what you have checked: `zhibiao export gold -o gold`.
    """
    from zhibiao.analysis.scoring import score as compare
    from zhibiao.cli.showing import output, records_table

    annotated = {path.stem: list(_lines(path)) for path in sorted(gold.glob("*.jsonl"))}
    if not annotated:
        raise typer.BadParameter(f"{gold} holds no NAME.jsonl.", param_hint="GOLD")
    facts = metadata if metadata is not None else gold / _METADATA
    given = _metadata(facts) if facts.is_file() else {}
    found, failures = _found(folder, catalogue, given, set(annotated))
    for name in sorted(annotated.keys() - found.keys()):
        sys.stderr.write(f"zhibiao: {folder} holds no report {name}: all of it counts as missed.\n")
    result = compare(annotated, found)
    if verbose and not as_json:
        for each in result.disagreements:
            said = " ".join(map(str, each.key))
            sys.stdout.write(
                f"{'miss ' if each.missed else 'false'} {each.report} {said} | {each.evidence}\n"
            )
    if as_json:
        sys.stdout.write(json.dumps(_figures(result, verbose), ensure_ascii=False) + "\n")
    else:
        ordered = sorted(result.indicators.items(), key=lambda entry: entry[1].hit - entry[1].gold)
        rows = [{"indicator": name, **_shown(counts)} for name, counts in ordered]
        rows.append({"indicator": f"{result.reports} reports", **_shown(result.total)})
        output().print(records_table(rows, tuple(rows[0])))
        hits = max(1, result.total.hit)
        sys.stdout.write(
            f"bound {result.bounds / hits:.4f} evidence {result.evidence / hits:.4f} "
            "of the matches\n"
        )
    return Exit.FAILURES if failures else Exit.OK


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    # Bytes are split at line feeds alone: a text may hold other ends of lines.
    for number, line in enumerate(path.read_bytes().split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            yield _annotation(line)
        except (ValueError, TypeError, KeyError) as error:
            raise typer.BadParameter(
                f"{path}, line {number}, is no annotation: {error}.", param_hint="GOLD"
            ) from error


def _annotation(line: bytes) -> dict[str, Any]:
    """Raises ValueError, TypeError, KeyError."""
    stated = {"period_start": None, "period_end": None, **json.loads(line)}
    stated["evidence"] = stated.get("evidence") or ""
    for name in ("indicator", "measure", "unit", "bound", "status", "evidence"):
        if not isinstance(stated[name], str):
            raise TypeError(f"{name} is no text")
    float(stated["value"])
    for name in ("period_start", "period_end"):
        int(stated[name] or 0)
    return stated


def _metadata(path: Path) -> dict[str, dict[str, Any]]:
    try:
        given = json.loads(path.read_bytes())
        wrong = [name for name, known in given.items() if not isinstance(known, dict)]
    except (ValueError, AttributeError) as error:
        raise typer.BadParameter(
            f"{path} is no JSON object: {error}.", param_hint="--metadata"
        ) from error
    if wrong:
        raise typer.BadParameter(f"{path}: {wrong[0]} has no object.", param_hint="--metadata")
    return dict(given)


def _found(
    folder: Path, catalogue: Path | None, given: dict[str, Any], wanted: set[str]
) -> tuple[dict[str, list[dict[str, Any]]], int]:
    """What is found in the wanted reports, by name, and how many files could not be read."""
    from zhibiao.analysis.scoring import report_name
    from zhibiao.cli.showing import progress
    from zhibiao.local import Wish, process
    from zhibiao.uploading import walk

    wish = Wish(purpose="read", catalogue=own_catalogue(catalogue), given=given)
    wish.check()
    files = list(walk([folder]))
    found: dict[str, list[dict[str, Any]]] = {}
    failures = 0
    with progress() as bar:
        task = bar.add_task("scoring", total=len(files), note="")
        for outcome in process(files, wish):
            bar.update(task, completed=outcome.file)
            names = {report_name(each["source"], each["part"]): each for each in outcome.records}
            for name, record in names.items():
                if name not in wanted:
                    continue
                if name in found:
                    raise typer.BadParameter(
                        f"Two reports are called {name}: {record['source']} is the second.",
                        param_hint="FOLDER",
                    )
                found[name] = record["observations"]
            if outcome.errors and report_name(outcome.source, 0) in wanted:
                failures += 1
                sys.stderr.write("".join(f"zhibiao: {error}\n" for error in outcome.errors))
    return found, failures


def _shown(counts: Counts) -> dict[str, Any]:
    return {
        "gold": counts.gold,
        "found": counts.found,
        "hit": counts.hit,
        "precision": round(counts.precision, 4),
        "recall": round(counts.recall, 4),
        "f1": round(counts.f1, 4),
    }


def _figures(result: Score, verbose: bool) -> dict[str, Any]:
    hits = max(1, result.total.hit)
    figures = {
        "reports": result.reports,
        **_shown(result.total),
        "bound": round(result.bounds / hits, 4),
        "evidence": round(result.evidence / hits, 4),
        "indicators": {name: _shown(each) for name, each in sorted(result.indicators.items())},
    }
    if verbose:
        figures["disagreements"] = [
            {
                "report": each.report,
                "missed": each.missed,
                "key": list(each.key),
                "evidence": each.evidence,
            }
            for each in result.disagreements
        ]
    return figures
