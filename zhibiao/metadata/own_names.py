"""What a speech without a title calls its own place: 关心支持驻马店发展的各界人士, 现代化新滁州.

A name counts where it is no ordinary word, and its kind is that of the reporting government. It is
settled on only where a phrase is used that one says of one's own place, and no other place of that
kind is named nearly as often.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from zhibiao.gazetteer.gazetteer import Gazetteer, Mention, Region
from zhibiao.metadata.government import Government

_LENGTH: Final = 60_000  # characters of a speech that are searched
_AROUND: Final = 16  # characters looked at before and behind a name
_LEADS: Final = 2  # times as often as the next place of the kind

# (weight, whether one says it of one's own place only, what stands before, what stands behind)
_OWN_PHRASES: Final = tuple(
    (weight, own, re.compile(before + "$"), re.compile(behind))
    for weight, own, before, behind in (
        # 中共X市委; in X市第N届人民代表大会; 《X市国民经济和社会发展…规划纲要》
        (3, True, "(?:^|[^党])中共", "委(?!员)"),
        (3, True, r"(?:^|[^\u4e00-\u9fff]|在|召开的|开幕的|出席|选举产生的)",
         r"第[^，。第]{1,4}届(?:人民代表|人大)"),
        (1, False, "《", "国民经济和社会发展"),
        # 现代化新X, 现代化美好X, 中国式现代化(建设的)X(篇章)
        (3, True, r"现代化(?:[新强大美]|美好|幸福|[^，。、；的]{2,4}新)",
         r"(?:$|[^\u4e00-\u9fff]|的|而|建|贡献|实践|篇章|新征程|开局)"),
        (3, True, r"现代化(?:建设)?的?", r"(?:新?篇章|实践|新?画卷|新?图景|样板|范例)"),
        # 向关心、支持X改革发展的同志们
        (3, True, r"(?:关心|支持|参与|关注|帮助|热爱|投身)(?:[、和与]?(?:关心|支持|参与|关注|帮助|热爱|投身))*(?:了|着)?",
         r"(?:市|县|区|州)?的?(?:改革|建设|发展|经济|各项|振兴|事业|现代化|高质量|工作|转型)"),
        # 开创X更加美好的明天, 为实现X崛起而奋斗
        (3, True, r"(?:开创|谱写|书写|奋力谱写|共创|描绘)(?:[^，。、]{0,8}的?)", r"(?:[^，。；]{0,16}?)(?:新?篇章|美好(?:的?明天|未来)|新辉煌|新局面|新未来|新画卷)"),
        (3, True, r"[，。；\s]为[^，。；]{0,12}", r"[^，。；]{0,14}而?(?:团结|努力|不懈|共同|接续|拼搏)+奋斗"),
        # of which other places may be spoken as well
        (1, False, "", r"(?:人民|儿女|大地|各族|干部群众|群众|籍|人的|改革发展|经济社会发展|高质量发展|建设和发展|振兴|崛起|实践|力量|样板|元素|知名度|美誉度)"),
        (1, False, "(?:健康|平安|法治|数字|智慧|幸福|书香|美丽|品质|文明|诚信|信用|宜居|清廉|大美|魅力|和谐|新|爱在|留在|来|净土)", r"(?:$|[^\u4e00-\u9fff]|建设|行动|品牌|创建|的|人)"),
    )
)  # fmt: skip
_ENOUGH: Final = 4  # weight of the phrases together
_FULL_LEAST: Final = 3  # times that a full name stands in a text without such phrases
_FULL_LEADS: Final = 3  # times as often as the next full name of the kind
_CUT: Final = re.compile(r"[^\u4e00-\u9fff《]")


@dataclass(slots=True)
class _Count:
    """How a place is named in a text."""

    region: Region
    all: int = 0
    full: int = 0
    phrases: Counter[int] | None = None  # index of a phrase -> times

    def weight(self) -> int:
        found = self.phrases or Counter()
        return sum(_OWN_PHRASES[which][0] * min(times, 2) for which, times in found.items())

    def is_own(self) -> bool:
        return any(_OWN_PHRASES[which][1] for which in self.phrases or ())

    def kinds(self) -> int:
        return len(self.phrases or ())


def own_place(gazetteer: Gazetteer, text: str, government: Government) -> Region | None:
    """The place that a speech calls its own; None where it does not say so beyond doubt."""
    if not government.kind or government.kind == "lower":
        return None
    text = text[:_LENGTH]
    counts: dict[str, _Count] = {}
    above: Counter[str] = Counter()
    ambiguous: Counter[str] = Counter()
    for mention in gazetteer.mentions(text):
        for region in mention.regions:
            above[region.code] += 1
        fitting = [region for region in mention.regions if government.may_be(mention, region)]
        if not fitting or not _counts(text, mention):
            continue
        if len(fitting) > 1:
            ambiguous[mention.name] += 1
            continue
        region = fitting[0]
        count = counts.setdefault(region.code, _Count(region=region, phrases=Counter()))
        count.all += 1
        count.full += mention.kind != "short"
        assert count.phrases is not None
        count.phrases.update(_phrases(text, mention))
    return _settled(gazetteer, list(counts.values()), above, max(ambiguous.values(), default=0))


def _counts(text: str, mention: Mention) -> bool:
    """Whether a name cannot be another word: 合作市 of 合作市场 is none, nor 江川 of 江川市."""
    behind = text[mention.end : mention.end + 1]
    if mention.kind == "short":
        return not mention.ordinary and behind not in "镇乡村"
    if not mention.ordinary:
        return True
    before = text[max(0, mention.start - 3) : mention.start]
    set_off = not before or _CUT.match(before[-1]) or before.endswith(("中共", "在", "《"))
    rest = text[mention.end : mention.end + 8]
    return (
        bool(set_off)
        and re.match(r"人民|第[^第]{1,4}届|委[^员]|国民经济|$|[^\u4e00-\u9fff]", rest) is not None
    )


def _phrases(text: str, mention: Mention) -> Iterator[int]:
    before = text[max(0, mention.start - _AROUND) : mention.start]
    behind = text[mention.end : mention.end + _AROUND]
    for which, (_, _, left, right) in enumerate(_OWN_PHRASES):
        if right.match(behind) and left.search(before):
            yield which


def _settled(
    gazetteer: Gazetteer, counts: list[_Count], above: Counter[str], ambiguous: int
) -> Region | None:
    counts.sort(key=lambda count: (-count.weight(), -count.all))
    if not counts:
        return None
    best, others = counts[0], counts[1:]
    most = max((other.all for other in others), default=0)
    if best.all < _LEADS * max(most, ambiguous):
        return None
    rival = max((other.weight() for other in others), default=0)
    if (
        best.is_own()
        and best.weight() >= _ENOUGH
        and best.kinds() >= 2
        and best.weight() >= 2 * rival
    ):
        return best.region
    full = max((other.full for other in others), default=0)
    chain = gazetteer.superiors(best.region)
    agrees = any(above[place.code] for place in chain)
    if best.full >= max(_FULL_LEAST, _FULL_LEADS * full) and agrees and not rival:
        return best.region
    return None
