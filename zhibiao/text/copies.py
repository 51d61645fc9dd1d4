"""A report that a page prints twice: an excerpt before the body, or the body again.

Two prints of one text differ in blanks, line ends and marks. They are compared sentence by
sentence, by their signs alone: Chinese characters, letters and digits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Final, NamedTuple

from zhibiao.text.characters import hidden
from zhibiao.text.signs import Signs
from zhibiao.text.signs import signs as signs_of

_SIGNS: Final = re.compile(r"[\u3400-\u9fffA-Za-z0-9]+")
_SENTENCE: Final = re.compile(r"[^。！？!?；;：:\n]+[。！？!?；;：:]*")
_MARK: Final = re.compile(r"[，,、。；;：:！!？?…]|\.{3}")
_ADDRESS: Final = re.compile(r"各\s*位\s*(?:代\s*表|委\s*员)|同志们\s*[:：]")
_FRONT_MATTER: Final = re.compile(r"工作报告|会议上|各位代表")
_STATES: Final = re.compile(r"[。；;…！]|\.{3}")
_SHORTEST: Final = 10  # signs of a sentence that tells anything
_TELLING: Final = 16  # signs of one that two texts hardly share by chance
_OPENING: Final = 12  # telling sentences, of those with which a print may begin
_HEAD: Final = 4_000  # characters within which the first print begins
_EXCERPT: Final = 60  # signs of the shortest excerpt
_ALIKE: Final = 0.85  # of a print's signs that the other one has
_MOST_PRINTS: Final = 4
_SAMPLED: Final = 8  # sentences that are compared before all are
_SHARED: Final = 0.4  # of those
_REACH: Final = 200  # characters behind the last sentence that two prints share
_STOPS: Final = re.compile(r"[\n。…]|\.\.")
_LONG: Final = 300_000  # characters; in a longer text only whole sentences are looked for


class _Sentence(NamedTuple):
    start: int  # half-open, characters of the text
    end: int
    signs: str


def is_copy(one: str, other: str) -> bool:
    """Whether one of two texts holds (nearly) all sentences of the other."""
    shorter, longer = sorted((one, other), key=len)
    sentences = list(_sentences(shorter, Signs(shorter)))
    sampled = sentences[:: max(1, len(sentences) // _SAMPLED)]
    signs = signs_of(longer)
    if sum(s.signs in signs for s in sampled) <= _SHARED * len(sampled):
        return False
    total = _size(sentences)
    holds = _holding(longer, signs)
    alike = _size([s for s in sentences if holds(s.signs)])
    return total >= _EXCERPT and alike >= _ALIKE * total


def without_copies(text: str) -> str:
    """`text` with all prints of the report but one hidden, and leads that quote it; as long."""
    signs = Signs(text)
    for _ in range(_MOST_PRINTS):
        found = _copy(text, signs)
        if found is None:
            break
        text = _with_hidden(text, *found)
        signs = Signs(text)
    return _without_quotes(text, signs)


def _copy(text: str, signs: Signs) -> tuple[int, int] | None:
    """The stretch of the lesser of two prints; None where there is only one."""
    head = _sentences(text, signs, end=_HEAD)
    opening = islice((s for s in head if len(s.signs) >= _TELLING), _OPENING)
    repeated = [s for s in opening if _is_repeated(s.signs, signs.all)]
    if not repeated:
        return None
    sentences = list(_sentences(text, signs))
    for first in repeated:
        again = _found_again(text, signs, first)
        if again is None:
            continue
        start, second = _alike_before(text, first.start, again)
        one = [s for s in sentences if start <= s.start < second]
        two = [s for s in sentences if s.end > again]
        fronts = signs.of(start, first.start)  # what stands before both of them
        fronts = fronts if _FRONT_MATTER.search(fronts) else ""
        lesser = _held(text, two, text[start:second], fronts)
        if lesser is None or _size(one) < _size(two) * _ALIKE:
            earlier = _held(text, one, text[second:], fronts)
            if earlier is not None:
                return start, min(earlier, second)
        if lesser is not None:
            return second, lesser
    return None


def _is_repeated(words: str, signs: str) -> bool:
    return signs.find(words, signs.find(words) + 1) >= 0


def _found_again(text: str, signs: Signs, first: _Sentence) -> int | None:
    """Where the next print of a sentence begins, however it is set there."""
    before = len(signs.of(0, first.start))
    at = signs.all.find(first.signs, before + 1) - before
    for run in _SIGNS.finditer(text, first.start) if at > 0 else ():
        if at < len(run[0]):
            return run.start() + at
        at -= len(run[0])
    return None


def _alike_before(text: str, first: int, second: int) -> tuple[int, int]:
    """Both places, moved back over the short lines that stand before either of them."""
    signs = _places_before(text, 0, first), _places_before(text, first, second)
    for left, right in zip(*signs, strict=False):
        if text[left] != text[right]:
            break
        first, second = left, right
    return first, second


def _places_before(text: str, start: int, end: int) -> Iterator[int]:
    """The places of the signs of a stretch, the last first."""
    return (place for place in range(end - 1, start - 1, -1) if _SIGNS.match(text, place))


def _held(text: str, sentences: Sequence[_Sentence], other: str, fronts: str) -> int | None:
    """Where a print ends whose sentences the other one holds; None where it holds too few."""
    signs = signs_of(other)
    holds = _holding(other, signs)
    alike = [s for s in sentences if holds(s.signs)]
    size = _size(alike)
    # A text may say the same again and again; a print is more than that.
    if not alike or len(fronts) + sum(map(len, {s.signs for s in alike})) < _EXCERPT:
        return None
    end = alike[-1].end
    before = _size([s for s in sentences if s.end <= end])
    # An excerpt may be followed by a few words of the page, but by no report of its own.
    behind = _size(sentences) - before
    if size < _ALIKE * before or behind > max(2 * _EXCERPT, (1 - _ALIKE) * size):
        return None
    return _alike_behind(text, end, signs, alike[-1])


def _alike_behind(text: str, end: int, signs: str, last: _Sentence) -> int:
    """The end, moved on over what follows in both prints: headings, half a sentence.

    `signs` are those of the other one.
    """
    at = signs.find(last.signs) + len(last.signs)
    for place in range(end, min(len(text), end + _REACH)):
        character = text[place]
        if _SIGNS.match(character):
            if signs[at : at + 1] != character:
                break
            at += 1
        elif _STOPS.match(text, place):
            end = place
    return end


def _without_quotes(text: str, signs: Signs) -> str:
    """The same without lines before the address that only quote what stands below it."""
    address = _ADDRESS.search(text, 0, _HEAD)
    if address is None:
        return text
    holds = None
    for line in re.finditer(r"[^\n]+", text[: address.start()]):
        told = list(_sentences(text, signs, line.start(), line.end()))
        if _size(told) < 2 * _SHORTEST or not _STATES.search(line[0]):
            continue
        if holds is None:
            speech = text[address.start() :]
            holds = _holding(speech, signs.of(address.start(), len(text)))
        if all(holds(sentence.signs) for sentence in told):
            text = _with_hidden(text, line.start(), line.end())
    return text


def _holding(text: str, signs: str) -> Callable[[str], bool]:
    """A test of whether a sentence's signs stand in a text, of which all signs are given."""
    if len(text) > _LONG:
        return {sentence.signs for sentence in _sentences(text, Signs(text))}.__contains__
    return signs.__contains__


def _sentences(
    text: str, signs: Signs, start: int = 0, end: int | None = None
) -> Iterator[_Sentence]:
    """The sentences of a stretch; `signs` are those of the whole text."""
    for match in _SENTENCE.finditer(text, start, len(text) if end is None else end):
        begins, ends = match.span()
        # Titles and links have no mark.
        if ends - begins < _SHORTEST or not _MARK.search(text, begins, ends):
            continue
        own = signs.of(begins, ends)
        if len(own) >= _SHORTEST:
            yield _Sentence(begins, ends, own)


def _size(sentences: Sequence[_Sentence]) -> int:
    return sum(len(sentence.signs) for sentence in sentences)


def _with_hidden(text: str, start: int, end: int) -> str:
    return text[:start] + hidden(text[start:end]) + text[end:]
