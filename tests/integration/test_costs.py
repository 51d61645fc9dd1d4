"""What a fresh document costs, in statements, rows and calls. A bound is raised knowingly only.

Time is measured in `bench`; a test of it would depend on the machine.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from databases import sqlite_and_postgres_if_long
from sqlalchemy import event, func, select
from stage_line import StageLine

from tasks import preemption
from zhibiao import pipeline
from zhibiao.domain import Stage, digests
from zhibiao.store.database import types
from zhibiao.store.database.schema import metadata
from zhibiao.store.outputs import bulk, prints, publications
from zhibiao.store.work import progress, queue
from zhibiao.testing.reports import generate_many
from zhibiao.text import prints as comparing

DOCUMENTS = 16  # a message

# Of a document, where a message has sixteen.
# SQLite keeps its index of file names in a table of its own, of which the schema knows nothing.
NAMES_INDEXED = {"sqlite": {}, "postgresql": {"name_index": 1}}
STATEMENTS = {"sqlite": 4.5, "postgresql": 4.9}
ROWS = {
    **dict.fromkeys(("sources", "documents", "work", "raw_texts", "clean_texts"), 1),
    **dict.fromkeys(("term_counts", "extractions", "publications"), 1),
}
NOT_COUNTED = {"observations", "statements", "runs", "run_stages", "stage_versions"}
COMPRESSIONS = 4  # offsets, terms, word ends, rejections
CALLS = {  # of a document
    **{(pipeline, stage.value): 1 for stage in Stage},
    (digests, "of_raw"): 1,
    (digests, "of_clean"): 1,
    (digests, "of_written_terms"): 1,
    (digests, "written_terms"): 1,
    (digests, "of_extraction"): 1,
    (pipeline, "sketch"): 1,
    (bulk, "rows_of"): 1,
    (comparing, "similarity"): 0,  # no two are of one region and year
    (types, "_compressed"): COMPRESSIONS,
    (types, "_compressed_text"): 2,  # raw and clean
    (types, "_decompressed"): 1,  # its source
}
CALLS_OF_A_MESSAGE = {
    (queue, "claim"): 1,
    (queue, "advance"): 1,
    (publications, "show"): 1,
    (publications, "publish"): 1,
    (publications, "rename_canonical"): 0,
    (prints, "regroup"): 1,
    (progress, "record"): 1,
}


def rows_of(line: StageLine) -> dict[str, int]:
    with line.store.read() as connection:
        return {
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in metadata.sorted_tables
        }


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Counter[tuple[Any, str]]:
    """How often each function that is watched has been called."""
    found: Counter[tuple[Any, str]] = Counter()

    def watch(module: Any, name: str) -> None:
        genuine = getattr(module, name)

        def called(*arguments: Any, **named: Any) -> Any:
            found[module, name] += 1
            return genuine(*arguments, **named)

        monkeypatch.setattr(module, name, called)

    for module, name in (*CALLS, *CALLS_OF_A_MESSAGE):
        watch(module, name)
    return found


@sqlite_and_postgres_if_long
def test_a_fresh_document_costs_no_more_than_is_recorded(
    stage_line: StageLine, calls: Counter[tuple[Any, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preemption, "_LOOK_SECONDS", 3600.0)  # or the speed would count
    reports = {f"{r.name}.txt": r.text.encode() for r in generate_many(2 * DOCUMENTS, seed=41)}
    names = list(reports)
    stage_line.submit({name: reports[name] for name in names[:DOCUMENTS]})
    stage_line.work()  # what a process does once is done
    before = rows_of(stage_line)
    stage_line.submit({name: reports[name] for name in names[DOCUMENTS:]})
    stage_line.executed.clear()
    calls.clear()
    statements: Counter[str] = Counter()

    def executed(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements[statement] += 1

    event.listen(stage_line.store.engine, "before_cursor_execute", executed)
    stage_line.work()
    event.remove(stage_line.store.engine, "before_cursor_execute", executed)
    assert stage_line.executed == [(Stage.READ, DOCUMENTS)]
    added = {name: count - before[name] for name, count in rows_of(stage_line).items()}
    assert {
        name: count / DOCUMENTS
        for name, count in added.items()
        if count and name not in NOT_COUNTED
    } == ROWS | NAMES_INDEXED[stage_line.store.engine.dialect.name]
    took = sum(statements.values()) / DOCUMENTS
    assert took <= STATEMENTS[stage_line.store.engine.dialect.name], (
        took,
        statements.most_common(),
    )
    named = {(module.__name__, name): count for (module, name), count in calls.items()}
    bounds = {
        (module.__name__, name): most * DOCUMENTS for (module, name), most in CALLS.items()
    } | {(module.__name__, name): most for (module, name), most in CALLS_OF_A_MESSAGE.items()}
    over = {each: (count, bounds[each]) for each, count in named.items() if count > bounds[each]}
    assert not over, "called, bound"
    # Whatever is watched is really what is called.
    assert {each for each, most in bounds.items() if most} == set(named)
