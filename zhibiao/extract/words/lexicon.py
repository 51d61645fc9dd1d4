"""The words of a text that mean something to the extractor, found in one pass.

Names of the catalogue and function words of official Chinese share one table; the longest word
at a place wins. What no word covers stays as unknown text: to the later stages a noun they do not
know.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import Final, NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from zhibiao.catalogue.indicators import Catalogue, Name
from zhibiao.compiled import mypyc_attr
from zhibiao.extract.words.bodies import expanded
from zhibiao.language.wording import wording

# Classes of words, as bits: a word may belong to several.
UP: Final = 1
DOWN: Final = 2
TO: Final = 4
FROM: Final = 8
CREATE: Final = 16
REACH: Final = 32
TOTAL: Final = 64
GE: Final = 128
LE: Final = 256
APPROX: Final = 512
COMPARE: Final = 1024
SHARE: Final = 2048
SHARE_END: Final = 4096
EACH: Final = 8192
DISTRIBUTE: Final = 16384
AMONG: Final = 32768
TONE: Final = 65536
FILL: Final = 131072
VERBISH: Final = 262144
REGION: Final = 524288
OTHER_REGION: Final = 1048576
PART: Final = 2097152
TIME: Final = 4194304
COMMA: Final = 8388608
LIST: Final = 16777216
NAME: Final = 33554432
NUMBER: Final = 67108864
OPEN: Final = 134217728
CLOSE: Final = 268435456
HEAD: Final = 1073741824  # 产量, 面积: a head whose topic stands earlier
JOIN: Final = 536870912  # 和与及以及: join list items
BETTER: Final = 2147483648  # 同比改善: a fall of what had better be low, a rise of the rest

_CLASSES: Final = {
    "up": UP, "down": DOWN, "to": TO, "from": FROM, "create": CREATE, "reach": REACH,
    "total": TOTAL, "ge": GE, "le": LE, "approx": APPROX, "compare": COMPARE, "share": SHARE,
    "share_end": SHARE_END, "each": EACH, "distribute": DISTRIBUTE, "among": AMONG, "tone": TONE,
    "fill": FILL, "verbish": VERBISH, "region": REGION, "other_region": OTHER_REGION,
    "part": PART, "join": JOIN, "time": TIME, "better": BETTER, "unknown": 0,
}  # fmt: skip
_PUNCTUATION: Final = {
    "，": COMMA, "：": COMMA, "、": LIST, "（": OPEN, "(": OPEN, "）": CLOSE, ")": CLOSE,
    ",": COMMA, ":": COMMA, "。": COMMA,  # within a sentence: behind its topic
    "；": COMMA, ";": COMMA,  # within one: before a rise of what it has told of
}  # fmt: skip


_WORDING: Final = wording(__name__)
_PARTING: Final = _WORDING.words("parting")
_UNDERTAKINGS: Final = _WORDING.words("undertakings")
_HEADS_PARTED: Final = _WORDING.words("heads_parted")
_VERBS_PARTING: Final = _WORDING.words("verbs_parting")
# What to look for -> the head at its end, which is the name's.
_PARTED: Final = dict.fromkeys(_PARTING, "") | {
    before + verb + head: head
    for before in ("", *_WORDING.words("before_verbs_parting"))
    for verb in _VERBS_PARTING
    for head in _HEADS_PARTED
}
# 年均增长 -> the half of a name that follows the time, which is a word of its own
_TIMED: Final = {
    time + half: half
    for half in _WORDING.words("halves_behind")
    for time in _WORDING.words("times_parting")
}
# What the rest of them hold: 完成投资 -> itself, 累计完成投资 and whatever else ends so
_BY_VERB_AND_HEAD: Final = {
    verb + head: tuple(word for word in _PARTED if word.endswith(verb + head))
    for verb in _VERBS_PARTING
    for head in _HEADS_PARTED
}
_ORDER: Final = {word: i for i, word in enumerate(_PARTED)}
# 年增长 -> 年增长, 比上年增长 and whatever else of _TIMED ends so: searched for once
_TIMED_BY_END: Final = {
    end: tuple(word for word in _TIMED if word.endswith(end))
    for end in _TIMED
    if not any(end != word and end.endswith(word) for word in _TIMED)
}
_APART: Final = "\0"  # stands in no word
_DIGIT: Final = re.compile("[0-9]")
_LONG_ENOUGH: Final = 4  # characters of a name that may be parted


@mypyc_attr(acyclic=True)
class Token:
    """A word, a number, a mark or a stretch of unknown text (mask 0); offsets into the text.

    A plain class, for compiled ones have their fields at fixed places: a report has 3,000 tokens,
    each looked at some ten times.
    """

    __slots__ = ("end", "mask", "name", "number", "start")

    def __init__(self, mask: int, start: int, end: int, name: Name | None, number: int) -> None:
        self.mask = mask
        self.start = start
        self.end = end
        self.name = name
        self.number = number  # index of the number; -1


class Found(NamedTuple):
    """The words found in several stretches of a text."""

    stretches: list[tuple[int, int]]
    matches: list[tuple[int, int, int]]  # in all of them, joined; one more stands behind them
    # where in the text words stand that may part a name, by the stretch: the first of each word
    parting: dict[int, list[tuple[int, str]]]


class Scanner:
    """Finds the words of one catalogue and of the lexicon, the longest at each place.

    An Aho-Corasick automaton finds them all in one pass, linear in the text however many words.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        masks = dict(function_words())
        names = catalogue.names
        for word, mark in _PUNCTUATION.items():
            masks[word] = mark
        for indicator in catalogue.indicators.values():
            if indicator.topic is not None:
                masks.update(dict.fromkeys(indicator.topic.heads, HEAD))
        for word in names:
            masks[word] = NAME
        self._classes = [(mask, names.get(word)) for word, mask in masks.items()]
        self._longest = max(map(len, masks))
        # 增长 -> 服务业 and whatever else it ends a name with, the longest first
        self._halves = {
            half: tuple(sorted(_before(half, names), key=len, reverse=True))
            for half in set(_TIMED.values())
        }
        self._names = names
        # the characters that words with digits begin with
        self._begin_numbered = {word[0] for word in masks if _DIGIT.search(word) is not None}
        self._automaton = AhoCorasick(list(masks), matchkind=MatchKind.LeftmostLongest)

    def name_over(self, text: str, offset: int, start: int) -> bool:
        """Whether the digits at an offset belong to a word: the 2.5 of PM2.5."""
        begin = offset
        while begin > start and text[begin - 1].isascii() and text[begin - 1].isalpha():
            begin -= 1
        if "0" <= text[offset] <= "9" and text[begin] not in self._begin_numbered:
            return False  # as of most
        found = self._automaton.find_matches_as_indexes(text[begin : begin + self._longest])
        return bool(found) and found[0][1] == 0 and begin + found[0][2] > offset

    def words(self, text: str, start: int, end: int) -> list[Token]:
        """The tokens of text[start:end]; unknown stretches become tokens of mask 0."""
        return self.tokens(text, self.find(text, [(start, end)]), None)[0]

    def find(self, text: str, stretches: list[tuple[int, int]]) -> Found:
        """The words of several stretches, found in one search: begun for each of the hundreds of a
        report, it takes a third longer."""
        joined = _APART.join([text[start:end] for start, end in stretches])
        matches = self._automaton.find_matches_as_indexes(joined)
        matches.append((0, len(joined) + 1, 0))  # behind all stretches
        return Found(stretches, matches, _parting(joined, stretches, self._halves))

    def hold(self, found: Found, wanted: int) -> list[bool]:
        """Whether each stretch may hold a word of these classes: told without its tokens, for to
        make those takes longer than to find the words."""
        classes = self._classes
        held: list[bool] = []
        at = begins = 0
        for start, end in found.stretches:
            begins += end - start + 1
            met = 0
            while found.matches[at][1] < begins:
                met |= classes[found.matches[at][0]][0]
                at += 1
            held.append(bool(met & wanted) or len(held) in found.parting)
        return held

    def tokens(self, text: str, found: Found, needed: list[bool] | None) -> list[list[Token]]:
        """The tokens of each stretch, as `words`; of those that are not needed none."""
        classes, matches, parting = self._classes, found.matches, found.parting
        index, first, last = matches[0]
        at = 0  # of `matches`
        begins = 0  # where the stretch begins in `joined`
        read: list[list[Token]] = []
        for start, end in found.stretches:
            tokens: list[Token] = []
            moved = start - begins
            begins += end - start + 1
            if needed is not None and not needed[len(read)]:
                while first < begins:
                    at += 1
                    index, first, last = matches[at]
                read.append(tokens)
                continue
            unknown = start
            while first < begins:
                if unknown < first + moved:
                    tokens.append(Token(0, unknown, first + moved, None, -1))
                mask, name = classes[index]
                unknown = last + moved
                tokens.append(Token(mask, first + moved, unknown, name, -1))
                at += 1
                index, first, last = matches[at]
            if unknown < end:
                tokens.append(Token(0, unknown, end, None, -1))
            for place, word in parting.get(len(read), ()):
                if word in _TIMED:
                    self._name_half(text, start, place, _TIMED[word], tokens)
                elif not text.endswith(_UNDERTAKINGS, start, place):
                    stop = place + len(word) - len(_PARTED[word])
                    self._join(text, (start, place, stop, end), tokens)
            read.append(tokens)
        return read

    def _name_half(self, text: str, start: int, end: int, half: str, tokens: list[Token]) -> None:
        """服务业年均增长, 城镇就业五年新增: what stands before the time is the name, of which the
        other half follows; changes the tokens."""
        own = next(one for one in self._halves[half] if text.endswith(one, start, end))
        begin = end - len(own)
        inside = [i for i, t in enumerate(tokens) if t.end > begin and t.start < end]
        first, last = tokens[inside[0]], tokens[inside[-1]]
        if last.end != end or (first.start < begin and first.mask):
            return
        made = [Token(NAME, begin, end, self._names[own + half], -1)]
        if first.start < begin:
            made.insert(0, Token(0, first.start, begin, None, -1))
        tokens[inside[0] : inside[-1] + 1] = made

    def _join(self, text: str, places: tuple[int, int, int, int], tokens: list[Token]) -> None:
        """民生领域累计支出, 房地产完成投资: a name that a word parts is one; changes the tokens."""
        start, at, stop, end = places
        left = text[max(start, at - self._longest) : at]
        joined = left + text[stop : min(end, stop + self._longest)]
        for index, first, last in self._automaton.find_matches_as_indexes(joined):
            mask, name = self._classes[index]
            if first < len(left) < last and mask == NAME and last - first >= _LONG_ENOUGH:
                begin, close = at - len(left) + first, stop + last - len(left)
                inside = [i for i, t in enumerate(tokens) if t.end > begin and t.start < close]
                edges = tokens[inside[0]], tokens[inside[-1]]
                if any(edge.mask and not begin <= edge.start < edge.end <= close for edge in edges):
                    return
                parts = (
                    Token(0, edges[0].start, begin, None, -1),
                    Token(mask, begin, close, name, -1),
                    Token(0, close, edges[1].end, None, -1),
                )
                tokens[inside[0] : inside[-1] + 1] = [t for t in parts if t.start < t.end]
                return


