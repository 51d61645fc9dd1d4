"""The tables. Times are seconds since the epoch, UTC.

A *document* is a report (or a submitted file that has not been read yet, or never could be).
*Work* is one document's way through one run: it has the state, the lease and the attempts, so a
submission and each later reprocessing keep accounts of their own. `documents.work_id` names the
work that has the state of the document now.

What a stage makes is kept under a hash of its content: `(document_id, hash)`; an *extraction* is
one generation of a document's observations. Work gathers the outputs of its way in its own columns.
When it is done they become the document's, all in one transaction: readers see the outputs that
`documents.*_hash` and `documents.extraction_id` name. Each such change is a *publication*, so that
what readers saw at any time can be asked for, compared and made current again.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Double,
    ForeignKey,
    FromClause,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    literal_column,
    or_,
    text,
)
from sqlalchemy.schema import SchemaItem

from zhibiao.domain import Stage, State
from zhibiao.store.database.columns import Key, described, outputs
from zhibiao.store.database.partial_indexes import NotDone, Unsought
from zhibiao.store.database.types import (
    CompressedBytes,
    CompressedJSON,
    CompressedText,
    DecimalText,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def numbered(name: str, *parts: SchemaItem) -> Table:
    """A table with ids. None is used again after a deletion: whoever kept one finds nothing."""
    key = Column("id", Key, Identity(), primary_key=True)
    return Table(name, metadata, key, *parts, sqlite_autoincrement=True)


def _stated(name: str, *parts: SchemaItem) -> Table:
    """A table of what extractions have found in the documents' texts."""
    return numbered(
        name,
        Column(
            "extraction_id", Key, ForeignKey("extractions.id", ondelete="CASCADE"), nullable=False
        ),
        Column("document_id", Key, ForeignKey("documents.id", ondelete="CASCADE"), nullable=False),
        Column("ordinal", Integer, nullable=False),  # order in the text
        *parts,
        UniqueConstraint("extraction_id", "ordinal"),
        Index(None, "document_id"),
    )


OUTPUT_COLUMNS = tuple(column.name for column in outputs())
METADATA_COLUMNS = tuple(column.name for column in described())

sources = Table(
    "sources",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("size", BigInteger, nullable=False),  # bytes, uncompressed
    Column("content", CompressedBytes, nullable=False),
    Column("created_at", Double, nullable=False),
)

