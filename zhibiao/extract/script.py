"""Traditional characters and variants read as simplified ones, one by one, so offsets stay."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

_POINT = re.compile("(?<=[0-9])[·•](?=[0-9]+[%％])")  # 19·5%: a decimal point of some prints


@cache
def _table() -> dict[int, str]:
    lines = (files("zhibiao.extract") / "data" / "traditional.txt").read_text("utf-8").splitlines()
    return {ord(line[0]): line[1] for line in lines if not line.startswith("#")}


def simplified(text: str) -> str:
    """The text with its variants replaced; as long as before."""
    if any(character in text for character in "萬億産產們國業農經"):
        text = text.translate(_table())
    if "·" in text or "•" in text:
        text = _POINT.sub(".", text)
    return text.replace("％", "%").replace("(", "（").replace(")", "）").replace(":", "：")
