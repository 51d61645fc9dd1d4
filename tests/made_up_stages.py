"""A line of stages that a test can change: what workers do, in this process, on made-up reports.

A report's text is lines: `region 甲市`, `gdp 6.5`. Lines that begin with # are cleaned away.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import Connection
from submitted import submit

from zhibiao.domain import (
    Bound,
    CleanText,
    Extraction,
    Measure,
    Metadata,
    Observation,
    OffsetMap,
    RawDocument,
    Scope,
    Span,
    Stage,
    State,
    Status,
    digests,
)
from zhibiao.domain.verdict import Verdict
from zhibiao.store import Store
from zhibiao.store.outputs import publications, results
from zhibiao.store.outputs.batch import Batch
from zhibiao.store.reprocessing import plans, reruns, sparing
from zhibiao.store.reprocessing.outdated import Current, Selection
from zhibiao.store.work import queue, runs, window
from zhibiao.store.work.queue import Claim, Move, Step
from zhibiao.text.similarity import sketch

Save = Callable[[Batch], list[Move]]

LEASE = "line/1"


@dataclass
class MadeUpStages:
    """Its fields are what the stages know; change one and its stage's version changes."""

    store: Store
    indicators: frozenset[str] = frozenset({"gdp"})
    drops_comments: bool = False  # the reader itself leaves lines with # out
    region_suffix: str = ""  # the cleaner's gazetteer
    words: str = "1"  # the segmenter's dictionary
    code: dict[Stage, str] = field(default_factory=lambda: dict.fromkeys(Stage, "1"))
    broken: frozenset[str] = frozenset()  # names of files that fail at extract
    executed: Counter[Stage] = field(default_factory=Counter)
    now: float = 100.0

    @property
    def current(self) -> Current:
        inputs = {
            Stage.READ: {"code": self.code[Stage.READ] + str(self.drops_comments)},
            Stage.CLEAN: {"code": self.code[Stage.CLEAN], "gazetteer": self.region_suffix},
            Stage.SEGMENT: {"code": self.code[Stage.SEGMENT], "user dictionary": self.words},
            Stage.EXTRACT: {
                "code": self.code[Stage.EXTRACT],
                "user catalogue": " ".join(sorted(self.indicators)),
            },
        }
        versions = {stage: "|".join(made.values()) for stage, made in inputs.items()}
        return Current(versions=versions, inputs=inputs)

    def submit(self, *texts: str) -> int:
        """A run of files `0.txt`, `1.txt` …; reports in a file are divided by a line `----`."""
        self.now += 1
        contents = {f"{n}.txt": text.encode() for n, text in enumerate(texts)}
        return submit(self.store, contents, now=self.now)

    def reprocess(self, selection: Selection | None = None, *, atomic: bool = False) -> int | None:
        self.now += 1
        chosen = selection if selection is not None else Selection()
        current = self.current
        with self.store.read() as connection:
            spared = sparing.find(connection, chosen, current)
        with self.store.write() as connection:
            return reruns.begin(
                connection, chosen, current, now=self.now, atomic=atomic, spared=spared
            )

    def plan(self, selection: Selection | None = None) -> plans.Plan:
        with self.store.read() as connection:
            chosen = selection if selection is not None else Selection()
            spared = sparing.find(connection, chosen, self.current)
            return plans.plan(connection, chosen, self.current, spared)

    def work(self, *, most: int = 10_000) -> int:
        """Do what is due, a document at a time; how many stages were executed."""
        done = 0
        while done < most and (step := self._claim()) is not None:
            self._execute(*step)
            done += 1
        return done

    def _claim(self) -> tuple[Stage, Claim] | None:
        self.now += 1
        for priority in runs.PRIORITIES:
            with self.store.write() as connection:
                chunks = window.due(
                    connection, priority=priority, window=1000, chunk=1, now=self.now, resend_at=0
                )
                for chunk in chunks:
                    claims = queue.claim(
                        connection,
                        chunk.work_ids,
                        chunk.stage,
                        lease=LEASE,
                        lease_until=self.now + 60,
                        max_attempts=3,
                        max_losses=9,
                        now=self.now,
                        version=self.current.versions[chunk.stage],
                    )
                    if claims:
                        return chunk.stage, claims[0]
        return None

    def _execute(self, stage: Stage, held: Claim) -> None:
        self.executed[stage] += 1
        versions = self.current.versions
        with self.store.write() as connection:
            if stage is Stage.EXTRACT and held.name in self.broken:
                queue.put_back(
                    connection,
                    held,
                    LEASE,
                    Verdict(state=State.QUARANTINED, code="broken", message="broken"),
                    now=self.now,
                    version=versions[stage],
                )
                return
            made, save = self._make(connection, stage, held)
            outputs = held.outputs.after(stage, version=versions[stage], made=made)
            to = outputs.next_stage(versions, after=stage)
            step = Step(held=held, at=stage, to=to, outputs=outputs)
            if not queue.advance(connection, [step], LEASE, now=self.now, sent=0):
                return
            batch = Batch(connection)
            moves = [Move(work_id=held.work_id, to=to), *save(batch)]
            batch.write()
            publications.show(connection, [move.work_id for move in moves])
            finished = [move.work_id for move in moves if move.to is None]
            publications.publish(connection, finished, now=self.now)
        with self.store.write() as connection:
            publications.publish_whole(connection, held.run, now=self.now)

    def _make(self, connection: Connection, stage: Stage, held: Claim) -> tuple[str, Save]:
        versions = self.current.versions
        if stage is Stage.READ:
            content = results.source_of(connection, held.document_id).decode()
            parts = self.read(content, held.name)
            rows = [results.raw_row(part, made=digests.of_raw(part)) for part in parts]
            return rows[0]["hash"], lambda batch: results.save_raw(
                batch, held, rows, current=versions, now=self.now, sent=0
            )
        if stage is Stage.CLEAN:
            raw = results.raw_of(connection, [held])[held.document_id]
            clean, metadata = self.clean(raw)
            sketched = sketch(clean.text)
            made = digests.of_clean(clean, metadata, sketched)

            def save(batch: Batch) -> list[Move]:
                row = results.clean_row(clean, metadata, sketch=sketched, made=made)
                results.save_clean(batch, held, row)
                return []

            return made, save
        clean, _ = results.clean_of(connection, [held])[held.document_id]
        if stage is Stage.SEGMENT:
            counts = dict(Counter(clean.text.split())) | {self.words: 1}
            written, tokens = digests.written_terms(counts), sum(counts.values())
            made = digests.of_written_terms(written, b"")

            def save(batch: Batch) -> list[Move]:
                row = results.terms_row(written, b"", tokens=tokens, made=made)
                results.save_terms(batch, held, row)
                return []

            return made, save
        raw = results.raw_of(connection, [held])[held.document_id]
        extraction = self.extract(raw)
        made = digests.of_extraction(extraction)

        def save(batch: Batch) -> list[Move]:
            row = results.generation_row(extraction, made=made, version=versions[Stage.EXTRACT])
            results.save_extraction(batch, held, extraction, row, now=self.now)
            return []

        return made, save

    def read(self, content: str, name: str) -> Sequence[RawDocument]:
        texts = content.split("----\n")
        if self.drops_comments:
            texts = [re.sub("(?m)^#.*\n", "", text) for text in texts]
        return [
            RawDocument(name=name, part=part, text=text, media_type="text/plain")
            for part, text in enumerate(texts)
        ]

    def clean(self, raw: RawDocument) -> tuple[CleanText, Metadata]:
        kept = re.sub("(?m)^#.*\n", "", raw.text)
        found = re.search("region (.*)", kept)
        region = None if found is None else found[1] + self.region_suffix
        clean = CleanText(text=kept, offsets=OffsetMap.identity(len(kept)))
        return clean, Metadata(region=region, region_code="110101", year=2023)

    def extract(self, raw: RawDocument) -> Extraction:
        found = []
        for match in re.finditer(r"(?m)^(\w+) ([\d.]+)$", raw.text):
            if match[1] in self.indicators:
                found.append(_observation(match))
        return Extraction(observations=tuple(found), rejections=())


def _observation(match: re.Match[str]) -> Observation:
    return Observation(
        indicator=match[1],
        subject=match[1],
        measure=Measure.LEVEL,
        value=Decimal(match[2]),
        value_high=None,
        unit="亿元",
        bound=Bound.EQ,
        status=Status.ACTUAL,
        period_start=2022,
        period_end=2022,
        scope=Scope.REGION,
        evidence=match[0],
        span=Span(*match.span()),
        sentence=match[0],
        sentence_span=Span(*match.span()),
        number_span=Span(*match.span(2)),
        name_span=Span(*match.span(1)),
    )
