"""How Chinese a text looks: the measure by which an encoding is chosen.

The right encoding of a report yields the few hundred characters of officialese over and over; a
wrong one yields rare characters, other scripts and private-use code points. The table below is a
character count over government work reports of 1954 to 2024 (its first 900 characters make up
95 % of their text), with the traditional forms of the same characters beside it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from zhibiao.language.code_points import wide_code_points
from zhibiao.text.chinese import HAN

_SIMPLIFIED = (
    "的和业国一建大发工展进人产全民加中化实设要经政力新年作有在生地增会主行改动制是不我市重高济社推强成资持以家农区保个企提合"
    "能上体务等了各开革面们理为方平项现好用对定城基长度义分施出入同坚法治点目级水学到部五创技本量造代公三这快完机多品步十利育"
    "关事续文系支万深村质规性金管划科来计结就省投府安服决教活心于稳商共时外策积善亿场效总收元应争过极二领整通优更下取自程防放"
    "百位升调得四术立标域费内群范统种导期必特落前之营构第向办任做解源正路党题护可促众口集比消融运问所战环精乡都把扩小九继些物"
    "严海权医际态与风也县当打联使后境数明两件信批条员达型干表础准财广格流转电交速示引须式求线着益专镇抓健而道意监形需情台协先"
    "及障还确门其控价居职院反今从认原险八供间切果色局命研相将园少别团族六他努并势思军界备贸起世低子央千养老由组处指食想节美综"
    "斗变值减接西次试培单率难固真突措去才税依责已均东较断兴阶模神根贯助预复港七粮劳然略委清配挥林困验最彻房议适因破住维紧校南"
    "康很类充执土案额督逐料排國易近识究降证卫超织者列气况字核习互州户绿筹无采具观铁江但华网受励双则约常山律里污帮旅按河够针头"
    "澳非层视富段游存举疗队审名珠首据算普说围至查链补显日带巩负论除空传奋聚贫智鼓该手样给素置评天让走照周承亩志包厂移功招许又"
    "只边足参且知序车疫身药历占零業扶扎再贷良北材报惠布灾攻史获振每湾例象底如搞届注修货退债压吨此矿销考选染派煤担限失直它购竞"
    "苏击装牢右胜几纪拓或绩岸满克友尽武越张跨顺密始感容息守阳款连景临油左践没见司病毛覆止私影田扬盾回仍援幅害矛远盖站儿轻救青"
    "看牌售耕犯违伟套筑衡激银己巨库福启席荣望洲靠脱币属繁初那训倍输官航桥碳响既香月键探器草亚储未予记宗梅泸宏状钢侨征短祖急胞"
    "石谋片花光汇著艰细念危們缺署旧爱告罪愿勤焦艺遇纲顿廉士独侵免腐讲何丰败洋宁图馆便致涉坏米热书留师索浪壮察沿顾恢遗德苦差错"
    "伐龙献乱永泛纠余宜半棉终编付马拥板耗秩累判般播庭树妥這访即候请警械被湖纳红奖拉享慧绝咸疾經贡觉托街女待球订渠岗握赛泉往误"
    "帝班端迅涨沧检缓仅停洁弱博诚客川测斤汽简随産微络废股缩早绕厉括换圈离伍轮宣個循令某丽副酒植瓦妇延残陆邯潜遍泽损發云纽希迫"
)
_TRADITIONAL = (
    "並亂亞佔來偉備傳債僅僑價億優儲兒內兩別則創劃動務勝勞勢勵匯區協厲參員問啓單噸嚴圍園圖團執堅報場壓壞壯夠奮婦學實寧審將專對"
    "導屆層屬崗師帶幣幫幹幾庫廠廢廣張強後從復徵徹愛態應戰戶採揚換揮損擁擊擔據擴敗數斷於時書會東條極榮構標樣樹橋機檢權歷殘氣決"
    "沒況減測準滄滿漲潔潛澤濟瀘灣災無熱營爭爲狀獎獨獲獻現環產畝當療盡監確礎礦稅種積穩競節範築簡籌糧糾紀約紅納紐級細終組結絕絡"
    "給統綜綠維綱網緊線編緩縣縮總績織繞繼續羣義習聯職脫臨臺與興舉舊艱華萬蓋藝藥蘇處衆術衛裏補裝見規視覺觀訂計訓託記訪設許評試"
    "該認誠誤說調請論謀講證識議護變讓豐負財貢貧貨貫責貸費貿資質購賽踐車軍較輕輪輸轉辦農連進遊運過達違遠適選遺還邊鄉醫針銀銷鋼"
    "錯鍵鎮鏈鐵長門開間關陸陽隊階際隨險雙離難雲電鞏響項順須預頓領頭題額願類顧顯風養餘館馬驗體鬥鹹麗點黨龍"
)
_PUNCTUATION = "，。、；：？！“”‘’《》〈〉（）【】〔〕「」『』—…·•～％＋－　"
_FULL_WIDTH = "".join(chr(0xFF10 + n) for n in range(10))
_COMMON = re.escape(_SIMPLIFIED + _TRADITIONAL + _PUNCTUATION + _FULL_WIDTH)
_NEUTRAL = "\t\n\r\f\v -~\u200b\u200c\u200d\ufeff\xa0"
# Most of a report is common: what is left without that is counted, not every character.
_ONE_NEUTRAL = re.compile(f"[{_NEUTRAL}]")
_KNOWN = re.compile(f"[{_COMMON}{_NEUTRAL}]+")
_CHINESE = re.compile(f"[{HAN}]+")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Plausibility:
    """What the characters of a decoded sample say about its decoding."""

    score: float  # -1 (nothing fits) … 1 (all are common characters); 1 for pure ASCII
    foreign: int  # characters beyond ASCII that were judged
    controls: int  # control characters that no text holds
    length: int  # characters of the sample


def plausibility(sample: str) -> Plausibility:
    """Measure how much a decoded text looks like Chinese officialese."""
    judged = len(sample) - len(_ONE_NEUTRAL.findall(sample))
    rare = _KNOWN.sub("", sample)
    wrong = _CHINESE.sub("", rare)
    common = judged - len(rare)
    return Plausibility(
        score=(common - len(wrong)) / judged if judged else 1.0,
        foreign=judged,
        controls=len(_CONTROL.findall(wrong)),
        length=len(sample),
    )


def least_plausible(text: str, reach: int) -> float:
    """The lowest score of any line that holds more than ASCII; 1 where there is none.

    A line that is longer than `reach` characters counts as several.
    """
    judged, cost = _tables()
    codes = wide_code_points(text)
    ends = np.append(np.flatnonzero(codes == ord("\n")), len(codes))
    starts = np.append(0, ends[:-1] + 1)
    further = [
        np.arange(start + reach, end, reach)
        for start, end in zip(starts, ends, strict=True)
        if end - start > reach
    ]
    starts = np.sort(np.concatenate([starts[starts < len(codes)], *further]))
    if not len(starts):
        return 1.0
    counts = np.add.reduceat(judged.take(codes, mode="clip"), starts, dtype=np.int64)
    costs = np.add.reduceat(cost.take(codes, mode="clip"), starts, dtype=np.int64)
    held = counts > 0
    scores = (counts[held] - costs[held]) / counts[held]
    return float(scores.min(initial=1.0))


@cache
def _tables() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """By code point, the last for all beyond it: is it judged, and what does it take off."""
    judged, cost = np.ones(0x10001, dtype=np.uint8), np.full(0x10001, 2, dtype=np.uint8)
    characters = "".join(map(chr, range(0x10000)))
    for pattern, table, value in (
        (_ONE_NEUTRAL, judged, 0),
        (_CHINESE, cost, 1),
        (_KNOWN, cost, 0),
    ):
        for found in pattern.finditer(characters):
            table[found.start() : found.end()] = value
    return judged, cost
