"""Synthetic reports that sound like real ones and whose every observation is known.

A report is written from templates (`phrases/`), so what it states about its region is known
while it is written. Around the facts stand figures that are none of the catalogue's: parks,
towns, companies, sectors, ranks, other quantities.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

from zhibiao.domain import Status
from zhibiao.testing.draft import Calendar, Draft
from zhibiao.testing.figures import Figures
from zhibiao.testing.places import PLACES, Place, place
from zhibiao.testing.planted import Planted, PlantedReport

__all__ = ["Planted", "PlantedReport", "generate", "generate_many"]

FIRST_YEAR, LAST_YEAR = 2012, 2025  # of delivery, where none is asked for

_FIELDS = ("industry", "agriculture", "finance", "innovation", "city", "environment", "livelihood")
_FURTHER_FIELDS = ("transport", "culture", "education", "safety", "reform")
_ORDINALS = (*"一二三四五六七八九十", "十一", "十二")
_HALF_WIDTH = str.maketrans("，：；！（）", ",:;!()")


def generate(seed: int, *, region: str | None = None, year: int | None = None) -> PlantedReport:
    """One report of 6,000 to 15,000 characters, the same for the same arguments.

    `region` is a full name or a code of `places.PLACES`; `year` that of delivery. What is not
    given is drawn.

    Raises:
        ValueError: an unknown region.
    """
    rng = random.Random(f"{seed}/{region}/{year}")
    where = rng.choice(PLACES) if region is None else place(region)
    when = rng.randint(FIRST_YEAR, LAST_YEAR) if year is None else year
    return _Author(rng, where, when).write()


def generate_many(count: int, seed: int) -> Iterator[PlantedReport]:
    """`count` different reports: each (region, year) comes once before any comes again."""
    rng = random.Random(seed)
    pairs = [(where, year) for where in PLACES for year in range(FIRST_YEAR, LAST_YEAR + 1)]
    for number in range(count):
        if number % len(pairs) == 0:
            rng.shuffle(pairs)
        where, year = pairs[number % len(pairs)]
        yield generate(rng.getrandbits(48), region=where.name, year=year)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Head:
    """What stands above 各位代表."""

    title: str
    lines: tuple[str, ...]
    speaker: str | None
    delivered_on: date | None


@cache
def _phrases(name: str) -> Mapping[str, Sequence[str]]:
    source = resources.files("zhibiao.testing") / "phrases" / f"{name}.toml"
    return {key: tuple(lines) for key, lines in tomllib.loads(source.read_text("utf-8")).items()}


class _Author:
    """Writes one report, section by section."""

    def __init__(self, rng: random.Random, where: Place, year: int) -> None:
        self._rng = rng
        self._where = where
        self._calendar = Calendar(year=year, plan_end=year + (-year) % 5)
        self._five_years = year % 5 in (1, 2)  # the years in which governments change
        self._numbered = rng.random() < 0.7  # whether a field's heading has a numeral
        self._frame = _phrases("frame")
        words = _phrases("words")
        self._draft = Draft(
            rng,
            figures=Figures(rng, county=where.county),
            calendar=self._calendar,
            words={
                **words,
                "place": words["town"] if where.county else words["place"],
                "region": (where.name,),
                "city": (where.short,),
                "whole": ("全市",),
                "kind": ("市",),
                "upper": ("省上", "上级") if not where.county else ("上级",),
                "plan": ("十" + "二三四"[(year - 2011) // 5] + "五",)
                if 2011 <= year <= 2025
                else ("五年",),
            },
        )

    def write(self) -> PlantedReport:
        head = self._head()
        for line in head.lines:
            self._draft.literal(line + "\n")
        self._draft.literal("各位代表：\n")
        self._paragraph([self._one("opening")])
        sections = [self._review]
        if self._five_years:
            sections += [self._five_years_past, self._five_years_ahead]
        sections += [self._plan, self._government]
        for number, section in enumerate(sections):
            section(_ORDINALS[number])
        self._paragraph([self._one("closing")])
        half_width = self._rng.random() < 0.2
        text, planted = self._draft.finish(
            lambda written: written.translate(_HALF_WIDTH) if half_width else written
        )
        return PlantedReport(
            name=f"{self._calendar.year}_{self._where.name}",
            title=head.title,
            region=self._where.name,
            region_code=self._where.code,
            province=self._where.province,
            year=self._calendar.year,
            review_year=self._calendar.review,
            speaker=head.speaker,
            delivered_on=head.delivered_on,
            text=text,
            planted=planted,
        )

    # -- sections

    def _head(self) -> _Head:
        rng, region, year = self._rng, self._where.name, self._calendar.year
        if rng.random() < 0.4:
            title = f"{year}年{region}{rng.choice(('', '人民'))}政府工作报告"
            return _Head(title=title, lines=(title,), speaker=None, delivered_on=None)
        delivered_on = date(year, *rng.choice(((1, rng.randint(4, 29)), (2, rng.randint(6, 27)))))
        speaker = rng.choice(self._frame["surnames"]) + rng.choice(self._frame["given_names"])
        session = _ORDINALS[(year - 2012) % 5]
        congress = f"十{_ORDINALS[5 + (year - 2012) // 5 % 4]}"
        day = f"{year}年{delivered_on.month}月{delivered_on.day}日"
        title = rng.choice(("政府工作报告", f"{region}人民政府工作报告", f"{year}年政府工作报告"))
        lines = (
            title,
            f"——{day}在{region}第{congress}届人民代表大会第{session}次会议上",
            f"{region}{rng.choice(('市长', '代市长', '人民政府市长'))} {speaker}",
        )
        return _Head(title=title, lines=lines, speaker=speaker, delivered_on=delivered_on)

    def _review(self, number: str) -> None:
        self._draft.status = Status.ACTUAL
        self._heading(number, "review")
        self._paragraph([self._one("past")], close=False)
        self._clauses("outturns", self._rng.randint(5, 9), self._one("lead"))
        self._fields(done=True)
        self._paragraph([self._one("thanks")])
        self._paragraph([self._one("troubles")])

    def _five_years_past(self, number: str) -> None:
        self._draft.status = Status.ACTUAL
        self._heading(number, "past")
        self._paragraph([self._one("years_lead")], close=False)
        self._clauses("years", self._rng.randint(5, 9), self._rng.choice(("五年来，", "")))

    def _five_years_ahead(self, number: str) -> None:
        self._draft.status = Status.TARGET
        self._heading(number, "ahead")
        self._clauses("ahead", self._rng.randint(3, 5), self._one("years_ahead_lead"))

    def _plan(self, number: str) -> None:
        self._draft.status = Status.TARGET
        self._heading(number, "plan")
        self._paragraph([self._one("guidance")])
        self._clauses("aims", self._rng.randint(6, 11), self._one("aims_lead"))
        self._paragraph([self._one("aims_after")])
        self._fields(done=False)

    def _government(self, number: str) -> None:
        self._heading(number, "government")
        lines = self._frame["government"]
        self._paragraph(self._rng.sample(lines, self._rng.randint(4, len(lines))))

    def _fields(self, *, done: bool) -> None:
        tense = "done" if done else "todo"
        order = [*_FIELDS, *self._some(_FURTHER_FIELDS, 2, 5)]
        self._rng.shuffle(order)
        for number, field in enumerate(order):
            phrases = _phrases(field)
            title = self._rng.choice(phrases[f"{tense}_titles"])
            numeral = _ORDINALS[number]
            self._draft.write(f"（{numeral}）" if self._numbered else "", title, "。")
            if not done:
                self._draft.literal("\n")
            facts = phrases["facts" if done else "aims"]
            self._sentences(
                self._some(facts, 3, 7),
                self._some(phrases[f"{tense}_noise"], 3, 6),
                self._some(phrases[tense], 5, 16),
            )

    # -- paragraphs

    def _sentences(self, facts: Sequence[str], noise: Sequence[str], plain: Sequence[str]) -> None:
        """A paragraph: facts after a clause of officialese, or alone; noise in its own sentence."""
        rng = self._rng
        openers = list(plain)
        units: list[tuple[str, ...]] = []
        for fact in facts:
            opened = openers and rng.random() < 0.45
            units.append((openers.pop(), "，", fact) if opened else (fact,))
        units += [(line,) for line in (*openers, *noise)]
        rng.shuffle(units)
        ending = ""
        for unit in units:
            # Where the fact is stated already, the clause before it stands alone.
            if not (self._draft.write(ending, *unit) or self._draft.write(ending, unit[0])):
                continue
            # Noise may speak of a sub-area, and 到2025年 would reach over a semicolon too.
            alone = unit[0] in noise or "@plan" in unit[-1]
            ending = "。" if alone else rng.choice(("。", "。", "。", "；"))
        self._draft.literal("。\n")

    def _clauses(self, name: str, count: int, lead: str) -> None:
        """One sentence of several clauses; those that would repeat a fact are left out."""
        clauses = list(_phrases("headline")[name])
        self._rng.shuffle(clauses)
        self._draft.write(lead)
        joint = self._rng.choice(("，", "，", "；"))
        written = 0
        for clause in clauses:
            if written == count:
                break
            written += self._draft.write(joint if written else "", clause)
        self._draft.literal("。\n")

    def _paragraph(self, templates: Sequence[str], *, close: bool = True) -> None:
        for template in templates:
            self._draft.write(template)
        if close:
            self._draft.literal("\n")

    def _heading(self, number: str, section: str) -> None:
        self._draft.write(number, "、", self._one(f"{section}_heading"), "\n")

    def _some(self, lines: Sequence[str], least: int, most: int) -> list[str]:
        most = min(most, len(lines))
        return self._rng.sample(lines, self._rng.randint(min(least, most), most))

    def _one(self, name: str) -> str:
        return self._rng.choice(self._frame[name])
