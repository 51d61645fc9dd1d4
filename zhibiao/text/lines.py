"""The lines of a normalised text, and how the text was set: the habits that tell a wrapped line
from a paragraph."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple

from zhibiao.language.dates import HAN_YEAR
from zhibiao.text.characters import HIDDEN
from zhibiao.text.words import parts_a_word

FINAL_MARKS: Final = frozenset("。！？!?；;：:…")
_CLOSERS: Final = "”’」』）)》】\"' "
_PAUSES: Final = frozenset("，,、—（(《“「『·/+-~～")
_CONTINUING: Final = frozenset("，,。、；;：:）)》”’」』】！？!?%％‰")

# A line that starts a paragraph, a heading or a list entry by itself.
_ENTRY: Final = (
    r"[一二三四五六七八九十]{1,3}[、.]|[（(][一二三四五六七八九十]{1,3}[）)]"
    r"|\d{1,2}(?:、|\.(?![\d ]*\d))|[（(]\d{1,2}[）)]|第[一二三四五六七八九十]{1,3}[章节编篇]"
)
STRUCTURE: Final = re.compile(
    _ENTRY + r"|——|－－|--|#|[●■◆◇▪►▶▲★❖➢➤]|[①-⑳]|(?:各位(?:代表|委员)|同志们)(?:[，,:：!！、]|$)"
)
NUMBERED: Final = re.compile(_ENTRY)  # a heading or an entry with its number
# 一、去年工作回顾：; not 一、二、三产业
_HEADING: Final = re.compile(r"[一二三四五六七八九十]{1,3}、(?![一二三四]、)[^，。；,;]{2,24}")
SPEAKER_LINE: Final = re.compile(
    r"[^，。；：,;:]{0,24}(?:省长|市长|县长|区长|州长|盟长|旗长|主席|总理|主任)"
    r"[：: ]*[\u4e00-\u9fff·]{1,3}(?: +[\u4e00-\u9fff]{1,2})?"
)
_YEAR: Final = rf"(?:\d{{4}}|{HAN_YEAR}) ?年"
MEETING_LINE: Final = re.compile(
    rf"[（(]?[-—–－ ]*(?:{_YEAR}.{{0,60}}|在.{{4,50}})(?:会议|大会|全会)上?[）)]?"
)
_ORDINAL: Final = r"[\d一二三四五六七八九十]{1,3}"
DATE_LINE: Final = re.compile(rf"[（(]?[-—– ]*{_YEAR} ?{_ORDINAL} ?月 ?{_ORDINAL} ?日[）)]?")
_TITLE_LINE: Final = re.compile(r"[^，。；,;]{0,40}工作报告(?:[（(].{1,12}[）)])?")
_NUMERALS: Final = frozenset("0123456789一二三四五六七八九十百千万亿")
_STRIP: Final = " " + HIDDEN


_ONE_LINE: Final = 1000  # characters; a text of which nearly all stands on a line longer than this
_ADDRESS: Final = re.compile(r"各位(?:代表|委员)")
_HEAD_REACH: Final = 2000  # characters in which the page before the address must end
# A space that parts two lines of the page, not the characters of a name or of a date.
_GAP: Final = re.compile(
    r"(?<=[^ ][^ 年月]) +(?=[^ 年月日：:|>›»][^ ])|(?<=[\]）)}日]) +(?=[^ ][^ ])"
)


def unfold(text: str) -> str:
    """Of a page that stands on one line, the same with its own lines set apart again.

    Before the address and behind the last sentence a space becomes a newline, one to one.
    Texts on several lines are given back as they are.
    """
    longest = max(text.split("\n"), key=len)
    if len(longest) < _ONE_LINE or len(longest) < 0.9 * len(text):
        return text
    address = _ADDRESS.search(text, 0, _HEAD_REACH)
    last = max(text.rfind(mark) for mark in "。！")
    if address is None or last <= address.start():
        return text
    head, tail = text[: address.start()], text[last + 1 :]
    return _set_apart(head) + text[address.start() : last + 1] + _set_apart(tail)


def _set_apart(text: str) -> str:
    apart = _GAP.sub(lambda gap: "\n" + gap[0][1:], text)
    if apart.startswith(" "):
        apart = "\n" + apart[1:]
    return apart[:-1] + "\n" if apart.endswith(" ") else apart


class Line(NamedTuple):
    """One line that holds something; offsets are into the whole text."""

    start: int  # first character that is no white space
    end: int  # after the last one
    text: str  # from start to end
    newline: int  # where the line's newline stands (== end of the text for the last line)
    after_blank: bool  # is there an empty line before it?
    is_final: bool  # does it end as a sentence ends?

    @property
    def width(self) -> int:
        """In columns: two for a Chinese character, one for an ASCII one."""
        return (len(self.text.encode("utf-8", "surrogatepass")) + len(self.text)) // 2


def _ends_a_sentence(text: str) -> bool:
    last = text[-1]
    if last in _CLOSERS:
        last = text.rstrip(_CLOSERS)[-1:]
    return last in FINAL_MARKS


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
            final = _ends_a_sentence(core)
            end = start + len(core)
            lines.append(Line(start, end, core, at + len(piece), blank, final))
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

    wrap: int | None  # lines are broken at about this length; None: they are not
    wrap_by_columns: bool  # is `wrap` in columns (as print is set), or in characters?
    wraps_over_blanks: bool  # … and an empty line stands between any two
    blank_between: bool  # paragraphs are separated by empty lines

    def is_full(self, line: Line) -> bool:
        """Is the line so long that the next one may be its continuation?"""
        if self.wrap is None:
            return False
        length = line.width // 2 if self.wrap_by_columns else len(line.text)
        # A heading is often nearly as long as a line.
        heading = "。" not in line.text and NUMBERED.match(line.text) is not None
        slack = _HEADING_SLACK if heading else _SLACK
        return length >= self.wrap - slack


# Chinese characters that a wrapped line may fall short of the full measure.
_SLACK: Final = 3
_HEADING_SLACK: Final = 1
_WRAPPED_LENGTH: Final = 14  # characters; a shorter line is a heading, not a wrapped one


def setting(lines: list[Line]) -> Setting:
    """Judge how a text is set from the lines that end as no sentence ends."""
    final = final_before_blank = length = 0
    unfinished: list[tuple[Line, bool]] = []  # and does an empty line follow?
    for line, following in pairwise(lines):
        length += len(line.text)
        if line.is_final:
            final += 1
            final_before_blank += following.after_blank
        elif line.end - line.start >= _WRAPPED_LENGTH:
            unfinished.append((line, following.after_blank))
    by_columns = _measure([line.width // 2 for line, _ in unfinished], length)
    by_characters = _measure([len(line.text) for line, _ in unfinished], length)
    wrap, _ = max(by_columns, by_characters, key=lambda found: found[1])
    over_blanks = False
    if wrap is not None:
        blanks = [
            blank
            for line, blank in unfinished
            if min(abs(line.width // 2 - wrap), abs(len(line.text) - wrap)) <= 1
        ]
        over_blanks = sum(blanks) > 0.6 * len(blanks)
    return Setting(
        wrap=wrap,
        wrap_by_columns=by_columns[1] >= by_characters[1],
        wraps_over_blanks=over_blanks,
        blank_between=final >= 5 and final_before_blank >= 0.7 * final and not over_blanks,
    )


def _measure(lengths: list[int], total: int) -> tuple[int | None, int]:
    """The length at which lines are wrapped, and how many are; None where they are not."""
    counts = Counter(lengths)
    if not counts:
        return None, 0
    near = {length: sum(counts[length + d] for d in (-1, 0, 1)) for length in counts}
    best = max(near, key=lambda length: (near[length], counts[length]))
    # Parallel headings have one length, too, but are a small part of a text.
    enough = near[best] >= max(8, 0.35 * len(lengths)) and near[best] * best >= 0.12 * total
    return (best, near[best]) if enough else (None, 0)


def _is_open(text: str) -> bool:
    """Does it open a quote or a bracket that it does not close?"""
    return any(
        text.rfind(opening) > text.rfind(closing)
        for opening, closing in ("《》", "（）", "“”", "()")
    )


# What follows a numeral, or its multiple, that the end of a line has cut off from it.
_UNIT: Final = r"[%‰万亿元人个户家名亩吨斤天平公倍余多件]|百分点|美元|微克"
_CUT_NUMBER: Final = re.compile(rf"\d[\d.]*(?:{_UNIT})|(?:{_UNIT})|\.\d")
_DIGITS: Final = frozenset("0123456789")
_CUT_YEAR: Final = re.compile(r"(?:19|20)\d\d年")
_LAST_DIGITS: Final = re.compile(r"[0-9]{1,4}$")
_FIRST_DIGITS: Final = re.compile(r"\d{0,3}年")
_AFTER_MULTIPLE: Final = frozenset("元亿美人户亩吨斤件平立公家千度")
# Words after which a number must come, and words after which anything must.
_WANTS_NUMBER: Final = re.compile(
    r"(?:增长|下降|增加|提高|达到|实现|完成|突破|超过|新增|累计|分别|同比|[约近达为至到占比较从由])$"
)
_WANTS_MORE: Final = re.compile(r"(?:预计|其中|力争|确保|以及|[的和])$")
# A quantity told to its end, after which a paragraph may end though its full stop is lost.
_TOLD: Final = re.compile(
    r"\d(?:[%‰倍天]|[万亿]*(?:元|人|人次|户|家|亩|吨|斤|个|个百分点))(?:以上|左右|以内)?$"
)
_LONG_PROSE: Final = 25  # characters; a shorter line may be the next heading
_PROSE_LENGTH: Final = 20  # characters; a shorter line without a full stop may be a heading


def _is_cut(text: str, then: str) -> bool:
    """Does a line break off where no paragraph can end: in a number, a word, a clause?"""
    if len(text) < _WRAPPED_LENGTH or STRUCTURE.match(then):
        return False
    last, before = text[-1], text[-2]
    if last in _DIGITS or (last == "." and before in _DIGITS):
        year = _FIRST_DIGITS.match(then)
        if year is not None:
            digits = _LAST_DIGITS.search(text[-4:])
            return digits is not None and _CUT_YEAR.fullmatch(digits[0] + year[0]) is not None
        return _CUT_NUMBER.match(then) is not None
    if last in "万亿" and before in _DIGITS:
        return then[0] in _AFTER_MULTIPLE
    pauses = sum(map(text.count, "，,；;"))
    stopped = "。" in text
    if pauses or stopped:
        if then[0] in _DIGITS and _WANTS_NUMBER.search(text[-2:]):
            return True
        if _WANTS_MORE.search(text[-2:]) and not STRUCTURE.match(text):
            return True
    # Prose, whose last clause is still open.
    prose = stopped or pauses >= 3 or "；" in text
    return prose and len(text) >= _PROSE_LENGTH and not _TOLD.search(text[-16:])


_LONE_NUMBER: Final = re.compile(r"\d+(?:\.\d+)?[%‰]?")
_DATES: Final = frozenset("年月日")
_BEFORE_DATES: Final = frozenset("年月和至")


def _is_set_apart(text: str, then: str) -> bool:
    """地区生产总值从 / 497.8 / 亿元增加到: is a sentence's number on a line of its own?"""
    if _LONE_NUMBER.fullmatch(then):  # no number of a page has a decimal point
        return "." in then or text[-1] in _BEFORE_DATES or bool(_WANTS_NUMBER.search(text[-2:]))
    return _LONE_NUMBER.fullmatch(text) is not None and (
        then[0] in _DATES or _CUT_NUMBER.match(then) is not None
    )


