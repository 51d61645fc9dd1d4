"""From a raw text to a clean one: characters are deleted or replaced one by one, never moved."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Final

import numpy as np

from zhibiao.domain import CleanText, OffsetMap, RawDocument
from zhibiao.language.code_points import code_points
from zhibiao.text import layout
from zhibiao.text.characters import HIDDEN, normalise
from zhibiao.text.chrome import CONTINUED
from zhibiao.text.copies import without_copies
from zhibiao.text.leftovers import without_leftovers
from zhibiao.text.lines import STRUCTURE, continues, setting, split, unfold
from zhibiao.text.tables import Row, find_rows

# Formats in which people type tabs to align columns; readers of others write one for each cell.
_TYPED: Final = frozenset({"text/plain", "text/markdown"})
_LONG_LINE: Final = 200  # characters; a longer line may hold paragraphs set apart by spaces

_BLANKS: Final = f" {HIDDEN}|"
# What may have to go starts with one of these; all else is copied in long pieces.
_IS_TRIGGER: Final = np.zeros(0x10000, dtype=np.bool_)  # by code point; none beyond the last
_IS_TRIGGER[[ord(sign) for sign in f"{_BLANKS}（(【[!&<*_;〔"]] = True
_IS_TRIGGER[0x2460:0x2474] = _IS_TRIGGER[0x3251:0x3260] = True  # ①-⑳, ㉑-㉟
_BLANK: Final = re.compile(f"[{_BLANKS}]+")
_MARK: Final = re.compile(
    rf"{CONTINUED}"
    r"|\[/?(?:attach|img|b|i|u|size|color|font|align|url|quote)(?:=[^\]\n]{0,60})?\]"
    r"|!\[[^\]\n]{0,80}\]\([^)\n]{0,300}\)"
    r"|&(?:nbsp|ensp|emsp|#160|#xa0);"
    r"|</?(?:br|p|span|div|strong|b|i|em|a|font|sub|sup)(?: [^>\n]{0,200})?/?>"
    r"|\*\*|__|(?<=PM)_(?=2[.·])|;;"  # ;; stands where quotes were lost
    r"|(?<=[\u4e00-\u9fff])\([a-zü]{0,5}[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ][a-z]{0,4}\)",  # how it is read
    re.IGNORECASE,
)
_LINK: Final = re.compile(r"\[[^\[\]\n]{1,80}\]\((?:https?:|/|\.)[^)\n]{0,300}\)")
_NOTE: Final = re.compile(r"[①-⑳㉑-㉟]|\[\d{1,3}\]|〔\d{1,3}〕(?!号)")
_BULLETS: Final = "•●■◆◇▪►▶▲△▼★☆□❖➢➤◎"
_LINE_START: Final = re.compile(
    rf"(?:#{{1,6}}(?= )|[*>](?= )|[{_BULLETS}]|·(?= ?[\u4e00-\u9fff]))+"
)
_LINE_STARTS: Final = f"#*>{_BULLETS}·"
_INLINE_HEADING: Final = re.compile(
    r"[。！]( +)(?:\d{4} ?年|今后五年|过去五年|未来五年)[^ ，,。；;]{0,24}?"
    r"(?:回顾|安排|任务|目标|部署|总结|打算)( +)(?=[\u4e00-\u9fff\d])"
)
_FINAL: Final = frozenset("。！？!?；;：:”）)")
_AFTER_NOTE: Final = frozenset("，,。；;、！？!?：:）)”》 \n")
_BEFORE_ENTRY: Final = frozenset("。；;：:，,、！!\n ")


def clean(document: RawDocument) -> CleanText:
    """The document's text without what the page printed around it.

    Paragraphs, headings and the rows of tables stand on one line each; a tab stands between the
    cells of a row, and nowhere else. Page furniture, page and footnote marks,
    and white space inside Chinese text and numbers are deleted; full-width digits and letters
    are replaced one to one. `offsets` leads from each clean character to its raw one.
    """
    raw = document.text
    flat = without_copies(unfold(without_leftovers(normalise(raw))))
    lines = split(flat)
    found = find_rows(raw, flat, lines, typed=document.media_type in _TYPED)
    of_tables = found.rows.keys() | found.captions | found.dropped
    prose = [line for i, line in enumerate(lines) if i not in of_tables]
    style = setting(prose)
    kept = layout.select(prose, style)
    if found.rows:
        kept = layout.with_rows(lines, found, kept)
    table = {lines[index].start: row for index, row in found.rows.items()}
    composer = _Composer(raw, flat)
    parted = "。 " in flat or "！ " in flat  # by which each begins; nearly no text has any
    for match in _INLINE_HEADING.finditer(flat) if parted else ():
        composer.breaks.update((match.start(1), match.start(2)))
    for index, line in enumerate(kept):
        start = line.start
        row = table.get(start)
        if row is not None:
            composer.row(row)
        else:
            if flat[start] in _LINE_STARTS:
                opening = _LINE_START.match(flat, start, line.end)
                if opening is not None:
                    start = opening.end()
            composer.line(start, line.end)
        if index + 1 < len(kept):
            following = kept[index + 1]
            in_table = row is not None or following.start in table
            joined = not in_table and continues(line, following, style)
            composer.newline(line.newline, flat[line.end - 1], following.text[0], joined=joined)
    return composer.finish()


class _Composer:
    """Collects what is kept of a text, piece by piece from left to right."""

    def __init__(self, raw: str, flat: str) -> None:
        self.breaks: set[int] = set()  # runs of spaces that stand for a newline
        self._raw = raw
        self._flat = flat
        triggers = np.flatnonzero(_IS_TRIGGER.take(code_points(flat), mode="clip"))
        self._triggers: list[int] = triggers.tolist()
        self._pieces: list[str] = []
        self._segments: list[tuple[int, int, int]] = []
        self._length = 0
        self._begun = 0, 0  # where the last segment begins, in the clean and in the raw text
        self._raw_end = -1  # where it ends

    def line(self, start: int, end: int, *, cell: bool = False) -> None:
        flat, triggers = self._flat, self._triggers
        long = end - start > _LONG_LINE
        at = start
        for number in range(bisect_left(triggers, start), len(triggers)):
            left = triggers[number]
            if left >= end:
                break
            if left < at:
                continue
            if flat[left] in _BLANKS and (blank := _BLANK.match(flat, left, end)) is not None:
                self._keep(at, left)
                at = blank.end()
                if left > start and at < end:
                    sign = self._blank(left, at, long=long, cell=cell)
                    if sign:
                        self._append(left, sign)
            elif (mark := _MARK.match(flat, left, end)) is not None:
                self._keep(at, left)
                at = mark.end()
            elif (link := _LINK.match(flat, left, end)) is not None:
                self._keep(at, left)
                self._keep(left + 1, flat.index("]", left))
                at = link.end()
            elif (note := _NOTE.match(flat, left, end)) is not None and self._is_footnote(
                left, note.end()
            ):
                self._keep(at, left)
                at = note.end()
        self._keep(at, end)

    def row(self, row: Row) -> None:
        """The row's cells, a tab between them."""
        for number, (start, end) in enumerate(row.cells):
            if number:
                self._append(row.marks[number - 1], "\t")
            self.line(start, end, cell=True)

    def newline(self, at: int, before: str, after: str, *, joined: bool) -> None:
        if not joined:
            self._append(at, "\n")
        elif (words := before + after).isascii() and words.isalpha() and not words.isupper():
            # Two words of another language; but GD|P is one, wrapped.
            self._append(at, " ")

    def finish(self) -> CleanText:
        self._end_segment()
        return CleanText(text="".join(self._pieces), offsets=OffsetMap(self._segments))

    def _keep(self, start: int, end: int) -> None:
        if start < end:
            self._append(start, self._flat[start:end])

    def _append(self, start: int, piece: str) -> None:
        if start != self._raw_end:
            self._end_segment()
            self._begun = self._length, start
        length = len(piece)
        self._pieces.append(piece)
        self._length += length
        self._raw_end = start + length

    def _end_segment(self) -> None:
        clean_start, raw_start = self._begun
        if self._length > clean_start:
            self._segments.append((clean_start, raw_start, self._length - clean_start))

    def _blank(self, left: int, right: int, *, long: bool, cell: bool) -> str:
        """What stands for a run of white space (and bars) inside a line or a cell."""
        flat = self._flat
        before, after = flat[left - 1], flat[right]
        if left in self.breaks and not cell:
            return "\n"
        if cell and before.isdigit() and after.isdigit():
            return " "  # two lines of one cell
        if long and right - left >= 2:
            wide = self._raw.startswith("\u3000\u3000", left)
            if wide or before in _FINAL or STRUCTURE.match(flat, right):
                return "\n"
        if not (before.isascii() and after.isascii()):
            return ""
        if before.isalpha() and after.isalpha():
            return " "
        if before.isdigit() and after.isdigit():
            visible = flat[left:right].replace(HIDDEN, "")
            columns = len(visible) > 1 or "|" in visible
            years = flat[right : right + 2] in ("19", "20") and flat[
                max(left - 4, 0) : left - 2
            ] in (
                "19",
                "20",
            )
            return " " if columns or years else ""
        if before in ".,;:!?)" and after.isalpha() and flat[left - 2 : left - 1].isalpha():
            return " "
        return ""

    def _is_footnote(self, left: int, right: int) -> bool:
        """A mark behind a word refers to a note; one that opens an entry of a list stays.

        A number in square brackets numbers no entries inside a line: 规上工业增加值[4]增长5%.
        """
        flat = self._flat
        before = (
            flat[:left].rstrip(" ")[-1:]
            if left and flat[left - 1] == " "
            else flat[left - 1 : left]
        )
        if not before or before in _BEFORE_ENTRY:
            return False
        after = flat[right : right + 1]
        return after == "" or flat[left] in "[〔" or after in _AFTER_NOTE or before in "”』》）"
