"""What stands before a report's first paragraph: title, meeting, speaker, date."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from zhibiao.language.dates import DATE, YEAR, parse_date

_HEAD_LENGTH: Final = 2500  # characters of the clean text in which the front matter stands
_HEAD_LINES: Final = 25
_TITLE: Final = re.compile(r".*?(?:工作|施政)报告[》”]?(?: ?[（(][^（()）]{1,14}[）)])?")
_TITLE_LENGTH: Final = 90
_FRONT_LINES: Final = 40
_PROSE_LENGTH: Final = 80
ADDRESS: Final = re.compile(r"(?:各位|尊敬的[\u4e00-\u9fff]{0,6}?)(?:代表|委员)|同志们[:：!！]")
_OFFICE: Final = (
    r"(?:省长|市长|县长|区长|州长|盟长|旗长|国务院总理|总理|(?:自治区)?主席|行政长官|专员|主任)"
)
_NAME: Final = r"[\u4e00-\u9fff]{2,4}|[\u4e00-\u9fff]{1,8}(?:[·•・][\u4e00-\u9fff]{1,8}){1,3}"
_SPEAKER: Final = re.compile(
    rf"{_OFFICE}(?:[（(]?代[）)])?[:： ]*(?P<name>{_NAME})(?:[（(].{{0,12}})?[）)]?$"
)
_REPORTER: Final = re.compile(rf"(?:报告人|作报告人|讲话人)[:： ]*(?:{_OFFICE})?(?P<name>{_NAME})$")
# The commonest family names; a name that stands alone must begin with one.
_FAMILY_NAMES: Final = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林郑谢罗梁宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕"
    "丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武"
    "戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯"
    "纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳欧阳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古"
    "吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑"
    "郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊"
    "仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈晁芮都普阙浦戈伏鹿薄邸"
    "雍辜羊阿乌母裘亓修邰赫杭况那宿鲜印逯隆茹诺战慕危玉银亢嵇公哈湛宾戎勾茅利於呼居揭干但尉冶斯元束檀衣"
    "信展阴昝智幸奉植衡富尧闭由祝段周恩"
)
_NAMED_FIRST: Final = re.compile(rf"^(?P<name>{_NAME})[（(]?(?:代)?{_OFFICE}[）)]?$")
_BARE_NAME: Final = re.compile(r"[（(]?(?P<name>[\u4e00-\u9fff]{2,4})[）)]?")
_OFFICE_ALONE: Final = re.compile(rf"[\u4e00-\u9fff]{{0,24}}{_OFFICE}(?:[（(]?代[）)])?[:： ]*")
# Words of two to four characters that stand alone in a front matter and are nobody's name.
_NO_NAME: Final = re.compile(
    r"[省市县区州盟旗]$|要求|成绩|思路|目录|全文|摘要|摘登|节选|附件|草案|讲话|报告|代表|会议|政府|致辞|信箱|热线|同志|要闻|时政"
    r"|作工作|作政府|向大会|正文|序言|引言|前言|回顾|任务|目标|安排|公告|通知|来源|作者|编辑|时间"
)
_COUNT: Final = r"[一二三四五六七八九十\d]{1,3}"
_CONGRESS: Final = re.compile(
    rf"(?P<meeting>[^，。,;；\s在（(—-]{{0,30}}第?{_COUNT}[届屆]?(?:全[国國])?"
    rf"(?:人民代表大[会會]|人大)(?:常务委员会)?第?{_COUNT}次(?:全体)?[会會][议議])"
)
_MET_IN: Final = re.compile(
    rf"[—\-（( ]*({YEAR})"
    r"(?: ?年|[-./]?\d{1,2}[-./]?\d{0,2} ?日)[^，。]{0,12}在"
)
_OF_PAGE: Final = re.compile("发布|发表|发文|成文|印发|公开|更新|来源|时间|日期")
_PUBLISHED: Final = re.compile(
    r"(?:时间|日期|^)[:：]? {0,4}(20\d\d)(?: ?年 ?|[-./])(\d{1,2})(?: ?月 ?|[-./])(\d{1,2})",
    re.MULTILINE,
)
_ADDRESSED: Final = re.compile(
    rf"[向在](?P<meeting>[^，。,;；\s]{{0,20}}第{_COUNT}[届屆](?:全[国國])?人民代表大[会會]"
    rf"第{_COUNT}次[会會][议議])(?:上|作|报告|提出)"
)


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
    links = [line for line in lines if line.count("工作报告") > 1]
    if len(links) < sum("工作报告" in line for line in lines):
        lines = [line for line in lines if line not in links]
    for index, line in enumerate(lines):
        if len(line) <= _TITLE_LENGTH and (title := _TITLE.match(line)) is not None:
            return title[0]
        # A title may be set on two lines: place and year above, 政府工作报告 below.
        if index and len(line) < 12 and _TITLE.match(lines[index - 1] + line):
            return lines[index - 1] + line
    return None


def _tidy(meeting: str) -> str:
    place = max(meeting.rfind("日"), meeting.rfind("上午"))
    return meeting[place + 1 :].removeprefix("在") if place >= 0 else meeting


def _delivered(lines: list[str], meeting_line: str, title: str | None) -> date | None:
    candidates = [meeting_line] if _CONGRESS.search(meeting_line) else []
    candidates += [line for line in lines if re.search(r"会[议議]|大会|人大", line)]
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
        if title is not None and not below_title and line.strip().endswith(title):
            below_title = index + 1
    return below_title
