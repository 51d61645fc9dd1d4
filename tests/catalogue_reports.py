"""Made-up reports that go through the real stages, with a user's catalogue that a test changes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from made_up_stages import MadeUpStages
from sqlalchemy import select

from zhibiao import pipeline
from zhibiao.catalogue.loading import built_in_text, parse_catalogue
from zhibiao.domain import CleanText, Extraction, Metadata, RawDocument, Stage
from zhibiao.store.database.schema import documents
from zhibiao.store.reprocessing import sparing
from zhibiao.store.reprocessing.outdated import Current

ALIAS = '[[indicator]]\nid = "gdp"\naliases = ["全域产出总值"]\n'
TEA = (
    '[[indicator]]\nid = "tea"\nname_zh = "茶叶产量"\naliases = ["茶叶产量"]\n'
    'units = ["吨"]\nbase_unit = "公斤"\n'
)


def report(number: int) -> str:
    """Every fifth one uses a name that no catalogue has before a test adds it."""
    own = f"全域产出总值达到{100 + number}亿元。" if number % 5 == 0 else ""
    return (
        f"2023年示例市政府工作报告\n一、2022年工作回顾\n固定资产投资增长{number % 9 + 1}.2%。{own}"
        f"茶叶产量{number + 1}吨。\n二、2023年工作安排\n地区生产总值增长6%左右。\n"
    )


@cache
def language_of(users: str | None) -> pipeline.Language:
    own = [] if users is None else [("own.toml", users)]
    return pipeline.Language(
        catalogue=parse_catalogue(built_in_text(), *own),
        segmenter_name="rjieba",
        user_indicators=users,
    )


@cache
def inputs_of(users: str | None) -> dict[Stage, dict[str, str]]:
    return pipeline.inputs(language_of(users))


@dataclass
class Reports(MadeUpStages):
    """The real stages, with a user's catalogue that a test can change."""

    users: str | None = None

    @property
    def language(self) -> pipeline.Language:
        return language_of(self.users)

    @property
    def current(self) -> Current:
        inputs = {stage: dict(made) for stage, made in inputs_of(self.users).items()}
        for stage, made in inputs.items():
            made["code"] = self.code[stage]
        versions = {
            stage: pipeline._version(stage.value, *map(str, sorted(made.items())))
            for stage, made in inputs.items()
        }
        return Current(
            versions=versions, inputs=inputs, catalogues=pipeline.catalogue_texts(self.language)
        )

    def note(self) -> None:
        """As a worker does when it begins."""
        with self.store.write() as connection:
            sparing.remember(connection, self.current, now=1.0)

    def clean(self, raw: RawDocument) -> tuple[CleanText, Metadata]:
        described = pipeline.clean(raw, {})
        return described.clean, described.metadata

    def extract(self, raw: RawDocument) -> Extraction:
        clean, metadata = self.clean(raw)
        return pipeline.extract(clean, raw.text, metadata, self.language)

    def hashes(self) -> list[str]:
        with self.store.read() as connection:
            return list(
                connection.scalars(select(documents.c.extract_hash).order_by(documents.c.id))
            )
