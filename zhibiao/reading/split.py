"""Taking a compendium apart at its reports.

A cut needs two things: a line that is a report's title, and the opening of a report behind it (a
salutation, "I now represent …", the first section). A table of contents has titles and no
openings; a report that cites another report's title has no opening behind the citation; a title
printed twice opens once. One report alone is never cut, whatever stands before it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from zhibiao.errors import LimitExceeded
from zhibiao.language.dates import HAN_YEAR
from zhibiao.language.simplified import plain_text
from zhibiao.reading.prints import of_one_print
from zhibiao.text.characters import HIDDEN
from zhibiao.text.chinese import CHINESE
from zhibiao.text.leftovers import plain

_GAP = r"[ \t\u3000\xa0]*"


def _spaced(word: str) -> str:
    """The word with spaces allowed between its characters: 政 府 工 作 报 告."""
    return _GAP.join(word)


_NUMBERING = (
    r"(?:第?[一二三四五六七八九十百]{1,4}[篇章部、.．]?|[(（][一二三四五六七八九十\d]{1,3}[)）]"
    r"|\d{1,3}[、.．)）]|[◆●■★▲※→•·])"
)
_HEAD = (
    rf"[#>*_\s\u3000\ufeff\u200b【\[《“\"「-]*(?:{_NUMBERING}[\s\u3000]*)?"
    r"(?:[\[【(（][^\]】)）\n]{1,12}[\]】)）]\s*)?[《“\"「*]*"
)
# What may stand before 政府工作报告: a year, a place, 人民, 在…会议上的, 关于.
_PLACE = r"[\u4e00-\u9fff·\s\u3000\d〇○年]{0,40}?"
_WORDS = ("政府工作报告", "政府工作報告", "政府工作的报告", "管委会工作报告", "管理委员会工作报告")
_CORE = "(?:" + "|".join(map(_spaced, _WORDS)) + ")"
# 工作报告 on a line of its own: the body that reports stands on the line above.
_BARE = _spaced("工作报告")
_TAIL = (
    r"[》”\"」*】\]]*"
    r"(?:\s*[(（\[【〔][^)）\]】〕\n]{1,40}[)）\]】〕]|\s*(?:全文|摘要|摘登|节选|文字实录)){0,3}"
)
_TITLE = re.compile(rf"{_HEAD}(?P<title>《?(?:{_PLACE}{_CORE}|{_BARE}){_TAIL})")
_ANCHOR = re.compile(rf"{_spaced('工作')}{_GAP}的?(?:{_spaced('报告')}|{_spaced('報告')})")
_SALUTATION = re.compile(
    r"各\s*位\s*(?:代\s*表|委\s*员|领\s*导|同\s*志)\s*(?:[:：,，、!！;；。]|$|\n|现在|同志|我)"
    r"|(?:主席团|同志们|女士们)\s*[:：,，、!！]"
)
# Not the thanks in the middle of a report: 我代表市人民政府，向…表示感谢.
_REPORTING = re.compile(
    r"向(?:大会|各位代表|会议|本次(?:大会|会议))[\u4e00-\u9fff，, ]{0,8}(?:报告|作)"
    r"|作(?:政府)?工作报告|请[\u4e00-\u9fff]{0,8}审议"
)
_FIRST_SECTION = re.compile(
    r"^[#*\s\u3000]*(?:第?一[、.．部]|[(（]一[)）])?[^\n]{0,14}(?:回顾|过去[一五]年|主要工作)",
    re.MULTILINE,
)
_SUBTITLE = re.compile(
    rf"[\s\u3000]*((?:[—–\-－(（]|{HAN_YEAR}\s*年)[^\n]{{0,60}}(?:会议|大会|{HAN_YEAR}\s*年)[^\n]{{0,30}})"
)
_UNNAMED = re.compile(r"(?:人民)?政府工作的?(?:报告|報告)|工作报告")
_CLOSING = re.compile(r"[奋努]斗[!！。]|[新大]贡献[!！。]|谢谢|篇章[!！。]|[!！]\s*$")
_SEPARATOR_LINE = re.compile(r"^[\s\u3000]*(?:[-=*_—─━~～#·•.…]\s*){3,}$")
_TOC_LINE = re.compile(r"[.…·．]{2,}\s*[-—]?\s*\d{1,4}\s*$|[\t\u3000 ]\d{1,4}\s*$")
_REGION_LINE = re.compile(
    rf"^[#*\s\u3000]*(?:{HAN_YEAR}\s*年\s*)?[\u4e00-\u9fff]{{2,15}}(?:省|市|县|區|区|旗|州|盟|自治区|人民政府)\s*$"
)
_SENTENCE = re.compile(r"[。；！？!;]")
# A line that ends in 工作报告 and speaks of a report: 会议审议了…, 下一篇：…
_CITING = re.compile(
    r"审议|听取|通过|批准|学习|贯彻|落实|解读|根据|按照|印发|分解|附件|相关|链接|[上下]一[篇条]|现将|作|提出"
)
_BEHIND_TITLE = re.compile(
    rf"\s*|\s*[—–\-－_|｜].{{0,100}}|\s*[(（]?{HAN_YEAR}\s*年.{{0,60}}|[\s\u3000]+\S{{1,30}}(?:[\s\u3000]+\S{{1,10}})?\s*"
    r"|\S{0,14}[省市县区州盟旗]?长[\s\u3000]*\S{1,6}\s*"
)
# The report's first words in the line of its title, with nothing but a subtitle between.
_RUNNING_ON = re.compile(rf"[^。；;！!，,\n]{{0,80}}?(?={_SALUTATION.pattern})")
_SENTENCE_END = re.compile(r"[。！!？?…”』）)]$")
_WORK_REPORT = re.compile("工作的?(?:报告|報告)")
_LINE = 160  # a title line is at most this long, unless the report's text follows in the line
_OPENING_WITHIN = 700  # characters from a title to the report's opening words
_FRONT_MATTER = 60  # characters of prose that may stand between a title and its opening
_PRELUDE_PROSE = 500  # characters of prose that make a text before the first title worth keeping
_SHORT = 40
_MOST_TITLES = 100_000
_WHOLE_REPORT = 300  # characters of prose that the shortest report has
_BODY_WITHIN = 4_000  # characters behind a title in which a body is looked for
_BODY_PROSE = 1_500  # characters of prose that prove one
_PRINTS = 2  # of one title: in the table of contents and over the report; a running head has more
_LOOK_BACK = 3_000  # characters before a title in which its twin's body is looked for


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A stretch of a text that is one report."""

    start: int  # half-open, characters of the whole text
    end: int
    split_by: str | None  # the title line it was cut at; None when nothing was cut


