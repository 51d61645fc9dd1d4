"""A part of the region that opens a sentence and governs the clauses after it.

支持石岭镇跨越发展，力争生产总值增长12%: the second clause has no subject of its own and goes
on about the town.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from zhibiao.extract.scope.kinds import Part, PartKind
from zhibiao.extract.words import lexicon as lx

if TYPE_CHECKING:
    from zhibiao.extract.clause.reader import Reader

_VERBS: Final = (
    lx.VERBISH | lx.REACH | lx.CREATE | lx.TONE | lx.UP | lx.DOWN | lx.TO | lx.GE | lx.TIME
    | lx.TOTAL
)  # fmt: skip
# Kinds of parks, as they end a word.
PARKS: Final = (
    "园区", "工业园", "产业园", "开发区", "经开区", "高新区", "综保区", "保税区", "自贸区", "新区",
)  # fmt: skip
# Places whose kind alone says that they are a part: there is one, or all of them are meant.
_KINDS: Final = (
    "经开区|高新区|开发区|工业园区?|产业园区?|科技园区?|物流园区?|园区|综合保税区|综保区|保税区"
    "|自贸片?区|新区|示范区|合作区|试验区|先行区|集聚区|度假区|风景名?胜?区|景区|古镇|古城|乐园|度假村|博物馆|港区"
)
# Places that need a name of their own.
_NAMED: Final = (
    "镇(?![江域区村街])|(?<!城)乡(?![村镇亲土贤愁风情音里])|街道|(?<![整型])县(?![域级城委政区乡长市])"
    "|(?<![边能社小灾山库牧林景厂校市城地辖园型])区(?![域位块别间划内级城长委府政属县])|旗(?![下舰帜])"
)
_HELPED: Final = "支持|推动|推进|引导|鼓励|助力|促进|力促|督促|指导|帮助"
# Behind the place: what makes it a mere attribute, or an object of work done on it.
_OBJECT: Final = (
    "的|和|与|及|、|等|机遇|契机|红利|政策|优势|牌照|资质|申报|创建|获批"
    "|建设|改革|规划|管理|体制|规模|发展(?!势|迅|提|加|驶|步)|总部|企业家|内|外"
)
# What opens a clause on work done, so that the place behind it is not its subject.
_WORK: Final = (
    "畅通|抢抓|抓住|把握|借力|立足|用足|申报|申建|赋能|放大|释放|融入|承接|各|全|我|本|每|两|多|部分|所有|贫困|脱贫|重点|城(?![东南西北中关郊])|辖|地|以|在|深化|探索|开展|建立|健全|完善|聚焦|持续|积极|大力|全力"
    "|加强|加快|优化|实施|创新|统筹|抓好|做好|坚持|打造|培育|推行|全面|深入|着力|巩固|落实|启动|谋划|对标|依托|发挥|整合"
    "|盘活|组建|成立|召开|举办|承办|新建|新增|完成|实现|建成|编制|出台|争取|争创|创建|获批|入选|发展|提升|强化|引进|对接"
    "|围绕|扎实|稳步|有序|加大|推广|用好|做强|做大|做优|改造|修建|联合|借助|构建|形成|设立|改扩建|国家|省|市|工业|农业|产业"
)
# Firms and sectors, which have investments and taxes too.
_FIRMS: Final = (
    "(?:(?:省属|市属|县属|区属|央属|国有|地方国有|民营|骨干|龙头|上市)[\u4e00-\u9fa5]{0,4}?企业|央企|国企"
    "|(?:民营|非公有制|非公|个体私营|县域|镇域)经济|房地产业|建筑业|金融业)"
    "(?=(?:全年|累计|共|共计|预计)?(?:实现|完成|达到|入库|缴纳|上缴|贡献|创造|投入|新增))"
)
_HOLIDAY: Final = "“?(?:春节|国庆|中秋|五一|元旦|端午|清明|暑期|节假日|黄金周|双节)"
# Places that the whole region's visitors come for.
_VISITED: Final = ("景区", "古镇", "古城", "乐园", "度假村", "博物馆", "度假区")
DONE: Final = ("实现", "接待", "完成", "新增", "吸引", "净增")
_PART: Final = re.compile(
    rf"(?:今年|去年|全年|当年)?(?:{_FIRMS}|(?:{_HELPED})?(?!{_WORK})"
    rf"(?:[\u4e00-\u9fa5“”]{{1,4}}?(?:{_NAMED})|[\u4e00-\u9fa5“”]{{0,6}}?(?:{_KINDS})"
    rf"|[\u4e00-\u9fa5“”]{{2,8}}?(?:公司|集团)(?![0-9])|{_HOLIDAY}[^，]{{0,6}}))(?!{_OBJECT})"
)
# 该项目达产后，可实现年产值…
_ONCE_BUILT: Final = re.compile(
    "[^，]{0,30}(?:项目|工程|公司|基地)[^，]{0,6}(?:达产|投产|建成|投用|竣工|运营)[^，]{0,4}后$"
)
# 经开区要勇挑大梁，工业增加值增长12%: who is told what to do is who is to reach the figures.
_TOLD: Final = re.compile(
    rf"([\u4e00-\u9fa5“”]{{0,8}}?(?:{_KINDS})|(?!{_WORK})[\u4e00-\u9fa5]{{1,4}}?(?:{_NAMED}))"
    "(?:都|更|也)?(?:要(?![求素点闻])|必须|务必|应当?(?![用急对变])|须)"
)
# 某农商行挂牌开业，存款突破百亿元: of all that a region has, a bank has deposits and loans.
_BANK: Final = re.compile(
    "((?!各|全|引进|引入|新增|新设|鼓励|引导|组织|协调|召开|举办)[\u4e00-\u9fa5“”]{2,10}?"
    "(?:农商行|农合行|信用社|农信社|银行))(?![业卡间机网信贷存保账家和与、])"
)
_MUST: Final = re.compile("[要须务应]")
_BANKED: Final = {"deposits", "loans"}
_REGION_SAID: Final = re.compile("全(?:市|县|区|州|旗|盟|域)|我(?:市|县|区|州|旗)")


def begins_with_verb(reader: Reader, first: int, last: int) -> bool:
    """Whether a stretch of tokens opens with what is done, so that its subject stands earlier."""
    for mask in reader.masks[first:last]:
        if mask & _VERBS:
            return True
        if mask != lx.FILL:
            return False
    return False


def part_opening(reader: Reader, first: int, last: int) -> str:
    """The place or undertaking that a clause of tokens is about; "" when it is none of them."""
    text = reader.text
    begin, end = reader.tokens[first].start, reader.tokens[last - 1].end
    if text[end - 1] == "后" and _ONCE_BUILT.match(text, begin, end):
        return text[begin:end]
    found = _PART.match(text, begin, min(end, begin + 30))
    if found is None or _REGION_SAID.search(text, begin, end):
        return ""
    place = found[0]
    if place.endswith(reader.home.names):
        return ""
    return place


def governing(reader: Reader, i: int) -> Part | None:
    """What part of the region governs the name at token i from an earlier clause."""
    tokens = reader.tokens
    start = reader.clause_start(0, i)
    name = tokens[i].name
    assert name is not None  # asked of names only
    itself_verb = name.text.startswith(DONE) or reader.holds(start, i, lx.CREATE)
    place = _told_or_bank(reader, start, i)
    if place:
        return Part(PartKind.SUBJECT, place)
    if start == 0 or not (itself_verb or begins_with_verb(reader, start, i)):
        return None
    resolved = reader.holds(start, i, lx.TONE)
    for first, last in _clauses_before(reader, start):
        if reader.at_home(first, last):
            return None
        place = part_opening(reader, first, last)
        if place:
            # after a full statement about the place a resolve is the government's again
            told = reader.holds(first, last, lx.NUMBER)
            visited = place.endswith(_VISITED)
            if (told and resolved) or (not told and (itself_verb or visited)):
                return None
            return Part(PartKind.SUBJECT, place)
        if not begins_with_verb(reader, first, last) and reader.masks[first] != lx.NUMBER:
            return None
    return None


def _clauses_before(reader: Reader, start: int) -> Iterator[tuple[int, int]]:
    """The tokens of each clause before the one that starts at a token, from right to left."""
    while start > 0:
        stop = start - 1
        start = reader.clause_start(0, stop)
        if start < stop:
            yield start, stop


def _told_or_bank(reader: Reader, start: int, i: int) -> str:
    """The part that is told what to do, or the bank, that governs a clause with its own noun."""
    name = reader.tokens[i].name
    assert name is not None  # asked of names only
    banked = _BANKED.issuperset(name.candidates) and reader.bare(start, i)
    earlier = reader.tokens[0].start, reader.tokens[start].start
    if not banked and _MUST.search(reader.text, *earlier) is None:
        return ""
    resolved = reader.holds(start, i, lx.TONE)
    for first, last in _clauses_before(reader, start):
        if reader.at_home(first, last):
            return ""
        begin, end = reader.tokens[first].start, reader.tokens[last - 1].end
        found = _TOLD.match(reader.text, begin, end)
        if found is None and banked:
            found = _BANK.match(reader.text, begin, end)
        if found is not None and not (resolved and reader.holds(first, last, lx.NUMBER)):
            return found[1]
        banked = False
    return ""