def _before(half: str, names: Mapping[str, Name]) -> set[str]:
    """What names begin with that end in a half."""
    return {name[: -len(half)] for name in names if name.endswith(half) and name != half}


def _parting(
    joined: str, stretches: list[tuple[int, int]], halves: dict[str, tuple[str, ...]]
) -> dict[int, list[tuple[int, str]]]:
    """Where words stand that may part a name, as `Found` has them."""
    words, timed = _words_parting(joined), _timed(joined, halves)
    found: dict[int, list[tuple[int, str]]] = {}
    if not words and not timed:
        return found
    begins = [0]  # of each stretch in `joined`, and of what would stand behind the last
    for start, end in stretches:
        begins.append(begins[-1] + end - start + len(_APART))
    for _, at, word in words:
        number = bisect_right(begins, at) - 1
        own = found.setdefault(number, [])
        if not own or own[-1][1] != word:
            own.append((stretches[number][0] + at - begins[number], word))
    for at, word in timed:
        number = bisect_right(begins, at) - 1
        own = found.setdefault(number, [])
        own.append((stretches[number][0] + at - begins[number], word))
    return found


def _words_parting(joined: str) -> list[tuple[int, int, str]]:
    """Where the words of _PARTED stand, with their places in it: word by word, in order.

    Looked for by their verbs, for most verbs stand before no head: to look for each of the words
    takes several times as long.
    """
    found: list[tuple[int, int, str]] = []
    for word in _PARTING:
        at = joined.find(word)
        while at >= 0:
            found.append((_ORDER[word], at, word))
            at = joined.find(word, at + 1)
    for verb in _VERBS_PARTING:
        at = joined.find(verb)
        while at >= 0:
            if joined.startswith(_HEADS_PARTED, at + len(verb)):
                found += _ending(joined, at, verb)
            at = joined.find(verb, at + 1)
    found.sort()
    return found