@dataclass(frozen=True, kw_only=True, slots=True)
class _Title:
    line_start: int  # where the part would begin
    start: int  # of the words themselves
    end: int
    words: str  # without spaces
    subtitle: str | None  # ——2023年1月9日在…会议上, where one follows
    toc: bool  # a line of a table of contents: dots or a page number behind it


def split(text: str, name: str) -> list[Part]:
    """The reports of a text, in order; the whole text when it is one report (or none).

    `name` is for messages. Raises LimitExceeded when title lines are past counting.
    """
    printed = text
    # As long as before, all of it.
    text = plain_text(plain(printed).replace(HIDDEN, " "))
    titles = list(islice(_titles(text), _MOST_TITLES + 1))
    if len(titles) > _MOST_TITLES:
        raise LimitExceeded(
            f"{name} has more than {_MOST_TITLES} lines that are titles of reports. Submit it in "
            "pieces.",
            name=name,
            limit=_MOST_TITLES,
        )
    openings = of_one_print(text, _openings(text, titles))
    if len(openings) < 2:
        return [Part(start=0, end=len(text), split_by=None)]
    parts: list[Part] = []
    first = openings[0].line_start
    if _has_prose(text[:first], _PRELUDE_PROSE):
        parts.append(Part(start=0, end=_trimmed(text, 0, first), split_by="before the first title"))
    for title, following in zip(openings, [*openings[1:], None], strict=True):
        end = len(text) if following is None else following.line_start
        parts.append(
            Part(
                start=title.line_start,
                end=_trimmed(text, title.line_start, end),
                split_by=_as_printed(title, printed),
            )
        )
    return parts


def _as_printed(title: _Title, printed: str) -> str:
    """The title's words in the script of the text."""
    words = _plain_words(printed[title.start : title.end])
    return title.words[: len(title.words) - len(words)] + words


def _plain_words(words: str) -> str:
    return re.sub(r"[\s\u3000]+", "", words).strip('《》“”"「」*')


def _titles(text: str) -> Iterator[_Title]:
    last_end = -1
    for anchor in _ANCHOR.finditer(text):
        if anchor.start() < last_end:
            continue
        title = _title_at(text, anchor)
        if title is not None:
            last_end = title.end
            yield title