# A page sets the index of PM2.5 lower, and its text puts that on a line of its own.
_PARTICLES: Final = ("2.5", "10")
_ABOUT_PARTICLES: Final = re.compile("[年平月日]?平?均?(?:浓度|细颗粒|指标)|[）)、和与]")


def continues(line: Line, following: Line, style: Setting) -> bool:
    """Does `following` go on in the paragraph of `line`, so that the newline was a mere wrap?"""
    text, then = line.text, following.text
    blank = following.after_blank
    if then[0] in _CONTINUING and not then.startswith(";;"):
        return not (line.is_final and blank)
    if line.is_final:
        return False
    if not blank and _is_set_apart(text, then):
        return True
    if (text.endswith("PM") and then in _PARTICLES) or (
        text in _PARTICLES and _ABOUT_PARTICLES.match(then)
    ):
        return True
    if not blank and _is_cut(text, then):
        return True
    if style.wrap is not None and not blank and not style.is_full(line) and text[-1] not in _PAUSES:
        return _is_open(text) or _is_cut_meeting(text, then)
    starts = STRUCTURE.match(then) is not None
    full = style.is_full(line)
    if not full and (SPEAKER_LINE.fullmatch(text) or _TITLE_LINE.fullmatch(text)):
        return False
    if MEETING_LINE.fullmatch(text):
        return _is_cut_meeting(text, then)
    if text[-1] in _PAUSES or (not blank and _is_open(text)):
        heads = style.wrap is None and _HEADING.fullmatch(then) is not None
        return not (starts and (blank or heads))
    if starts or MEETING_LINE.fullmatch(then) or (not full and SPEAKER_LINE.fullmatch(then)):
        return False
    if style.wrap is not None and (not blank or style.wraps_over_blanks):
        return full
    prose = "。" in text
    if blank:
        return _is_parted(text, following)
    if style.blank_between:
        return prose or not (STRUCTURE.match(text) and len(text) <= 40)
    # Every line is a paragraph here: only a long one that breaks off goes on.
    return len(text) > 60 and ("，" in text or "," in text)


def _is_parted(text: str, following: Line) -> bool:
    """Has a page break parted a paragraph that goes on behind an empty line?"""
    then = following.text
    if "。" in text and text[-1] in _NUMERALS:
        return True  # a number and its unit
    pauses = sum(map(text.count, "，,；;、"))
    runs_on = following.is_final or (len(then) >= _LONG_PROSE and "，" in then)
    if text[-1] in _CLOSERS or _TOLD.search(text[-16:]) or not runs_on:
        return False
    if "。" in text.rstrip("。"):
        return True
    # Headings have no full stop either; but none ends within a word.
    return pauses > 0 and len(text) >= _WRAPPED_LENGTH and parts_a_word(text, then)


def _is_cut_meeting(text: str, then: str) -> bool:
    """Was the line that names the meeting wrapped before its last word?"""
    return (
        then.startswith(("上", "次会议", "会议"))
        and not text.endswith("上")
        and MEETING_LINE.fullmatch(text + then) is not None
    )
