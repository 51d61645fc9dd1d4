"""Which outdated documents would come out as they are, because nothing that changed is in them.

Only a change of catalogue can be told so: the words of what has changed
(`zhibiao.catalogue.changes`) are looked for in the clean texts (`zhibiao.extract.reach`). All else
is executed: another code, another gazetteer, a version of which nobody noted what it was made of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    func,
    insert,
    literal,
    select,
    update,
)

from zhibiao.catalogue.changes import CatalogueChange, change_between
from zhibiao.catalogue.indicators import Catalogue
from zhibiao.catalogue.loading import parse_catalogue
from zhibiao.domain import Stage, State
from zhibiao.errors import CatalogueError
from zhibiao.extract.reach import reach_of
from zhibiao.store.database import joins
from zhibiao.store.database.batches import in_batches, streamed
from zhibiao.store.database.inserts import insert_into
from zhibiao.store.database.schema import OUTPUT_COLUMNS, clean_texts, documents, publications, work
from zhibiao.store.database.stage_tables import catalogue_files
from zhibiao.store.reprocessing.outdated import STAGES, VERSIONS, Current, Selection, selected
from zhibiao.store.work import progress

# Inputs of `extract` whose text is kept under its digest; the second one may be missing: "".
_BUILT_IN: Final = "catalogue"
_USERS: Final = "user catalogue"
_BATCH: Final = 100  # texts in memory


@dataclass(frozen=True, kw_only=True, slots=True)
class Spared:
    """Documents of one former version whose observations the current one would make again."""

    version: str  # of extract: what they were made with
    changed: tuple[str, ...]  # the inputs that are not what they were
    change: CatalogueChange
    documents: Mapping[int, int]  # id: publication, when it was looked at


def remember(connection: Connection, current: Current, *, now: float) -> None:
    """Note what the current versions are made of, so that later ones can be compared with them."""
    progress.remember_versions(connection, current.versions, current.inputs, now=now)
    remember_catalogues(connection, current.catalogues)


def remember_catalogues(connection: Connection, texts: Mapping[str, str]) -> None:
    """Keep the files of a catalogue, `{digest: text}`: later ones are compared with them."""
    known = set(
        connection.scalars(
            select(catalogue_files.c.digest).where(catalogue_files.c.digest.in_(texts))
        )
    )
    for digest in sorted(set(texts) - known):
        row = {"digest": digest, "text": texts[digest]}
        added = insert_into(catalogue_files, connection.dialect.name).values(row)
        connection.execute(added.on_conflict_do_nothing())


def find(connection: Connection, selection: Selection, current: Current) -> tuple[Spared, ...]:
    """The documents of a selection that need no new extraction, nor anything else.

    Reads the text of each that a changed catalogue has made outdated: 0.3 ms a document.
    """
    if selection.demands(Stage.EXTRACT):
        return ()
    known = progress.known_inputs(connection)
    now = current.inputs.get(Stage.EXTRACT, {})
    found: list[Spared] = []
    for version in _earlier_versions(connection, current):
        before = known.get((Stage.EXTRACT, version))
        changed = () if before is None else _differing(before, now)
        change = _change(connection, before, current) if changed else None
        if change is not None:
            kept = _untouched(connection, selection, current, version, change)
            found.append(Spared(version=version, changed=changed, change=change, documents=kept))
    return tuple(each for each in found if each.documents)


def spare(
    connection: Connection, run: int, spared: Sequence[Spared], current: Current, *, now: float
) -> int:
    """Let the current version vouch for what they have, as the work of a run; how many.

    Those that were published anew since they were looked at are left to be executed.
    """
    count = 0
    for each in spared:
        for ids in in_batches(list(each.documents)):
            rows = connection.execute(
                select(documents.c.id, documents.c.publication_id)
                .join(work, joins.work_of(None))
                .where(documents.c.id.in_(ids), work.c.state == State.DONE)
            )
            same = [row.id for row in rows if each.documents[row.id] == row.publication_id]
            _vouch(connection, run, same, version=current.versions[Stage.EXTRACT], now=now)
            count += len(same)
    return count


def _vouch(
    connection: Connection, run: int, ids: Sequence[int], *, version: str, now: float
) -> None:
    """Publish what documents have already, as what a version of `extract` makes of them."""
    outputs: dict[str, ColumnElement[Any]] = {
        name: documents.c[name] for name in (*OUTPUT_COLUMNS, "canonical_id")
    }
    outputs["extract_version"] = literal(version)
    kept: dict[str, ColumnElement[Any]] = {
        "document_id": documents.c.id,
        "run_id": literal(run),
        "cause": literal("run"),
        "published_at": literal(now),
        "previous_id": documents.c.publication_id,
        **outputs,
    }
    query = select(*kept.values()).where(documents.c.id.in_(ids))
    connection.execute(insert(publications).from_select(list(kept), query))
    newest = select(func.max(publications.c.id)).where(publications.c.document_id == documents.c.id)
    connection.execute(
        update(documents)
        .where(documents.c.id.in_(ids))
        .values(extract_version=version, publication_id=newest.scalar_subquery())
    )


def _else_up_to_date(current: Current, extracted: ColumnElement[bool]) -> list[ColumnElement[bool]]:
    """Conditions on documents of which `extract` alone is outdated; `extracted` is one on it."""
    earlier = zip(STAGES[:-1], VERSIONS[:-1], strict=True)
    return [*(column == current.versions[name] for name, column in earlier), extracted]


def _earlier_versions(connection: Connection, current: Current) -> Iterator[str]:
    """Of `extract`, of documents of which it alone is outdated.

    From one to the next in their index: how many documents are of each makes no difference.
    """
    now = current.versions[Stage.EXTRACT]
    extracted = documents.c.extract_version
    for side in (extracted < now, extracted > now):
        further = side
        while True:
            of_extract = _else_up_to_date(current, further)
            smallest = select(func.min(extracted)).where(*of_extract)
            found = connection.execute(smallest).scalar_one()
            if found is None:
                break
            yield found
            further = and_(side, extracted > found)


def _differing(before: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """The inputs that changed; none where they are more than catalogues."""
    names = {name for name in {*before, *now} if before.get(name) != now.get(name)}
    return tuple(sorted(names)) if names <= {_BUILT_IN, _USERS} else ()


def _change(
    connection: Connection, before: Mapping[str, str] | None, current: Current
) -> CatalogueChange | None:
    """None: one of the two is not kept, or cannot be read any more."""
    sides = []
    for inputs in (before or {}, current.inputs[Stage.EXTRACT]):
        digests = [inputs.get(name, "") for name in (_BUILT_IN, _USERS)]
        rows = connection.execute(
            select(catalogue_files).where(catalogue_files.c.digest.in_(digests))
        )
        texts = {row.digest: row.text for row in rows} | dict(current.catalogues)
        if not digests[0] or not texts.keys() >= {*digests} - {""}:
            return None
        sides.append(_parsed(texts[digests[0]], texts.get(digests[1])))
    if sides[0] is None or sides[1] is None:
        return None
    return change_between(sides[0], sides[1])


@lru_cache(maxsize=4)
def _parsed(built_in: str, users: str | None) -> Catalogue | None:
    try:
        return parse_catalogue(built_in, *([] if users is None else [(_USERS, users)]))
    except CatalogueError:
        return None


def _untouched(
    connection: Connection,
    selection: Selection,
    current: Current,
    version: str,
    change: CatalogueChange,
) -> dict[int, int]:
    """Of the documents made with a version, those whose text holds nothing that has changed."""
    query = (
        select(documents.c.id, documents.c.publication_id, clean_texts.c.text)
        .join_from(documents, work, joins.work_of(None))
        .join(clean_texts, joins.current(clean_texts, Stage.CLEAN))
        .where(
            *_else_up_to_date(current, documents.c.extract_version == version),
            documents.c.extraction_id.is_not(None),
            documents.c.publication_id.is_not(None),
            work.c.state == State.DONE,
            selected(selection, current),
        )
        .order_by(documents.c.id)
    )
    reach = reach_of(change.words)
    return {
        row["id"]: row["publication_id"]
        for row in streamed(connection, query, _BATCH)
        if not reach.touches(row["text"])
    }