def _title_at(text: str, anchor: re.Match[str]) -> _Title | None:
    """The title that these words end, if they stand at the start of a line or of a sentence."""
    reach = max(0, anchor.start() - _LINE)
    line_start = text.rfind("\n", reach, anchor.start()) + 1
    if line_start == 0 and reach > 0:
        return _title_in_line(text, anchor)
    found = _TITLE.match(text[line_start : anchor.end() + _LINE])
    if found is None or line_start + found.end("title") < anchor.end():
        return _title_in_line(text, anchor)
    return _as_title(text, line_start, line_start + found.start("title"), found["title"])


def _title_in_line(text: str, anchor: re.Match[str]) -> _Title | None:
    """A title in the middle of a line: behind a sentence's end, before a salutation."""
    reach = max(0, anchor.start() - _SHORT)
    before = text[reach : anchor.start()]
    ends = [place + 1 for place, character in enumerate(before) if character in "。！!？?”\n"]
    if not ends or not _RUNNING_ON.match(text, anchor.end(), anchor.end() + _LINE):
        return None
    start = reach + ends[-1]
    found = _TITLE.match(text[start : anchor.end() + _LINE])
    if found is None or start + found.end("title") < anchor.end():
        return None
    return _as_title(text, start, start + found.start("title"), found["title"])


def _as_title(text: str, line_start: int, start: int, words: str) -> _Title | None:
    end = start + len(words)
    line_end = text.find("\n", end, end + _LINE)
    rest = text[end : line_end if line_end >= 0 else end + _LINE]
    plain = _plain_words(words)
    if _CITING.search(_WORK_REPORT.sub("", plain)):
        return None
    if plain.startswith(("政府", "人民政府", "工作")):
        heading = _heading_above(text, line_start)
        if plain.startswith("工作") and not heading:
            return None
        line_start -= len(heading)
        plain = heading.strip() + plain
    toc = bool(_TOC_LINE.search(rest)) and line_end >= 0
    if not (toc or _BEHIND_TITLE.fullmatch(rest) or _RUNNING_ON.match(rest)):
        return None
    subtitle = _SUBTITLE.match(text[end : end + _LINE])
    return _Title(
        line_start=line_start,
        start=start,
        end=end,
        words=plain,
        subtitle=subtitle[1] if subtitle else None,
        toc=toc,
    )


def _openings(text: str, titles: list[_Title]) -> list[_Title]:
    """The titles that a report follows, each where its part begins."""
    openings: list[_Title] = []
    prints = Counter((title.words, title.subtitle) for title in titles)
    for index, printed in enumerate(titles):
        following = titles[index + 1].line_start if index + 1 < len(titles) else len(text)
        previous = openings[-1] if openings else None
        title = _with_heading(text, printed, titles[max(0, index - 3) : index], previous)
        rare = prints[title.words, title.subtitle] <= _PRINTS
        if not _opens(text, title, following, previous) and not (
            rare and _is_followed_by_a_body(text, title, following, previous)
        ):
            continue
        if previous is not None and _is_repeated(text, previous, title):
            continue
        openings.append(title)
    return openings


def _opens(text: str, title: _Title, following: int, previous: _Title | None) -> bool:
    """Whether a report begins behind a title.

    "I report to the congress" proves it. A salutation, or the heading of a first section, also
    stands in the middle of reports: it proves it where the report before has come to an end.
    """
    window = text[title.end : min(following, title.end + _OPENING_WITHIN)]
    if _is_near(_REPORTING.search(window), window):
        return True
    salutes = _is_near(_SALUTATION.search(window), window)
    begins = _is_named(title) and _is_near(_FIRST_SECTION.search(window), window)
    at_an_end = previous is None or _stands_apart(text, title) or _ended(text, title, previous)
    return at_an_end and (salutes or begins)


def _is_followed_by_a_body(
    text: str, title: _Title, following: int, previous: _Title | None
) -> bool:
    """Whether prose stands behind a named title; pages of it, where no report has ended before.

    So reports come apart that begin without any opening words: excerpts, scrapes.
    """
    if title.toc or not _is_named(title):
        return False
    body = text[title.end : min(following, title.end + _BODY_WITHIN)]
    if previous is None or _stands_apart(text, title):
        return _has_prose(body[:_OPENING_WITHIN], 3 * _FRONT_MATTER)
    return (
        _ended(text, title, previous)
        and _has_prose(body[:_OPENING_WITHIN], 6 * _FRONT_MATTER)
        and _has_prose(body, _BODY_PROSE)
    )


