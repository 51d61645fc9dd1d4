"""What kind of government reports: that of a province, a city, a county, a town."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

from zhibiao.gazetteer.gazetteer import NATION, SPECIAL, Mention, Region
from zhibiao.language.wording import wording

OPENING: Final = 1500  # characters in which a report introduces itself
_WORDING: Final = wording(__name__)
_INTRODUCTION: Final = _WORDING.pattern("introduction")
_KIND: Final = _WORDING.pattern("kind")
_ZONE: Final = _WORDING.text("special_zone")
_PREFECTURE: Final = _WORDING.text("prefecture")
_AUTONOMOUS: Final = _WORDING.text("autonomous")
# Kind: what the names of such regions end in.
_ENDINGS: Final = {kind: (kind,) for kind in _WORDING.words("kinds")} | {_ZONE: (SPECIAL, _ZONE)}
_BELOW_PROVINCE: Final = _WORDING.text("below_province")
_OFFICES_BELOW: Final = _WORDING.words("offices_below")
_OF_PREFECTURES: Final = _WORDING.words("of_prefectures")
_NEW_AREA: Final = _WORDING.text("new_area")
PEOPLES: Final = _WORDING.text("peoples")
_LOWER: Final = _WORDING.pattern("lower")
_ONESELF: Final = _WORDING.pattern("oneself")
_OWN_LEAST: Final = 6  # times that a text says 全市 or 我市, for its kind to be known by that
_OWN_TIMES: Final = 2  # as often as the next
_BELOW_SHARE: Final = 4  # a kind below counts from a quarter of those times on


@dataclass(frozen=True, kw_only=True, slots=True)
class Government:
    """Whose government reports, as far as the text says it without a name."""

    kind: str  # a key of _ENDINGS, "lower" for a town's or a zone's, "" where it is unknown
    stated: bool  # 我代表市人民政府; else counted out of 全市 and 我市
    named: str  # what stands between 代表 and 人民政府: 清河县, 市
    by: str  # the introduction as it is written

    def may_be(self, mention: Mention, region: Region) -> bool:
        """Whether a region, under its name or the one that is written, is of this kind."""
        if not self.kind or region.code == NATION:
            return not self.kind
        names = [region.name]
        if mention.kind != "short":
            names.append(mention.name)
        names += [former for former, _ in region.former if former == mention.name]
        return any(self._is_kind(name) for name in names)

    def is_of(self, region: Region) -> bool:
        """Whether a region is of this kind by its present name."""
        return bool(self.kind) and self._is_kind(region.name)

    def _is_kind(self, name: str) -> bool:
        if self.kind == "区":
            return name.endswith("区") and (
                not name.endswith((_AUTONOMOUS, _PREFECTURE, SPECIAL))
                or (name.endswith(_AUTONOMOUS) and not self.stated)
            )
        return name.endswith(_ENDINGS.get(self.kind, ()))


def reporting_government(text: str) -> Government:
    """The kind of government, by the introduction, or else by what the text calls its own."""
    for match in _INTRODUCTION.finditer(text, 0, OPENING):
        kind = _kind_of(match["name"], match["office"])
        if kind is not None:
            return Government(kind=kind, stated=True, named=match["name"], by=match[0])
    counts = Counter(match[1] for match in _ONESELF.finditer(text))
    below = _kinds_below(counts)
    if below:
        return Government(kind=below if len(below) == 1 else "", stated=False, named="", by="")
    ranked = [*counts.most_common(2), ("", 0), ("", 0)]
    (kind, most), (_, next_most) = ranked[:2]
    clear = most >= _OWN_LEAST and most >= _OWN_TIMES * next_most
    return Government(kind=kind if clear else "", stated=False, named="", by="")


def _kinds_below(counts: Counter[str]) -> str:
    """Kinds below the province that are spoken of often enough, where 全省 is most so.

    Those below speak often of what is above them, and never the other way round.
    """
    top, most = (counts.most_common(1) or [("", 0)])[0]
    least = max(_OWN_LEAST, most / _BELOW_SHARE)
    return "".join(kind for kind in _BELOW_PROVINCE if counts[kind] >= least) if top == "省" else ""


def _kind_of(name: str, office: str) -> str | None:
    """None: this is no introduction (代表党和政府)."""
    if office in _OFFICES_BELOW or _LOWER.search(name):
        # 神农架林区, 浦东新区 and their like have a people's government and a name.
        return "区" if name.endswith(_NEW_AREA) and office == PEOPLES else "lower"
    if office in _OF_PREFECTURES:
        return "盟" if name.endswith("盟") else _PREFECTURE
    found = _KIND.search(name)
    if found is None:
        return None
    return _ZONE if found[0] == SPECIAL else found[0]