runs = numbered(
    "runs",
    Column("kind", String(16), nullable=False),  # submission | reprocessing
    Column("priority", String(16), nullable=False),  # interactive | bulk | reprocess
    Column("label", Text, nullable=False),
    Column("owner", String(80)),  # who began it, `domain.access.Caller.owner`; None: nobody did
    Column("idempotency_key", String(200), unique=True),
    Column("options", JSON, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("touched_at", Double, nullable=False),  # last sign of life while it is received
    # Documents that came with it, counted as they came: what the states must add up to.
    Column("received", Integer, nullable=False, server_default=text("0")),
    Column("sealed_at", Double),  # all of it has arrived; nothing starts before
    Column("cancelled_at", Double),
    Column("paused_at", Double),
    Column("atomic", Boolean, nullable=False, server_default=text("false")),
    Column("published_at", Double),  # of an atomic run: when all of it became visible
    Column("deleted_at", Double),  # it is being deleted: gone for readers, its rows go in batches
)

documents = numbered(
    "documents",
    Column("run_id", Key, ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
    Column("file", Integer, nullable=False),  # 0-based position of the file in its submission
    Column("part", Integer, nullable=False),  # 0-based position of the report in the file
    Column("name", Text, nullable=False),  # file name as submitted, "a.zip/b.txt" for a member
    Column("sha256", String(64), ForeignKey("sources.sha256")),
    Column("given", JSON, nullable=False),  # metadata given at submission
    Column("work_id", Key),  # has its state now; no foreign key: the two tables name each other
    Column("publication_id", Key),  # the last one; what readers see is what it says
    *outputs(),
    Column("duplicate_of", Key, ForeignKey("documents.id", ondelete="SET NULL")),
    *described(),
    Column("canonical_id", Key),  # the fullest of several prints of one report; own id if alone
    Column("settled_hash", String(40)),  # the clean_hash that canonical_id was found with
    Column("indexed_hash", String(40)),  # the clean_hash that the full-text index knows
    Column("barren", Boolean, nullable=False, server_default=text("false")),  # `database.barren`
    Column("created_at", Double, nullable=False),
    UniqueConstraint("run_id", "file", "part"),
    # Few, and asked for by people who want to know what was submitted by mistake.
    Index(
        "ix_documents_barren",
        "id",
        sqlite_where=text("barren = 1"),
        postgresql_where=text("barren"),
    ),
    Index(None, "region_code", "year"),
    # The canonical prints of a place, and the further prints of a canonical one: each without
    # looking at the others, which may be many.
    Index(
        "ix_documents_canonical",
        *("region_code", "year"),
        sqlite_where=text("canonical_id = id"),
        postgresql_where=text("canonical_id = id"),
    ),
    Index(
        "ix_documents_further_prints",
        "canonical_id",
        sqlite_where=text("canonical_id != id"),
        postgresql_where=text("canonical_id <> id"),
    ),
    Index(None, "region"),
    Index(None, "year"),
    Index(None, "sha256"),
    Index(None, "duplicate_of"),
    Index(None, "work_id"),
    # What is outdated is counted over all documents: from here, without their rows.
    Index("ix_documents_versions", *(f"{stage.value}_version" for stage in Stage)),
)


def of_no_place(shown: FromClause) -> ColumnElement[bool]:
    """Something is stated in the document, but no region or year is known that it were of."""
    return and_(
        shown.c.extraction_id.is_not(None),
        ~shown.c.barren,
        or_(Unsought(shown.c.region_code).is_(None), Unsought(shown.c.year).is_(None)),
    )


# Documents whose canonical print is to be found anew; those whose text the full-text index does
# not know yet; and those of no place. Few, and asked for all the time, each by an index of its own:
# one expression for query and index, because SQLite uses a partial index only where it can see that
# it fits.
PRINTS_DUE: ColumnElement[bool] = and_(
    documents.c.publication_id.is_not(None),
    documents.c.settled_hash.is_distinct_from(documents.c.clean_hash),
)
UNINDEXED: ColumnElement[bool] = and_(
    documents.c.clean_hash.is_not(None),
    or_(documents.c.canonical_id.is_(None), documents.c.canonical_id == documents.c.id),
    documents.c.indexed_hash.is_distinct_from(documents.c.clean_hash),
)
for _name, _few in (
    ("prints_due", PRINTS_DUE),
    ("unindexed", UNINDEXED),
    ("unplaced", of_no_place(documents)),
):
    Index(f"ix_documents_{_name}", documents.c.id, sqlite_where=_few, postgresql_where=_few)


_IN_FLIGHT = "state IN ('pending', 'running')"
_AT_REST = "state NOT IN ('pending', 'running')"

work = numbered(
    "work",
    Column("run_id", Key, ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
    Column("document_id", Key, ForeignKey("documents.id", ondelete="CASCADE"), nullable=False),
    Column("priority", String(16), nullable=False),  # the run's, copied: the dispatcher sorts by it
    Column("state", String(16), nullable=False),
    Column("stage", String(16), nullable=False),  # the stage that is next, runs, or failed
    Column("attempts", Integer, nullable=False, server_default=text("0")),  # at this stage
    # Times its worker was lost with it at this stage, and nobody can say that it was its doing.
    Column("losses", Integer, nullable=False, server_default=text("0")),
    Column("not_before", Double, nullable=False, server_default=text("0")),  # back-off
    Column("sent_until", Double, nullable=False, server_default=text("0")),  # a message is out
    Column("lease", Text),  # token of the worker that holds it
    Column("lease_until", Double, nullable=False, server_default=text("0")),
    Column("error_code", String(64)),
    Column("error_message", Text),
    Column("error_version", String(64)),  # the stage's when it went wrong
    Column("previous_id", Key),  # the work that told how the document stood before
    *outputs(),  # of this way so far; they become the document's when it is done
    Column("created_at", Double, nullable=False),
    Column("changed_at", Double, nullable=False),
    UniqueConstraint("run_id", "document_id"),
    Index(None, "run_id", "state"),
    Index(None, "document_id"),
    # When the last of a run came to rest, and how many did lately.
    Index(
        "ix_work_at_rest",
        "run_id",
        "changed_at",
        sqlite_where=text(_AT_REST),
        postgresql_where=text(_AT_REST),
    ),
    # Few, and asked for in every plan; in the order of their pages.
    Index(
        "ix_work_not_done",
        *("state", "document_id"),
        sqlite_where=text("state <> 'done'"),
        postgresql_where=text("state <> 'done'"),
    ),
    # The dispatcher asks only for what is unfinished: a small part of a large table.
    Index(
        "ix_work_unfinished",
        "priority",
        "id",
        sqlite_where=text(_IN_FLIGHT),
        postgresql_where=text(_IN_FLIGHT),
    ),
    # A document is on one way at a time, whatever several people ask for at once.
    Index(
        "uq_work_in_flight",
        "document_id",
        unique=True,
        sqlite_where=text(_IN_FLIGHT),
        postgresql_where=text(_IN_FLIGHT),
    ),
)

# Constants in the statement, not parameters: SQLite uses a partial index only where it can see that
# it fits.
IN_FLIGHT: ColumnElement[bool] = work.c.state.in_(
    [literal_column("'pending'"), literal_column("'running'")]
)
NOT_DONE = NotDone()  # beside what it follows from
# State by state, or SQLite would begin with all documents.
IS_NOT_DONE = (NOT_DONE, work.c.state.in_([state for state in State if state is not State.DONE]))

raw_texts = Table(
    "raw_texts",
    metadata,
    Column("document_id", Key, ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    Column("hash", String(40), primary_key=True),
    Column("text", CompressedText, nullable=False),
    Column("characters", Integer, nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("title", Text),  # one that stands outside the text
    Column("split_by", Text),  # why the document was cut out of its source
    Column("decoding", JSON),  # {"encoding", "decided_by", "undecodable"}
    Column("given", JSON, nullable=False),  # metadata that stood in the file
)

clean_texts = Table(
    "clean_texts",
    metadata,
    Column("document_id", Key, ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    Column("hash", String(40), primary_key=True),
    Column("text", CompressedText, nullable=False),
    Column("characters", Integer, nullable=False),
    Column("offsets", CompressedBytes, nullable=False),  # OffsetMap.to_bytes
    Column("sketch", LargeBinary),  # for near-duplicates
    # Whether it holds a Chinese character. None in rows made before there was this column.
    Column("chinese", Boolean),
    *described(),
)

term_counts = Table(
    "term_counts",
    metadata,
    Column("document_id", Key, ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    Column("hash", String(40), primary_key=True),
    Column("tokens", Integer, nullable=False),  # sum of all counts
    Column("counts", CompressedJSON, nullable=False),  # {term: count}
    # Of its words (`zhibiao.text.cut`). None in rows made before there was this column.
    Column("cut", CompressedBytes),
)

extractions = numbered(
    "extractions",
    Column("document_id", Key, ForeignKey("documents.id", ondelete="CASCADE"), nullable=False),
    Column("run_id", Key, ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
    Column("version", String(64), nullable=False),
    Column("made_at", Double, nullable=False),
    Column("numbers", Integer, nullable=False),  # numbers seen
    Column("rejections", CompressedJSON, nullable=False),  # [{start, end, surface, reason}]
    Column("hash", String(40), nullable=False),
    UniqueConstraint("document_id", "hash"),
    Index(None, "run_id"),
)

publications = numbered(
    "publications",
    Column("document_id", Key, ForeignKey("documents.id", ondelete="CASCADE"), nullable=False),
    Column("run_id", Key, ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
    # run; rollback (of that run); print: only its canonical print has changed
    Column("cause", String(16), nullable=False),
    Column("published_at", Double, nullable=False),
    Column("previous_id", Key),  # the publication of this document that it took the place of
    *outputs(),
    Column("canonical_id", Key),  # documents.canonical_id at that time
    Column("pruned", Boolean, nullable=False, server_default=text("false")),  # its outputs may lack
    Index(None, "document_id", "id"),
    Index(None, "run_id", "document_id"),
)

observations = _stated(
    "observations",
    Column("indicator", String(80)),
    Column("subject", Text, nullable=False),
    Column("measure", String(16), nullable=False),
    Column("value", DecimalText, nullable=False),
    Column("value_high", DecimalText),
    Column("unit", Text, nullable=False),
    Column("bound", String(8), nullable=False),
    Column("status", String(8), nullable=False),
    Column("period_start", Integer),
    Column("period_end", Integer),
    Column("scope", String(8), nullable=False),
    Column("evidence", Text, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("number_start", Integer, nullable=False),
    Column("number_end", Integer, nullable=False),
    Column("name_start", Integer),
    Column("name_end", Integer),
    Column("base_value", DecimalText),
    Column("base_unit", Text),
    Column("tone", Text),
    Column("flags", JSON, nullable=False),
    Column("conflict", Integer),
    Column("rule", Text, nullable=False),
    # Of the sentence only the place is kept; `observations.with_sentences` cuts it out of the raw
    # text. None in rows of extractions made before there were these columns.
    Column("sentence_start", Integer),
    Column("sentence_end", Integer),
    # None, too, in rows from before: nobody had asked how certain they are.
    Column("certain", Boolean),
    Column("doubts", JSON),
    Column("stretch", Boolean, nullable=False, server_default=text("false")),
    # What people have corrected (`corrections.observation_corrections`). None: nothing.
    Column("correction_id", Key),  # which one speaks of it; no foreign key: it outlives none
    Column("corrected", String(8)),  # its kind
    Column("layer", String(9)),  # overruled (found, not stated), inserted (stated, not found)
    # Pages of one indicator, in their order. Three of four rows are of none.
    Index(
        "ix_observations_of_indicator",
        *("indicator", "document_id", "ordinal"),
        sqlite_where=text("indicator IS NOT NULL"),
        postgresql_where=text("indicator IS NOT NULL"),
    ),
)

# What is stated of indicators without a value. A table of its own, so that whatever reads numbers,
# workers of earlier versions too, finds numbers only.
statements = _stated(
    "statements",
    Column("indicator", String(80), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("relation", String(16), nullable=False),
    Column("reference", Text, nullable=False),
    Column("value", DecimalText),
    Column("unit", Text, nullable=False),
    Column("measure", String(16), nullable=False),
    Column("status", String(8), nullable=False),
    Column("period_start", Integer),
    Column("period_end", Integer),
    Column("scope", String(8), nullable=False),
    Column("evidence", Text, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("sentence_start", Integer, nullable=False),
    Column("sentence_end", Integer, nullable=False),
)
