"""Word templates: `[a|b]` is an optional part, `(a|b)` a choice; and tries written as patterns."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import product

_PARTS = re.compile(r"\[([^\[\]()]*)\]|\(([^\[\]()]*)\)|([^\[\]()]+)")


def expand(template: str) -> list[str]:
    """All words that a template stands for.

    Raises ValueError when its brackets do not match or nest.
    """
    choices: list[list[str]] = []
    at = 0
    for part in _PARTS.finditer(template):
        if part.start() != at:
            break
        at = part.end()
        optional, choice, literal = part.groups()
        if optional is not None:
            choices.append(["", *optional.split("|")])
        elif choice is not None:
            choices.append(choice.split("|"))
        else:
            choices.append([literal])
    if at != len(template) or not template:
        raise ValueError(f"brackets do not match or nest in {template!r}")
    return sorted({"".join(parts) for parts in product(*choices)} - {""})


class _Node:
    __slots__ = ("children", "ends")

    def __init__(self) -> None:
        self.children: dict[str, _Node] = {}
        self.ends = False


# The characters that official Chinese uses most, most frequent first. The matcher tries the
# branches of an alternation in order: with these first it finds the right one early.
_FREQUENT = (
    "，的、和国业一大发工建展民人要进产加中经政全有设在实年化作力生是地主会我改制不增行新社济重动高农资”“强以了家成持各合能保市们革个推提企上方"
    "务体对为理面区现定开义等分基平度用好长同出法五到这项本部学施城坚入多步技利点关治十量级水机代三公事目品造完续育来结文系于就创性计快管决支规划"
    "科教万金时外活积过共府村投深应质善策稳极收安服百取得自调场总下必二种放整术商领内亿效更争四心立通元费之导正前位群程期构可优统任特防向解比标第"
    "题省九些所营继都问众也域党护促使把做当权源路办范后战消口严际落升财扩须运件明物两益条员集础与小而环广融信表格着精干还批需联求反价今形从转乡其"
    "达原交门数意式风切流境他型准职医相将族命别海八少认情速及由电健确努态打并六世界线间研团供引先控障道军专起监镇抓协子果思千变备局斗去险势已居低"
    "节央院想县台组处阶较真根减贸食示指难劳税七依适然措很美率单责养助值老因固色接次國挥困逐断才略粮试综充神突最西况均模贯预培议维复执料验东证彻配"
)


def trie_pattern(words: Iterable[str]) -> str:
    """A pattern that matches the longest of the words at a place, without backtracking over words.

    A plain alternation tries every word at every character; a trie tries each character once.
    """
    root = _Node()
    for word in words:
        node = root
        for character in word:
            node = node.children.setdefault(character, _Node())
        node.ends = True
    rank = {character: place for place, character in enumerate(_FREQUENT)}
    # Each branch of the root begins with a literal, so that a search can skip other characters.
    return "|".join(
        re.escape(character) + _tail(child)
        for character, child in sorted(
            root.children.items(), key=lambda pair: (rank.get(pair[0], len(rank)), pair[0])
        )
    )


def _tail(node: _Node) -> str:
    return _pattern(node) if node.children else ""


def _pattern(node: _Node) -> str:
    leaves = sorted(c for c, child in node.children.items() if not child.children)
    branches: list[str] = []
    for character, child in sorted(node.children.items()):
        if child.children:
            branches.append(re.escape(character) + _pattern(child))
    if len(leaves) == 1:
        branches.append(re.escape(leaves[0]))
    elif leaves:
        branches.append("[" + "".join(re.escape(c) for c in leaves) + "]")
    body = branches[0] if len(branches) == 1 else "(?:" + "|".join(branches) + ")"
    if node.ends:
        body = f"(?:{body})?"
    return body