def _ending(joined: str, at: int, verb: str) -> list[tuple[int, int, str]]:
    """The same, of those that end in the verb at an offset and the head behind it."""
    found: list[tuple[int, int, str]] = []
    for head in _HEADS_PARTED:
        if joined.startswith(head, at + len(verb)):
            end = at + len(verb) + len(head)
            for word in _BY_VERB_AND_HEAD[verb + head]:
                if joined.endswith(word, 0, end):
                    found.append((_ORDER[word], end - len(word), word))
    return found


def _timed(joined: str, halves: dict[str, tuple[str, ...]]) -> list[tuple[int, str]]:
    """服务业年均增长: where a word of time stands between the halves of a name."""
    found: list[tuple[int, str]] = []
    for end, words in _TIMED_BY_END.items():
        before = halves[_TIMED[end]]
        at = joined.find(end)
        while at >= 0:
            for word in words:
                start = at + len(end) - len(word)
                if joined.startswith(word, start) and joined.endswith(before, 0, start):
                    found.append((start, word))
            at = joined.find(end, at + 1)
    return found


@lru_cache(maxsize=1)
def function_words() -> dict[str, int]:
    """Word -> classes, of data/lexicon.toml."""
    source = resources.files("zhibiao.extract.words").joinpath("data", "lexicon.toml")
    masks: dict[str, int] = {}
    for name, templates in tomllib.loads(source.read_text("utf-8")).items():
        bit = _CLASSES[name]
        for word in expanded(templates):
            masks[word] = masks.get(word, 0) | bit
    return masks


@lru_cache(maxsize=8)
def scanner(catalogue: Catalogue) -> Scanner:
    """The scanner of a catalogue, made once."""
    return Scanner(catalogue)
