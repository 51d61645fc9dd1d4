"""Marks that sites print between the words of a text, so that a copy shows where it is from."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from zhibiao.text.characters import HIDDEN
from zhibiao.text.chinese import HAN

# 0 k' W4 b) h; n& S: what forums hide between lines.
_NOISE: Final = re.compile(r"[!-~](?<![!-~].)[!-~]? (?:[!-~]{1,2} ){3,59}[!-~]{1,2}(?![!-~])")
_MAY_BE_NOISE: Final = re.compile(r" (?:[!-~]{1,2} ){3}")  # what all of it holds
_DOMAIN: Final = "(?:com|cn|net|org|gov|edu|info|cc|top|vip)"
_ADDRESS: Final = re.compile(
    r"(?:https?://)?(?:\d+(?=[a-z])(?!\d*www)|(?<![a-z]))(?:[a-z][a-z0-9-]*\.)(?:[a-z0-9-]+\.){0,3}"
    rf"{_DOMAIN}(?:\.cn)?(?![a-z])"
    r"(?:/[a-z0-9_./?=&%#~-]*?\.(?:s?html?|aspx?|php|jsp)|/[a-z_./?=&%#~-]*)?",
    re.IGNORECASE,
)
# What every address holds; sooner looked for in a text without any.
_MAY_BE_ADDRESSED: Final = re.compile(rf"\.{_DOMAIN}", re.IGNORECASE)
_LEADING: Final = re.compile(
    r"(?:本文|资料|文章|更多)?(?:来源|来自|转载自|转自|转载|出自|摘自|选自)[于自:：]?[\u4e00-\u9fff]{0,10}$"
)
_BRACKETED: Final = re.compile(
    r"[（(【\[〔](?=[^（()）【】\[\]\n]{2,50}[）)】\]〕])[^（()）【】\[\]\n]{0,24}"
    r"(?:www\.|\.com|\.cn|\.net|来源[:：]|转载|版权所有|(?:关注|微信)公众号|(?:论坛|文库|范文|文秘|公文|资料)网)"
    r"[^（()）【】\[\]\n]{0,30}[）)】\]〕]",
    re.IGNORECASE,
)
# Words that the names of sites, and their notices, have. Each begins with one plain character:
# only then is a search for all of them fast.
_SITES: Final = (
    "资讯|信息|资料|公文|文秘|材料|学习|数据|文档|县域|党建|写作|报告|政府|新闻|日报|统计|范文|秘书"
    "|资源|课件|论文|文库|政务|中国[\u4e00-\u9fff]{2,6}"
)
_WORDS: Final = re.compile(
    _SITES.replace("|", "网|")
    + "网|论坛|文库|公众号|之家|水印|版权|转载|微信|Q[Qq]|q[Qq]|仅供|禁止|严禁复|文秘|范文|资料库"
    r"|w[Ww]{2}\.|W[Ww]{2}\.|@"
)
_PROSE: Final = re.compile(r"[，,。；;！]")
_PROSE_LENGTH: Final = 25
_REACH: Final = 12  # characters of a watermark on either side of its telling word
_LEAST_LENGTH: Final = 4
_LEAST_COUNT: Final = 3
_SHARE: Final = 0.5  # of its places in which its neighbours belong together
_OF_NUMBER: Final = frozenset("0123456789.,%，。、；;")  # at its ends they are the text's
_MOST_WORDS: Final = 3_000  # telling words of a text; with more, it is no report
_NUMBER: Final = re.compile(r"\d[\d.%亿万元个]|\.\d|[.\d]$")
_WORD: Final = re.compile(f"[{HAN}]{{2}}")


def without_watermarks(text: str) -> str:
    """`text` with watermarks hidden; as long as before.

    A string is one if it stands in several places whose neighbours belong together without it
    (生产·总值), or if it is an address or a source in the middle of prose.
    """
    if _MAY_BE_NOISE.search(text):
        text = _NOISE.sub(_noise, text)
    ranges = [*_addresses(text), *_repeated(text)]
    if not ranges:
        return text
    characters = list(text)
    for start, end in ranges:
        characters[start:end] = HIDDEN * (end - start)
    return "".join(characters)


def _noise(found: re.Match[str]) -> str:
    marks = sum(not character.isalnum() and character != " " for character in found[0])
    letters = sum(character.isalpha() for character in found[0])
    return HIDDEN * len(found[0]) if marks >= 2 and letters >= 2 else found[0]


def _addresses(text: str) -> Iterator[tuple[int, int]]:
    """Addresses and sources inside lines of prose; on lines of their own they are the page's."""
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    patterns = [_BRACKETED] if "." in text or "（" in text or "【" in text else []
    if _MAY_BE_ADDRESSED.search(text):
        patterns.append(_ADDRESS)
    for pattern in patterns:
        for match in pattern.finditer(text):
            line_start = text.rfind("\n", 0, match.start()) + 1
            line_end = text.find("\n", match.end())
            line_end = len(text) if line_end < 0 else line_end
            rest = text[line_start : match.start()] + text[match.end() : line_end]
            if len(rest) >= _PROSE_LENGTH and _PROSE.search(rest):
                found[match[0].lower()].append(match.span())
    for places in found.values():
        before = [text[max(0, start - _REACH) : start] for start, _ in places]
        name = _shared_end(before) if len(before) >= 2 else ""
        name = name if len(name) >= 2 else ""
        for (start, end), words in zip(places, before, strict=True):
            leading = _LEADING.search(words)
            yield start - max(len(name), len(leading[0]) if leading else 0), end


