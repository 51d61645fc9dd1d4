"""The rows of tables in a text: which lines are rows, and where their cells begin and end.

Tabs and bars separate cells exactly. In plain text columns may be set apart by blanks alone: two
or more, or an ideographic space, or one blank where all that follows a name is units and numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import Enum, auto
from itertools import groupby, pairwise
from typing import Final, NamedTuple

from zhibiao.text.characters import HIDDEN
from zhibiao.text.chrome import LIKELY, SURE
from zhibiao.text.lines import Line

_BARS: Final = "|｜│┃║"
_ANY_BAR: Final = re.compile(f"[{_BARS}]")
_TAB: Final = re.compile("\t")
_RULE: Final = re.compile(r"[-=_—─━═+┌┬┐├┼┤└┴┘┏┳┓┣╋┫┗┻┛:|｜│┃ ]{3,}")
_BLANKS: Final = re.compile(r"(?:[ \x00]{2,}|\u3000)[ \x00\u3000]*")
_ONE_BLANK: Final = re.compile(r"[ \x00]+")
_LONGEST: Final = 300  # characters; no row of a plain text is longer
_LONGEST_CELL: Final = 60
_LONGEST_SECTION: Final = 20
_NO_SECTION: Final = re.compile("[。；，！？：:].|[。；，！？]$|工作|回顾|安排|任务|要求|报告")
_CAPTIONS: Final = 3  # lines above a table that may belong to it
_LONGEST_CAPTION: Final = 45
_UNIT_LINE: Final = re.compile("[（(]?(?:计量)?单位[：:]")
_CAPTION: Final = re.compile(
    r"^[（(]?(?:附[件录表]|附[：:一二三四五\d ]|附$|表[一二三四五六七八九十\d]|(?:计量)?单位[：:])"
    r"|指标[^。；，]*$"
)
_HEAD_ROWS: Final = 3

_NUMERAL: Final = r"\d[\d,，]*(?:\.\d+)?"
_UNIT: Final = (
    r"[%‰]|(?:个)?百?分点|[十百千]?[万亿]?(?:美?元|人次?|户|家|个|亩|吨|公?斤|天|[㎡平立]方?米?"
    r"|公里|千瓦时|辆|套|所|件|项|倍)(?:/\w{1,4})?"
)
_SAID: Final = (
    r"(?:(?:同比|比上年|较上年|预计|年均|力争|确保|控制|保持|稳定|达到?|完成|实现)?"
    r"(?:增长?|下降|减少|上升|提高|增加|降低?|上涨|回落|不低于|不超过|在|超过?|突破|约|近)?)"
)
_VALUE: Final = re.compile(
    rf"{_SAID}[≥≤<>＞＜±+\-－−▲↑↓约]?\s?{_NUMERAL}(?: ?[-—–~～至]+ ?{_NUMERAL})?[%‰]?"
    rf"(?:[-—–~～至]+{_NUMERAL})? ?[十百千]?[万亿]?(?:{_UNIT})?[余多]?(?:及?以[上下内]|左右|之内)?"
)
_UNIT_ALONE: Final = re.compile(rf"[（(]?(?:{_UNIT})[）)]?")
_UNIT_BEHIND: Final = re.compile(rf"[（(](?:{_UNIT})[）)]$")
_DATE: Final = re.compile(r"(?:19|20)\d\d[-./年]\d{1,2}(?:[-./月]\d{1,2})?日?|\d{1,2}:\d{2}.*")
_NO_VALUE: Final = re.compile(r"[-—–/／…]{1,4}|持平")
_PROSE: Final = re.compile(r"[。；！？!?;]|，(?!\d{3})|：.|:\D")
_PARAGRAPH: Final = re.compile(r"[。；].*[\u4e00-\u9fff]|[，,].*[。；]")
_PARAGRAPH_LENGTH: Final = 40
_NAME: Final = re.compile(r"[\u4e00-\u9fff]{2}|GDP|CPI|^(?:19|20)\d\d ?年?$")
_ENTRY: Final = re.compile(
    r"第?[一二三四五六七八九十]+[、章节部]|[（(][一二三四五六七八九十]+[）)]"
)
_PAGE: Final = re.compile(r"\d{1,3}")


class Row(NamedTuple):
    """One row of a table; offsets into the text."""

    cells: tuple[tuple[int, int], ...]  # without white space around; an empty one starts at its end
    marks: tuple[int, ...]  # where a tab stands for what separates a cell from the next


class _By(Enum):
    """What separates the cells of a row."""

    TABS = auto()
    BARS = auto()
    BLANKS = auto()  # several, or wide ones
    BLANK = auto()  # a single one


_EXACT: Final = (_By.TABS, _By.BARS)


class _Candidate(NamedTuple):
    line: int  # its index
    row: Row
    by: _By
    texts: list[str]
    counts: bool  # whether it holds a value behind a name or a year

    @classmethod
    def of(cls, index: int, row: Row, by: _By, flat: str) -> _Candidate:
        texts = [flat[start:end] for start, end in row.cells]
        return cls(index, row, by, texts, holds_value(texts))

    @property
    def exact(self) -> bool:
        return self.by in _EXACT


class Found(NamedTuple):
    """What stands in a text as a table."""

    rows: dict[int, Row]  # by index of their line
    captions: frozenset[int]  # lines above a table that name it: 附件1, 主要指标完成情况表
    dropped: frozenset[int]  # lines of a table of contents, and the rules of tables


def find_rows(raw: str, flat: str, lines: Sequence[Line], *, typed: bool) -> Found:
    """The rows of all tables.

    `flat` is `raw` normalised, character by character. `typed`: tabs may have been typed to align
    columns, several for one, as in plain text; readers of other formats write one a cell.
    """
    rows: dict[int, Row] = {}
    dropped: set[int] = set()
    for region in _regions(raw, flat, lines):
        if _is_contents(region):
            dropped.update(candidate.line for candidate in region)
        elif _is_table(region):
            kept = _collapsed(region) if typed and _is_aligned(region) else region
            rows.update((candidate.line, candidate.row) for candidate in kept)
    for index in {beside for row in rows for beside in (row - 1, row + 1)} - rows.keys():
        if 0 <= index < len(lines) and _RULE.fullmatch(lines[index].text):
            dropped.add(index)
    return Found(rows, _captions(lines, rows, dropped), frozenset(dropped))


def _captions(lines: Sequence[Line], rows: dict[int, Row], dropped: set[int]) -> frozenset[int]:
    found: set[int] = set()
    for first in rows:
        above: list[int] = []
        index = first - 1
        while index >= 0 and len(above) < _CAPTIONS and index not in rows:
            if index not in dropped:
                text = lines[index].text
                if len(text) > _LONGEST_CAPTION or not _CAPTION.search(text):
                    break
                above.append(index)
            index -= 1
        if any(not _UNIT_LINE.match(lines[index].text) for index in above):
            found.update(above)
    return frozenset(found)


def _regions(raw: str, flat: str, lines: Sequence[Line]) -> Iterator[list[_Candidate]]:
    """Candidates on lines that follow each other; rules between them do not count."""
    region: list[_Candidate] = []
    section: _Candidate | None = None  # a line of one cell that may stand between two rows
    marked = "\t" in raw or any(bar in raw for bar in _BARS)
    for index, line in enumerate(lines):
        candidate = None
        if marked or " " in line.text:
            candidate = _candidate(raw, flat, line, index, marked=marked)
        if candidate is not None:
            parted = section is not None and not candidate.counts
            if region and (parted or candidate.exact != region[-1].exact):
                yield from _trimmed(region)
                region = []
            elif section is not None:
                region.append(section)
            section = None
            region.append(candidate)
        elif region and section is None and is_section(line.text):
            row = Row(((line.start, line.end),), ())
            section = _Candidate(index, row, region[-1].by, [line.text], counts=False)
        elif region and not _RULE.fullmatch(line.text):
            yield from _trimmed(region)
            region, section = [], None
    yield from _trimmed(region)


def _candidate(raw: str, flat: str, line: Line, index: int, *, marked: bool) -> _Candidate | None:
    """The line as a row; `marked`: the text holds tabs or bars somewhere."""
    text = line.text
    if marked:
        exact = _by_marks(raw, flat, line, index)
        if exact is not None:
            return exact
    if " " not in text or len(text) > _LONGEST or _PROSE.search(text):
        return None
    row = _by_blanks(raw, line, _BLANKS)
    if row is not None and max(end - start for start, end in row.cells) <= _LONGEST_CELL:
        return _Candidate.of(index, row, _By.BLANKS, flat)
    row = _by_blanks(raw, line, _ONE_BLANK)
    return None if row is None else _Candidate.of(index, row, _By.BLANK, flat)


def _by_marks(raw: str, flat: str, line: Line, index: int) -> _Candidate | None:
    begin = flat.rfind("\n", 0, line.start) + 1
    tabs = raw.find("\t", begin, line.newline) >= 0
    bars = _ANY_BAR.search(raw, line.start, line.end) is not None
    if not (tabs or bars) or _RULE.fullmatch(line.text):
        return None
    row = _by_tabs(raw, flat, begin, line) if tabs else None
    if row is not None:
        return _Candidate.of(index, row, _By.TABS, flat)
    row = _by_bars(raw, flat, line) if bars else None
    return None if row is None else _Candidate.of(index, row, _By.BARS, flat)


def _by_tabs(raw: str, flat: str, begin: int, line: Line) -> Row | None:
    """None where the tabs only indent the line."""
    marks = [found.start() for found in _TAB.finditer(raw, begin, line.newline)]
    if marks[-1] < line.start:
        return None
    return _cut(flat, begin, line.newline, marks)


def _by_bars(raw: str, flat: str, line: Line) -> Row | None:
    marks = [found.start() for found in _ANY_BAR.finditer(raw, line.start, line.end)]
    framed = marks[0] == line.start
    start = line.start + 1 if framed else line.start
    end = line.end - 1 if marks[-1] == line.end - 1 else line.end
    inner = [at for at in marks if start <= at < end]
    return _cut(flat, start, end, inner) if inner else None


def _cut(flat: str, begin: int, stop: int, marks: Sequence[int]) -> Row:
    ends = [begin, *(mark + 1 for mark in marks)]
    cells = [_stripped(flat, a, b) for a, b in zip(ends, [*marks, stop], strict=True)]
    return Row(tuple(cells), tuple(marks))


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in _WHITE:
        start += 1
    while end > start and text[end - 1] in _WHITE:
        end -= 1
    return start, end


_WHITE: Final = frozenset(" \t\u3000" + HIDDEN)


def _by_blanks(raw: str, line: Line, blank: re.Pattern[str]) -> Row | None:
    cells: list[tuple[int, int]] = []
    marks: list[int] = []
    at = line.start
    for gap in blank.finditer(raw, line.start, line.end):
        alone = gap.start() - at == 1 and len(gap[0]) <= 4
        following = raw[gap.end() + 1 : gap.end() + 2]
        if alone and (gap.end() + 1 >= line.end or following in _WHITE):
            continue  # 出　口: one name, spread
        cells.append((at, gap.start()))
        marks.append(gap.start())
        at = gap.end()
    cells.append((at, line.end))
    return Row(tuple(cells), tuple(marks)) if marks else None


def is_value(cell: str) -> bool:
    """Whether a cell holds a number, perhaps with a unit and words of growth."""
    if not cell or len(cell) > _LONGEST_CELL or _DATE.fullmatch(cell):
        return False
    found = _VALUE.match(cell)
    return found is not None and (found.end() == len(cell) or cell[found.end()] in "，,（( /；;")


def is_section(line: str) -> bool:
    """Whether a line between two rows may say of what the rows below it are."""
    return len(line) <= _LONGEST_SECTION and not _NO_SECTION.search(line) and not is_value(line)


def holds_value(cells: Sequence[str]) -> bool:
    """Whether a row has a value behind a name or a year."""
    named = False
    for cell in cells:
        value = is_value(cell)
        if named and value:
            return True
        named = named or (not value and _NAME.search(cell) is not None)
    return False


def _is_strict(candidate: _Candidate) -> bool:
    """固定资产投资 亿元 156.2 7.1: a name, perhaps a unit, then numbers alone."""
    name, *rest = candidate.texts
    if rest and _UNIT_ALONE.fullmatch(rest[0]):
        rest = rest[1:]
        enough = len(rest) >= 1
    else:
        enough = len(rest) >= (1 if _UNIT_BEHIND.search(name) else 2)
    return (
        enough
        and len(name) >= 3
        and _NAME.search(name) is not None
        and all(is_value(cell) or _NO_VALUE.fullmatch(cell) for cell in rest)
    )


def _trimmed(region: list[_Candidate]) -> Iterator[list[_Candidate]]:
    """The parts of a run of candidates that may be tables."""
    if not region:
        return
    if region[0].exact:
        yield region
        return
    for by, run in groupby(region, key=lambda candidate: candidate.by):
        rows = list(run)
        yield from (_strict_runs(rows) if by is _By.BLANK else _spaced_runs(rows))


def _strict_runs(rows: list[_Candidate]) -> Iterator[list[_Candidate]]:
    strict = [_is_strict(row) for row in rows]
    for start, end in _true_runs(strict):
        first = start
        while (
            first
            and start - first < _HEAD_ROWS
            and len(rows[first - 1].texts) == len(rows[start].texts)
            and not strict[first - 1]
        ):
            first -= 1
        yield rows[first:end]


def _spaced_runs(rows: list[_Candidate]) -> Iterator[list[_Candidate]]:
    """From the heads above the first row that counts to the last one that does."""
    counting = [i for i, row in enumerate(rows) if row.counts]
    if not counting:
        return
    first, last = counting[0], counting[-1]
    wide = len(rows[first].texts)
    start = first
    while (
        start
        and first - start < _HEAD_ROWS
        and (len(rows[start - 1].texts) in (1, wide) or len(rows[start - 1].texts) > 2)
    ):
        start -= 1
    yield rows[start : last + 1]


def _true_runs(flags: list[bool]) -> Iterator[tuple[int, int]]:
    at = 0
    for value, run in groupby(flags):
        length = len(list(run))
        if value:
            yield at, at + length
        at += length


def _is_table(region: list[_Candidate]) -> bool:
    rows = [row for row in region if sum(map(bool, row.texts)) > 1]
    counting = sum(row.counts for row in rows)
    if len(region) < 2 or counting < (1 if region[0].exact else 2):
        return False
    if not region[0].exact:
        return 2 * counting >= len(rows)
    if 2 * sum(_is_of_page(row) for row in rows) >= len(rows):
        return False
    cells = [cell for row in rows for cell in row.texts]
    prose = sum(
        len(cell) for cell in cells if len(cell) >= _PARAGRAPH_LENGTH and _PARAGRAPH.search(cell)
    )
    return 2 * prose <= sum(map(len, cells))


def _is_of_page(row: _Candidate) -> bool:
    """Whether a row holds what a site prints around a text: 浏览次数, 发布时间."""
    joined = " ".join(row.texts)
    return SURE.search(joined) is not None or LIKELY.search(joined) is not None


def _is_contents(region: list[_Candidate]) -> bool:
    """A table of contents: numbered headings, and pages that count up."""
    pages = [row.texts[-1] for row in region]
    if len(pages) < 3 or not region[0].exact or not all(_PAGE.fullmatch(page) for page in pages):
        return False
    numbered = sum(_ENTRY.match(row.texts[0]) is not None for row in region)
    return 2 * numbered >= len(region) and all(int(a) <= int(b) for a, b in pairwise(pages))


def _is_aligned(region: list[_Candidate]) -> bool:
    """Whether several tabs stand for one, so that only runs of them count alike."""
    if region[0].by is not _By.TABS:
        return False
    widths = [len(row.texts) for row in region]
    if min(len(list(run)) for _width, run in groupby(widths)) > 1:
        return False
    return any("" in row.texts[1:-1] for row in region)


def _collapsed(region: list[_Candidate]) -> list[_Candidate]:
    """The same rows, each run of tabs as one."""
    rows = []
    for candidate in region:
        cells, marks = candidate.row
        held = [i for i, (start, end) in enumerate(cells) if start < end]
        row = Row(tuple(cells[i] for i in held), tuple(marks[i] for i in held[:-1]))
        rows.append(candidate._replace(row=row, texts=[candidate.texts[i] for i in held]))
    return rows