def _is_named(title: _Title) -> bool:
    """Whether a title names a year, a place or a meeting."""
    return len(_UNNAMED.sub("", title.words)) >= 2 or title.subtitle is not None


def _ended(text: str, title: _Title, previous: _Title) -> bool:
    """Whether a report's worth of sentences lies between two titles, the last one complete."""
    between = text[max(previous.end, title.line_start - _LOOK_BACK) : title.line_start]
    complete = _SENTENCE_END.search(_last_words(text, title)) is not None
    return complete and _has_prose(between, _WHOLE_REPORT)


def _is_near(mark: re.Match[str] | None, window: str) -> bool:
    """Whether nothing but front matter stands before a mark."""
    return mark is not None and not _has_prose(window[: mark.start()], _FRONT_MATTER + 1)


def _stands_apart(text: str, title: _Title) -> bool:
    """Whether the report before has closed, or a line separates it."""
    before = text[max(0, title.line_start - _SHORT) : title.line_start].rstrip()
    last = before.rpartition("\n")[2]
    closed = _CLOSING.search(_last_words(text, title)) is not None
    return not before or closed or _SEPARATOR_LINE.search(last) is not None


def _last_words(text: str, title: _Title) -> str:
    """What stands before a title, page numbers and other lines without Chinese left out."""
    before = text[max(0, title.line_start - _LINE) : title.line_start]
    lines = before.rstrip().split("\n")
    while lines and not CHINESE.search(lines[-1]):
        lines.pop()
    return "\n".join(lines).rstrip()[-_SHORT:]


def _is_repeated(text: str, previous: _Title, title: _Title) -> bool:
    """Whether a title is the one before again (a page's heading, then the report's own)."""
    between = text[max(previous.end, title.line_start - _LOOK_BACK) : title.line_start]
    if previous.words != title.words:
        # 某市政府工作报告 over a page, 2023年某市政府工作报告 over its text.
        related = previous.words in title.words or title.words in previous.words
        alone = _stands_apart(text, title) or _has_prose(between, _WHOLE_REPORT)
        return related and not alone
    subtitles = {previous.subtitle, title.subtitle}
    if len(subtitles) == 2 and None not in subtitles:
        return False
    if _UNNAMED.sub("", title.words):
        return True
    # Two bare titles that nothing tells apart: two reports, if a whole one lies between them.
    closed = _CLOSING.search(_last_words(text, title))
    return not (closed and _has_prose(between, _WHOLE_REPORT))


def _with_heading(
    text: str, title: _Title, before: list[_Title], previous: _Title | None
) -> _Title:
    """The same title, its part begun at an earlier print of it with but a few words between."""
    start = title.line_start
    for earlier in reversed(before):
        related = earlier.words in title.words or title.words in earlier.words
        gap = text[earlier.end : start]
        after_previous = previous is None or earlier.start > previous.start
        if earlier.toc or not related or not after_previous or len(gap) > _LINE:
            break
        if _has_prose(gap, 1):
            break
        start = earlier.line_start
    return replace(title, line_start=start)


def _heading_above(text: str, start: int) -> str:
    """The line above, with what separates it, if it names a region or its government; else ""."""
    above = text[max(0, start - _SHORT) : start]
    line = above.rstrip().rpartition("\n")
    whole = bool(line[1]) or start <= _SHORT
    return above[len(line[0] + line[1]) :] if whole and _REGION_LINE.match(line[2]) else ""


def _trimmed(text: str, start: int, end: int) -> int:
    """The end of a part without the blank lines and separators before the next title."""
    while end > start:
        if text[end - 1].isspace():
            end -= 1
            continue
        line_start = max(text.rfind("\n", max(start, end - 2 * _LINE), end) + 1, start)
        if line_start > start and _SEPARATOR_LINE.match(text[line_start:end]):
            end = line_start
            continue
        break
    return end


def _has_prose(text: str, least: int) -> bool:
    """Whether lines that hold a sentence have that many characters, contents lines left out."""
    total = at = 0
    while at < len(text):
        line_end = text.find("\n", at)
        line_end = len(text) if line_end < 0 else line_end
        line = text[at:line_end]
        at = line_end + 1
        if len(line) >= 20 and _SENTENCE.search(line) and not _TOC_LINE.search(line[-_SHORT:]):
            total += len(line)
            if total >= least:
                return True
    return False
