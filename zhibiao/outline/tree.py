"""A report's outline: its sections, each with what it is about and of which years.

Read once for a document, before anything else looks at its sentences. A section is told by its
heading, by how it begins and by its words, in this order; what none of them tells it has from the
section around it, never from the one before it without saying so (`inferred`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from zhibiao.domain import Status
from zhibiao.language.plans import ANY_PLAN, counted
from zhibiao.language.wording import wording
from zhibiao.outline.evidence import (
    NOTHING,
    Reading,
    names_problems,
    read_body,
    read_phrase,
    several_named,
    sure,
)
from zhibiao.outline.frames import Frame, Section, Years
from zhibiao.outline.front_matter import REPORT, read_title, speech_begins
from zhibiao.outline.kinds import kind_of, opening_section
from zhibiao.outline.lines import COLONS, Heading, Rank, heading_of, pieces, precedes_all
from zhibiao.outline.passages import lists_on, read_passages
from zhibiao.outline.spans import Phrase, YearsSaid, covered, phrases, with_whole_years
from zhibiao.outline.two_spans import GoesOn, goes_on

_TOLD: Final = 0.3  # from which the words of a body tell a plan from a review
_REVIEWS_FIRST: Final = 0.8  # how much the place of a part speaks for a review
_OPENING: Final = 60  # characters of each of a section's first sentences
_BODY: Final = 1000  # characters of a section whose words are counted
# What a heading within a part has to name to be about other years than its part.
_DATED: Final = frozenset(YearsSaid) - {YearsSaid.SINCE, YearsSaid.COUNT}
_NEAR: Final = 6  # characters in which it does so
_WORDING: Final = wording(__name__)
_NEUTRAL: Final = _WORDING.pattern("neutral")
_INDICATORS: Final = _WORDING.pattern("indicators")
_PART_OF_YEAR: Final = _WORDING.pattern("part_of_year")
_PARTS_TOLD: Final = _WORDING.pattern("parts_told")
_ALL_YEAR: Final = _WORDING.text("all_year")
_UP_TO_NOW: Final = _WORDING.text("up_to_now")
_FIGURE: Final = _WORDING.pattern("figure")
_OF_TERM: Final = (YearsSaid.TERM, YearsSaid.SINCE_TERM)
_LONGEST_TERM: Final = 6  # years
_TERM_LASTED: Final = _WORDING.pattern("term_lasted")
_TERM_BEGINS: Final = _WORDING.pattern("term_begins")
_TERM_BEGAN: Final = _WORDING.pattern("term_began")
_TOP: Final = 60  # characters of a text, in which its headlines stand
_DRAFTING: Final = _WORDING.pattern("drafting", any_plan=ANY_PLAN)
_NEXT_PART: Final = _WORDING.pattern("next_part")
_SENTENCE: Final = re.compile(r"[^。！？!?；;\n]+")


class Outline(NamedTuple):
    """The sections of a report in the order of their beginnings, and what holds from where on."""

    sections: tuple[Section, ...]
    frames: list[Frame]  # of the sections and of the passages within them; the first starts at 0


def read_outline(text: str, years: Years) -> Outline:
    """The outline of a clean text in simplified characters."""
    lines = _lines(text)
    reader = _Reader(text, years)
    for index, (line, at) in enumerate(lines):
        following = lines[index + 1][0] if index + 1 < len(lines) else ""
        reader.read(line, at, following)
        reader.note_parts(line)
    return reader.outline()


def _lines(text: str) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    at = 0
    lines = text.split("\n")
    begins = speech_begins(lines, read_title(text))
    for index, line in enumerate(lines):
        stripped = line.strip()
        if stripped and index >= begins:
            begin = at if len(stripped) == len(line) else at + line.index(stripped)
            found += pieces(stripped, begin)
        at += len(line) + 1
    return found


class _Open(NamedTuple):
    """A section that is still open."""

    rank: Rank
    before: Frame  # what held before it


class _Reader:
    def __init__(self, text: str, years: Years) -> None:
        self.text = text
        self.years = years
        opening = opening_section(text, years)
        self.sections = [opening]
        self.frames = [opening.frame]
        self.open: list[_Open] = []
        self.told = opening.frame  # by the last part whose words or years told it
        self.opens_part = True  # whether the next paragraph is its part's first
        self.passed: Frame | None = None  # of the passage whose list the next line may go on with
        self.parts_told = 0  # numbered parts that a review has announced, and are to come
        self.told_in = opening.frame  # what holds in that review

    def read(self, line: str, at: int, following: str) -> None:
        """Take in one line."""
        if self.passed is not None and self._listed(line, at, following):
            return
        heading = heading_of(line, at, following)
        if heading is not None and self._head(heading):
            if not heading.alone:
                self._passages(line[heading.end - at :], heading.end, following)
            return
        before = self.frames[-1]
        self._passages(line, at, following)
        ends = heading is not None and at < _TOP and line[-1] not in COLONS
        if ends and self.frames[-1] is not before:
            # 今年预期目标：地区生产总值增长8%, above the news itself
            self.frames.append(before._replace(start=at + len(line)))

    def note_parts(self, line: str) -> None:
        """Whether a line that was read says how many numbered parts below it are of its review."""
        told = _PARTS_TOLD.search(line) if line[-1] in COLONS else None
        if told is not None and self.frames[-1].status is Status.ACTUAL:
            self.parts_told, self.told_in = counted(told[1]), self.frames[-1]

    def outline(self) -> Outline:
        end = len(self.text)
        if len(self.frames) == 1 and read_body(self.text[:_BODY]) >= _TOLD:
            # nothing tells, and its words speak of what is to come: it may be cut out of a plan
            self.sections[0] = replace(self.sections[0], inferred=True)
            self.frames[0] = self.frames[0]._replace(inferred=True)
        closed = []
        for i, section in enumerate(self.sections):
            after = (s.start for s in self.sections[i + 1 :] if s.level <= section.level)
            closed.append(replace(section, end=next(after, end)))
        return Outline(tuple(closed), self.frames)

    def _passages(self, line: str, at: int, following: str) -> None:
        if not self.frames[-1].glossary:
            held = self.frames[-1]
            passed = read_passages(line, at, self.years, self.frames, opens_part=self.opens_part)
            self.opens_part = self.opens_part and precedes_all(line)
            if held.both and held.several > self.frames[-1].several:
                self._go_on_with(held, at, at + len(line))
            lists = passed is not None and lists_on(following, first=True)
            self.passed = passed if lists else None

    def _go_on_with(self, whole: Frame, start: int, end: int) -> None:
        """Go back to the years of a part behind its one paragraph on the last of them."""
        told = goes_on(self.text, self.sections[-1].start, start, end, self.years)
        if told:
            maybe = told is GoesOn.MAYBE
            self.frames.append(whole._replace(start=end, inferred=whole.inferred or maybe))

    def _listed(self, line: str, at: int, following: str) -> bool:
        """Take in an item of the list that a passage announced; whether the line is one."""
        passed, before = self.passed, self.frames[-1]
        if not lists_on(following, first=False):
            self.passed = None
        if passed is None or not lists_on(line, first=False):
            return False
        self.frames.append(passed._replace(start=at))
        read_passages(line, at, self.years, self.frames)
        self.frames.append(before._replace(start=at + len(line)))
        return True

    def _head(self, heading: Heading) -> bool:
        """Open the section of a heading; whether it opens one."""
        if self.frames[-1].glossary and heading.rank is not Rank.ATTACHMENT:
            return False
        reading = self._reading(heading)
        if heading.rank is Rank.ATTACHMENT:
            self._close(heading.rank)
            self._begin(heading, reading, self._attached(heading, reading))
            return True
        if self.parts_told and heading.rank is Rank.PART and not reading.dated:
            # 五年来，我们主要推进了以下五方面工作：, above 一、创新发展思路: no part on its own
            self.parts_told -= 1
            self._close(heading.rank)
            self.frames.append(self.told_in._replace(start=heading.start))
            return heading.alone
        if reading is NOTHING:
            if heading.rank is Rank.FREE:
                return False
            if any(section.rank is Rank.FREE for section in self.open):
                return heading.alone  # numbered parts of a part without a number
            back = self._close(heading.rank)
            if heading.rank is Rank.PART:
                self._untold(heading)
                return True
            if back is not None:
                self.frames.append(back._replace(start=heading.start))
            return heading.alone
        self._close(heading.rank)
        frame = self._frame(heading, reading)
        self._begin(heading, reading, frame)
        self.told = frame
        return True

    def _reading(self, heading: Heading) -> Reading:
        """What a heading itself says; NOTHING where it does not open a section of its own."""
        rank, words = heading.rank, heading.words
        if rank is Rank.ENTRY or not words:
            return NOTHING
        if rank is Rank.FREE and (
            REPORT in words or _FIGURE.search(with_whole_years(words)) is not None
        ):
            # 2021年政府工作报告摘要: the whole; 今年GDP预期增长7.5%左右: a headline states what a
            # heading announces
            return NOTHING
        if rank is Rank.ATTACHMENT:
            return read_phrase(words, self.years)
        if rank is Rank.PART:
            reading = read_phrase(words, self.years, styled=True)
            # a wording alone is no more than a hint
            told = sure(reading) and (reading.dated or read_phrase(words, self.years).weight >= 1)
            return reading if told else NOTHING
        said = next(phrases(with_whole_years(words)), None)
        near = said is not None and said.kind in _DATED and said.start <= _NEAR
        short = len(words.rstrip("：:")) <= 14 and "，" not in words
        if not near and (rank is Rank.CHAPTER or _goes_on(words) or (said is None and not short)):
            return NOTHING  # whatever its words say, as of most
        reading = read_phrase(words, self.years)
        if not sure(reading):
            return NOTHING
        if rank is Rank.CHAPTER:
            plain = len(reading.evidence) > 1 or _NEUTRAL.search(words) is not None
            return reading if heading.alone and plain and not _goes_on(words) else NOTHING
        if reading.dated and said is not None:
            return reading if near or len(words) <= 20 else NOTHING
        return reading if short and self._changes(reading, words) else NOTHING

    def _changes(self, reading: Reading, words: str) -> bool:
        """主要指标： in a review names what is reviewed; 目标任务 on its own line opens a plan."""
        ahead = reading.direction > 0
        if ahead and _INDICATORS.fullmatch(words) and self.frames[-1].status is Status.ACTUAL:
            return False
        if ahead and self.told.status is Status.TARGET and self.frames[-1].several > 1:
            return False  # 主要目标是： among aims of five years announces those
        return ahead != (self.frames[-1].status is Status.TARGET) or ahead

    def _close(self, rank: Rank) -> Frame | None:
        """Close the sections that a heading of a rank ends; what held before the first of them."""
        back = None
        while self.open and self.open[-1].rank >= rank:
            back = self.open.pop().before
        return back

    def _begin(self, heading: Heading, reading: Reading, frame: Frame) -> None:
        kind = kind_of(heading, frame)
        first = None if frame.year is None else frame.year - frame.several + 1
        self.sections.append(
            Section(
                start=heading.start, end=heading.end, heading=(heading.start, heading.end),
                level=max(1, int(heading.rank)), kind=kind, status=frame.status, first=first,
                last=frame.year, inferred=frame.inferred, evidence=reading.evidence,
            )
        )  # fmt: skip
        self.open.append(_Open(heading.rank, self.frames[-1]))
        self.opens_part = True
        if heading.rank < Rank.CHAPTER:
            self.parts_told = 0  # fewer came than were announced
        self.frames.append(frame)

    def _frame(self, heading: Heading, reading: Reading) -> Frame:
        """What holds in a section that its heading tells."""
        ahead = reading.direction > 0
        status = Status.TARGET if ahead else Status.ACTUAL
        if reading.last is None and ahead:
            reading = self._several_ahead(heading) or reading
        first, last = reading.first, reading.last
        part = _of_part_of_year(heading.words)
        if first is None or last is None:
            year = self.years.planned if ahead else self.years.review
            return Frame(heading.start, status, year, 1, part_of_year=part)
        named = list(phrases(with_whole_years(heading.words)))
        if not ahead and any(phrase.kind in _OF_TERM for phrase in named):
            first = self._term_began(heading, first, last)
        one_year = first == last and not ahead and bool(named) and _UP_TO_NOW not in heading.words
        if heading.rank is Rank.FREE and not self.text[: heading.start].strip():
            one_year = False  # the headline of all that follows
        several = last - first + 1
        both = several > 1 and not ahead and self._names_review_year(named)
        counted = not ahead and any(p.counted == several > 1 for p in named)
        return Frame(
            heading.start, status, last, several, alone=one_year, part_of_year=part, both=both,
            counted=counted,
        )  # fmt: skip

    def _term_began(self, heading: Heading, first: int, last: int) -> int:
        """2008年本届政府组成以来, right below 本届政府工作回顾: the term's first year is named;
        四年来，…: or its years are counted; 换届后的第一年，…: or it is the first."""
        if _TERM_BEGINS.match(self.text, heading.end + 1) is not None:
            return last
        lasted = _TERM_LASTED.match(self.text, heading.end)
        if lasted is not None:
            return max(first, last - counted(lasted[lasted.lastindex or 0]) + 1)
        said = _TERM_BEGAN.search(self.text, heading.end, heading.end + _OPENING)
        year = first if said is None else int(said[1])
        return year if last - _LONGEST_TERM < year <= last else first

    def _names_review_year(self, named: list[Phrase]) -> bool:
        """2025年和“十四五”时期工作回顾: whether the last year is named beside the others."""
        review = self.years.review
        spans = (covered(phrase, self.years, -1) for phrase in named)
        return review is not None and any(s.first == s.last == review for s in spans)

    def _several_ahead(self, heading: Heading) -> Reading | None:
        """The several years to come that the first sentences of a section name: “十四五”."""
        for said in _sentences(self.text, heading.end, 2):
            if _DRAFTING.search(said):
                continue  # a plan that is drafted is a task: 抢抓“十四五”规划编制机遇
            reading = read_phrase(said, self.years)
            begun = self.years.review is not None and (reading.first or 0) < self.years.review
            if reading.direction > 0 and reading.several > 1 and not begun:
                return reading  # not the plan that is all but over
        return None

    def _untold(self, heading: Heading) -> None:
        """A numbered part whose heading says nothing of years: by its words, else as before it."""
        before = self.told if self.told.start > 0 else self.frames[-1]
        if before.status is Status.TARGET and before.several > 1 and self._is_of_planned_year():
            before = self.frames[-1]  # 今年是…的第一年, behind the aims of five years
        styled = read_phrase(heading.words, self.years, styled=True)
        ahead = before.status is Status.TARGET
        body = read_body(self._body(heading))
        vote = body + 0.3 * styled.direction * min(1.0, styled.weight)
        if len(self.sections) == 1 and _NEXT_PART.search(self.text, heading.end) is not None:
            vote -= _REVIEWS_FIRST  # the first of several parts
        opened = self._several_ahead(heading) if vote > 0 else None
        if names_problems(heading.words):
            frame = before._replace(start=heading.start)
        elif opened is not None:
            frame = Frame(heading.start, Status.TARGET, opened.last, opened.several)
        elif abs(vote) >= _TOLD and (vote > 0) != ahead:
            status = Status.TARGET if vote > 0 else Status.ACTUAL
            year = self.years.planned if vote > 0 else self.years.review
            frame = Frame(heading.start, status, year, 1, inferred=True)
        else:
            agrees = abs(vote) >= _TOLD and before.several == 1
            frame = before._replace(start=heading.start, inferred=before.inferred or not agrees)
        if opened is None:
            direction = 1 if frame.status is Status.TARGET else -1
            named = several_named(heading.words, self.years, direction)
            if named is not None:
                frame = Frame(heading.start, frame.status, *named, inferred=abs(vote) < _TOLD)
        frame = frame._replace(part_of_year=_of_part_of_year(heading.words))
        self._begin(
            heading, styled._replace(evidence=(*styled.evidence, "words of the part")), frame
        )

    def _is_of_planned_year(self) -> bool:
        """Whether what was told last is of the first year planned alone."""
        last = self.frames[-1]
        return last.status is Status.TARGET and (last.year, last.several) == (self.years.planned, 1)

    def _body(self, heading: Heading) -> str:
        """The text up to the next part."""
        begin = heading.end
        end = min(len(self.text), begin + _BODY)
        found = _NEXT_PART.search(self.text, begin, end)
        return self.text[begin : found.start() if found else end]

    def _attached(self, heading: Heading, reading: Reading) -> Frame:
        if heading.glossary:
            return Frame(heading.start, Status.ACTUAL, self.years.review, 1, glossary=True)
        if sure(reading):
            return self._frame(heading, reading)
        return Frame(heading.start, Status.TARGET, self.years.planned, 1, inferred=True)


def _of_part_of_year(words: str) -> bool:
    return _ALL_YEAR not in words and _PART_OF_YEAR.search(words) is not None


def _goes_on(words: str) -> bool:
    return "，" in words or "," in words


def _sentences(text: str, begin: int, count: int) -> Sequence[str]:
    found = []
    for match in _SENTENCE.finditer(text, begin, begin + 4 * _OPENING):
        said = match[0].strip()
        if said:
            found.append(said[:_OPENING])
        if len(found) == count:
            break
    return found
