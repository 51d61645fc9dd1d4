"""The lines of a normalised text, and how the text was set: the habits that tell a wrapped line
from a paragraph."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from zhibiao.text.characters import HIDDEN

FINAL_MARKS: Final = frozenset("。！？!?；;：:…")
_CLOSERS: Final = "”’」』）)》】\"' "
_PAUSES: Final = frozenset("，,、—（(《“「『·/+-~～")
_CONTINUING: Final = frozenset("，,。、；;：:）)》”’」』】！？!?%％‰")

# A line that starts a paragraph, a heading or a list entry by itself.
STRUCTURE: Final = re.compile(
    r"[一二三四五六七八九十]{1,3}[、.]|[（(][一二三四五六七八九十]{1,3}[）)]"
    r"|\d{1,2}(?:、|\.(?![\d ]*\d))|[（(]\d{1,2}[）)]|第[一二三四五六七八九十]{1,3}[章节编篇]"
    r"|—|－－|--|#|[●■◆▪►]|[①-⑳]|各位(?:代表|委员)|同志们"
)
SPEAKER_LINE: Final = re.compile(
    r"[^，。；：,;:]{0,24}(?:省长|市长|县长|区长|州长|盟长|旗长|主席|总理|主任)"
    r"[：: ]*[\u4e00-\u9fff·]{1,3}(?: +[\u4e00-\u9fff]{1,2})?"
)
MEETING_LINE: Final = re.compile(r"[（(]?[-—–－ ]*\d{4} ?年.{0,60}(?:会议|大会|全会)上?[）)]?")
_NUMERALS: Final = frozenset("0123456789一二三四五六七八九十百千万亿")
_STRIP: Final = " " + HIDDEN


@dataclass(frozen=True, slots=True)
class Line:
    """One line that holds something; offsets are into the whole text."""

    start: int  # first character that is no white space
    end: int  # after the last one
    text: str  # from start to end
    newline: int  # where the line's newline stands (== end of the text for the last line)
    after_blank: bool  # is there an empty line before it?

    @property
    def width(self) -> int:
        """Columns: two for a Chinese character, one for an ASCII one."""
        return (len(self.text.encode("utf-8", "surrogatepass")) + len(self.text)) // 2

    @property
    def is_final(self) -> bool:
        """Does it end as a sentence ends?"""
        core = self.text.rstrip(_CLOSERS)
        return bool(core) and core[-1] in FINAL_MARKS


def split(text: str) -> list[Line]:
    """The lines of `text` (already normalised) that hold a visible character."""
    lines: list[Line] = []
    at = 0
    blank = False
    for piece in text.split("\n"):
        core = piece.lstrip(_STRIP)
        if core:
            start = at + len(piece) - len(core)
            core = core.rstrip(_STRIP)
            lines.append(Line(start, start + len(core), core, at + len(piece), blank))
            blank = False
        elif HIDDEN not in piece:
            # A line of nothing but zero-width characters is what an inline element left
            # behind; only a truly empty one separates paragraphs.
            blank = True
        at += len(piece) + 1
    return lines


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """How a text is set."""

    wrap_columns: int | None  # lines are broken at about this width; None: they are not
    wraps_over_blanks: bool  # … and an empty line stands between any two
    blank_between: bool  # paragraphs are separated by empty lines


_SLACK_COLUMNS: Final = 6


def setting(lines: list[Line]) -> Setting:
    """Judge how a text is set from the lines that end as no sentence ends."""
    widths: Counter[int] = Counter()
    final = final_before_blank = 0
    length = 0
    for line, following in zip(lines, [*lines[1:], None], strict=True):
        length += len(line.text)
        if line.is_final:
            if following is not None:
                final += 1
                final_before_blank += following.after_blank
        elif line.end - line.start >= 14:
            widths[line.width // 2] += 1
    blank_between = final >= 5 and final_before_blank >= 0.7 * final
    wrap = None
    over_blanks = False
    if widths:
        best = max(widths, key=lambda w: sum(widths[w + d] for d in (-1, 0, 1)))
        near = sum(widths[best + d] for d in (-1, 0, 1))
        # Parallel headings have one width, too, but are a small part of a text.
        if near >= 8 and near >= 0.35 * widths.total() and near * best >= 0.12 * length:
            wrap = best * 2
            wrapped = [
                following.after_blank
                for line, following in pairwise(lines)
                if not line.is_final and abs(line.width - wrap) <= 3
            ]
            over_blanks = sum(wrapped) > 0.6 * len(wrapped)
    return Setting(
        wrap_columns=wrap,
        wraps_over_blanks=over_blanks,
        blank_between=blank_between and not over_blanks,
    )


def _is_open(text: str) -> bool:
    """Does it open a quote or a bracket that it does not close?"""
    return any(
        text.rfind(opening) > text.rfind(closing)
        for opening, closing in ("《》", "（）", "“”", "()")
    )


def continues(line: Line, following: Line, style: Setting) -> bool:
    """Does `following` go on in the paragraph of `line`, so that the newline was a mere wrap?"""
    text, then = line.text, following.text
    if then[0] in _CONTINUING and not then.startswith("“"):
        return not (line.is_final and following.after_blank)
    if line.is_final or SPEAKER_LINE.fullmatch(text) or MEETING_LINE.fullmatch(text):
        return False
    starts = STRUCTURE.match(then) is not None
    if text[-1] in _PAUSES or (not following.after_blank and _is_open(text)):
        return not (starts and following.after_blank)
    if starts or SPEAKER_LINE.fullmatch(then) or MEETING_LINE.fullmatch(then):
        return False
    if style.wrap_columns is not None and (not following.after_blank or style.wraps_over_blanks):
        return line.width >= style.wrap_columns - _SLACK_COLUMNS
    prose = "。" in text
    if following.after_blank:
        # A page break may part a number from its unit.
        return prose and text[-1] in _NUMERALS
    if style.blank_between:
        return prose or not (STRUCTURE.match(text) and len(text) <= 40)
    # Every line is a paragraph here: only a long one that breaks off goes on.
    return len(text) > 60 and ("，" in text or "," in text)
