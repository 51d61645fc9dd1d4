"""Traditional characters and variants read as simplified ones, one by one, so offsets stay."""

from __future__ import annotations

import re

_PAIRS = (
    "億亿萬万產产産产業业農农總总額额長长國国內内學学個个點点達达過过後后增增減减幾几餘余間间計计劃划歲岁"
    "會会發发時时開开貿贸進进來来資资財财収收稅税預预糧粮擔担噸吨幣币縣县區区鄉乡鎮镇億亿戶户畝亩電电鋼钢鐵铁"
    "煤煤實实現现當当與与較较將将約约佔占為为爲为從从單单價价數数據据棉棉紗纱製制造造設设備备機机車车輛辆條条頭头"
    "隻只種种類类項项層层樓楼處处歷历縮缩擴扩續续繼继應应該该關关於于動动勞劳員员職职術术軍军費费"
    "鐘钟際际華华東东專专兩两嚴严並并喪丧豐丰臨临麗丽舉举義义樂乐習习書书買买亂乱爭争雲云"
    "這这說说還还們们無无對对經经濟济領领導导體体質质運运輸输築筑復复壯壮勝胜"
)
_POINT = re.compile("(?<=[0-9])[·•](?=[0-9]+[%％])")  # 19·5%: a decimal point of some prints
_TABLE = {ord(a): b for a, b in zip(_PAIRS[::2], _PAIRS[1::2], strict=True)}


def simplified(text: str) -> str:
    """The text with its variants replaced; as long as before."""
    if "萬" in text or "億" in text or "産" in text or "產" in text or "們" in text:
        text = text.translate(_TABLE)
    if "·" in text or "•" in text:
        text = _POINT.sub(".", text)
    return text.replace("％", "%").replace("(", "（").replace(")", "）").replace(":", "：")
