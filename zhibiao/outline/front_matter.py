"""What stands before a report's first paragraph: title, meeting, speaker, date."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from zhibiao.language.dates import DATE, YEAR, parse_date
from zhibiao.language.wording import wording

_HEAD_LENGTH: Final = 2500  # characters of the clean text in which the front matter stands
_HEAD_LINES: Final = 25
_WORDING: Final = wording(__name__)
_TITLE: Final = _WORDING.pattern("title")
_KIND: Final = 4  # characters: （摘要）, 全文
_TITLE_LENGTH: Final = 90
_FRONT_LINES: Final = 40
_PROSE_LENGTH: Final = 80
ADDRESS: Final = _WORDING.pattern("address")
_SPEAKER: Final = _WORDING.pattern("speaker")
_REPORTER: Final = _WORDING.pattern("reporter")
_FAMILY_NAMES: Final = frozenset(_WORDING.words("family_names"))
_NAMED_FIRST: Final = _WORDING.pattern("named_first")
_BARE_NAME: Final = re.compile(r"[（(]?(?P<name>[\u4e00-\u9fff]{2,4})[）)]?")
_OFFICE_ALONE: Final = _WORDING.pattern("office_alone")
_NO_NAME: Final = _WORDING.pattern("no_name")
_CONGRESS: Final = _WORDING.pattern("congress")
REPORT: Final = _WORDING.text("report")
_MORNING: Final = _WORDING.text("morning")
_MET: Final = _WORDING.pattern("met")
_MET_IN: Final = _WORDING.pattern("met_in", year=YEAR)
_OF_PAGE: Final = _WORDING.pattern("of_page")
_PUBLISHED: Final = re.compile(_WORDING.text("published"), re.MULTILINE)
_ADDRESSED: Final = _WORDING.pattern("addressed")


@dataclass(frozen=True, kw_only=True, slots=True)
class FrontMatter:
    """Lines and facts from the top of a clean text."""

    lines: tuple[str, ...]  # everything before the address or the first paragraph
    title: str | None
    meeting: str | None
    delivered_on: date | None
    met_in: int | None  # the year that the line of the meeting begins with, with or without a day
    speaker: str | None
    speaker_line: str | None  # with office and place


def read_front(text: str) -> FrontMatter:
    """The front matter of a clean text; a fact that is not stated there is None."""
    lines = _front_lines(text)
    title = _title(lines)
    joined = "".join(lines)
    meeting_line = next((line for line in lines if _CONGRESS.search(line)), joined)
    meeting = _CONGRESS.search(meeting_line) or _ADDRESSED.search(text[:_HEAD_LENGTH])
    speaker, speaker_line = _speaker(lines, title)
    return FrontMatter(
        lines=tuple(lines),
        title=title,
        meeting=None if meeting is None else _tidy(meeting["meeting"]),
        delivered_on=_delivered(lines, meeting_line, title),
        met_in=_met_in(lines),
        speaker=speaker,
        speaker_line=speaker_line,
    )


def read_title(text: str) -> str | None:
    """The title alone, as `read_front` gives it, for whoever asks for nothing else."""
    return _title(_front_lines(text))


def _front_lines(text: str) -> list[str]:
    head = text[:_HEAD_LENGTH].split("\n")[:_HEAD_LINES]
    addressed = any(ADDRESS.search(line) for line in head)
    lines = []
    for line in head:
        address = ADDRESS.search(line)
        # The speaker's name may stand on the line that addresses the deputies.
        own = line if address is None else line[: address.start()]
        prose = len(own) > 80 or (len(own) > 30 and own.endswith(("。", "！", "；")))
        if prose and not addressed:
            break
        if own and not prose:
            lines.append(own.strip())
        if address is not None:
            break
    return lines


def _title(lines: list[str]) -> str | None:
    links = [line for line in lines if line.count(REPORT) > 1]
    if len(links) < sum(REPORT in line for line in lines):
        lines = [line for line in lines if line not in links]
    for index, line in enumerate(lines):
        if len(line) <= _TITLE_LENGTH and (title := _TITLE.match(line)) is not None:
            return title[0]
        # A title may be set on two lines: place and year above, 政府工作报告 below.
        if index and len(line) < 12 and _TITLE.match(lines[index - 1] + line):
            return lines[index - 1] + line
    return None


def _tidy(meeting: str) -> str:
    place = max(meeting.rfind("日"), meeting.rfind(_MORNING))
    return meeting[place + 1 :].removeprefix("在") if place >= 0 else meeting


def _delivered(lines: list[str], meeting_line: str, title: str | None) -> date | None:
    candidates = [meeting_line] if _CONGRESS.search(meeting_line) else []
    candidates += [line for line in lines if _MET.search(line)]
    # A date on a line of its own is that of the speech if it follows the title; before it, it
    # is the page's.
    at = next((i for i, line in enumerate(lines) if title and line.startswith(title)), len(lines))
    below = lines[at + 1 :]
    candidates += [line for line in below if len(line) <= 20 and not _OF_PAGE.search(line)]
    candidates += [] if title is None else [title]  # …工作报告（2022年1月9日 田原）
    for line in candidates:
        match = DATE.search(line)
        if match is not None:
            return parse_date(match)
    return None


def _met_in(lines: list[str]) -> int | None:
    """The year in ——2023年1月在…会议上 and, its dots lost, in ——2023113日在…会议上."""
    for index, line in enumerate(lines):
        match = _MET_IN.match(line)
        # The line may break within the meeting's name.
        if match is not None and _CONGRESS.search("".join(lines[index : index + 2])):
            return int(match[1])
    return None


def read_published(raw_text: str) -> date | None:
    """The day of publication that the head of a page states: 发布时间：2022-01-25."""
    match = _PUBLISHED.search(raw_text, 0, _HEAD_LENGTH)
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def _is_name(words: str) -> bool:
    return words[0] in _FAMILY_NAMES and not _NO_NAME.search(words)


def _speaker(lines: list[str], title: str | None) -> tuple[str | None, str | None]:
    for index, line in enumerate(lines):
        if len(line) > _TITLE_LENGTH:
            continue
        for pattern in (_SPEAKER, _REPORTER, _NAMED_FIRST):
            match = pattern.search(line)
            if match is None or _NO_NAME.search(match["name"]):
                continue
            if pattern is not _NAMED_FIRST or match["name"][0] in _FAMILY_NAMES:
                return match["name"], line
        following = lines[index + 1] if index + 1 < len(lines) else ""
        name = _BARE_NAME.fullmatch(following)
        if name is not None and _OFFICE_ALONE.fullmatch(line) and _is_name(name["name"]):
            return name["name"], line + following
    # The name alone, between the title or the meeting and the address.
    titled = False
    for line in lines:
        name = _BARE_NAME.fullmatch(line)
        if name is not None and titled and _is_name(name["name"]):
            return name["name"], line
        titled = titled or line == title or _CONGRESS.search(line) is not None
        if titled and len(line) > 40 and line != title:
            break
    return None, None


def speech_begins(lines: Sequence[str], title: str | None = None) -> int:
    """The line with which the speech begins: that of the address, else the one below the title.

    What stands above it (navigation, headlines, a table of contents) is no heading of it. 0 where
    other prose comes first.
    """
    below_title = 0
    for index, line in enumerate(lines[:_FRONT_LINES]):
        if len(line) > _PROSE_LENGTH:
            return index if ADDRESS.match(line) else below_title
        if ADDRESS.search(line):
            return index
        if title is not None and not below_title and _is_title(line.strip(), title):
            below_title = index + 1
    return below_title


def _is_title(line: str, title: str) -> bool:
    """2021年政府工作报告摘要, too."""
    return line.endswith(title) or (line.startswith(title) and len(line) <= len(title) + _KIND)