def _shared_end(pieces: list[str]) -> str:
    shared = pieces[0]
    for piece in pieces[1:]:
        while shared and not piece.endswith(shared):
            shared = shared[1:]
    return shared


def _repeated(text: str) -> Iterator[tuple[int, int]]:
    telling = list(_WORDS.finditer(text))
    if not _LEAST_COUNT <= len(telling) <= _MOST_WORDS:
        return
    places: dict[str, set[int]] = defaultdict(set)
    # What holds a telling word is not more often in the text than that.
    often = {word for word in {found[0] for found in telling} if _is_often(text, word)}
    for word in telling:
        if word[0] not in often:
            continue
        left = max(0, word.start() - _REACH)
        window = text[left : word.end() + _REACH]
        at = word.start() - left
        line = window.rfind("\n", 0, at) + 1
        stop = window.find("\n", at)
        stop = len(window) if stop < 0 else stop
        for start in range(line, at + 1):
            for end in range(at + len(word[0]), stop + 1):
                words = window[start:end]
                if len(words) >= _LEAST_LENGTH and not _OF_NUMBER.intersection(
                    words[:: len(words) - 1]
                ):
                    places[words].add(left + start)
    candidates = {words: at for words, at in places.items() if len(at) >= _LEAST_COUNT}
    if not candidates:
        return
    taken: set[int] = set()
    # The longest first: a part of a watermark is none of its own.
    for words in sorted(candidates, key=len, reverse=True):
        starts = sorted(candidates[words] - taken)
        if len(starts) >= _LEAST_COUNT and _is_inserted(text, words, starts):
            for start in starts:
                taken.update(range(start - len(words), start + len(words)))
                yield start, start + len(words)


def _is_often(text: str, word: str) -> bool:
    at = -1
    for _ in range(_LEAST_COUNT):
        at = text.find(word, at + 1)
        if at < 0:
            return False
    return True


def _is_inserted(text: str, words: str, places: list[int]) -> bool:
    """Whether what stands around these words belongs together, in most of their places."""
    joined = 0
    neighbours = set()
    for start in places:
        end = start + len(words)
        if start == 0 or end >= len(text):
            continue
        pair = text[start - 1] + text[end]
        neighbours.add(pair)
        if _NUMBER.match(pair) or (_WORD.match(pair) and pair in text):
            joined += 1
    return len(neighbours) >= _LEAST_COUNT and joined >= _SHARE * len(places)
