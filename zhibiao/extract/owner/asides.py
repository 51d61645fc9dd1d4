"""Stretches of a sentence that stand beside its main line: circumstances and brackets.

固定资产投资在龙头项目带动下增长23%; 新增规上企业50家（总数320家），增长12%. What they say, and the
numbers they hold, come between a name and its number without parting them, so each line is bound
by itself.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

from zhibiao.catalogue.indicators import Catalogue
from zhibiao.extract.number.numbers import Number
from zhibiao.extract.owner.binder import Binder
from zhibiao.extract.owner.bindings import Binding
from zhibiao.extract.scope.home import Home
from zhibiao.extract.words import lexicon as lx
from zhibiao.extract.words.lexicon import Token
from zhibiao.extract.words.sentences import Line
from zhibiao.language.wording import wording

_WORDING: Final = wording(__name__)
_CIRCUMSTANCE: Final = _WORDING.pattern("circumstance")
_OPENING: Final = _WORDING.pattern("opening")
_LONGEST_BRACKET: Final = 60
_YEAR_TOLD: Final = _WORDING.pattern("year_told")
_IN_YEAR: Final = _WORDING.pattern("in_year")
# Classes of words that bring no subject of their own.
_SAYS_NOTHING: Final = (
    lx.COMMA | lx.UP | lx.DOWN | lx.TO | lx.REACH | lx.GE | lx.LE | lx.FILL | lx.TIME | lx.NUMBER
)
_WITHIN: Final = _WORDING.words("within")
_EARLIER: Final = _WORDING.words("earlier")
_AFTER: Final = _WORDING.text("after")


def bind_lines(
    sentence: Line, numbers: list[Number], catalogue: Catalogue, home: Home,
    circumstances: list[tuple[int, int]], explaining: bool = False,
) -> list[Binding]:  # fmt: skip
    """The bindings of a sentence's main line and of its asides, in the order of the numbers."""
    text, tokens = sentence.text, sentence.tokens
    spans = (
        _asides(text, tokens, circumstances) if sentence.present & lx.OPEN or circumstances else []
    )
    if not spans:
        return Binder(sentence, numbers, catalogue, home, explaining).bind()
    main: list[int] = []
    lines: list[list[int]] = [main]
    at = 0
    for first, last in spans:
        main.extend(range(at, first))
        aside = list(range(first, last))
        if any(tokens[i].mask & lx.NUMBER for i in aside):
            lines.append(_introduced(text, tokens, main, aside))
        at = last
    main.extend(range(at, len(tokens)))
    bindings: list[Binding] = []
    for line in lines:
        own = Line(text, [tokens[i] for i in line])
        for binding in Binder(own, numbers, catalogue, home, explaining).bind():
            lead_from = line[min(binding.lead_from, len(line) - 1)]
            bindings.append(binding.at(lead_from, line[binding.lead_to]))
    return sorted(bindings, key=lambda binding: binding.lead_to)


def _introduced(text: str, tokens: Sequence[Token], main: list[int], aside: list[int]) -> list[int]:
    """The aside's line, with the name before it that it speaks of: 投资在去年增长9%的基础上."""
    if not main:
        return aside
    if any(tokens[i].name is not None for i in aside):
        verb = _making(text, tokens, main, aside)
        return [*verb, *aside[1:]] if verb else aside
    stretch = text[tokens[aside[0]].start : tokens[aside[-1]].end]
    if tokens[aside[0]].mask & lx.OPEN:
        last = next((k for k in reversed(main) if tokens[k].mask & lx.COMMA), -1)
        # Asked before the loop: of one that begins with a flag mypyc makes C that does not compile.
        if _YEAR_TOLD.search(stretch) is not None:
            # …，增速连续三年超过13%（2001年、2002年均为13.1%）: of what the clause goes on about
            while last > 0 and all(tokens[k].mask & _SAYS_NOTHING for k in main if k > last):
                last = next(
                    (k for k in reversed(main) if k < last and tokens[k].mask & lx.COMMA), -1
                )
        names = [k for k in main if k > last and tokens[k].name is not None]
        return [*names[-1:], *aside]
    earlier = any(word in stretch for word in _EARLIER) or _IN_YEAR.match(stretch) is not None
    if tokens[main[-1]].name is not None and earlier:
        after = stretch.startswith(_AFTER)  # 继2021年冲过90亿元之后: no noun of its own
        return [main[-1], *(aside[1:] if after else aside)]
    return aside


def _making(text: str, tokens: Sequence[Token], main: list[int], aside: list[int]) -> list[int]:
    """建成公路1260公里（含高速公路160公里）: the verb of making before a bracket that tells what of
    it is within; none before anything else."""
    if not text.startswith(_WITHIN, tokens[aside[0]].end):
        return []
    said = 0
    verb: list[int] = []
    for k in reversed(main):
        if tokens[k].mask & lx.COMMA:
            break
        said |= tokens[k].mask
        if tokens[k].mask & lx.CREATE:
            verb = [k]
    return [] if said & (lx.TOTAL | lx.TO) else verb


def part_circumstances(text: str, tokens: list[Token]) -> list[tuple[int, int]]:
    """Where circumstances stand, as offsets; stretches of unknown text are cut at their ends."""
    spans = _circumstances(text, tokens[0].start, tokens[-1].end)
    for span in spans:
        for cut in span:
            i = bisect_right(tokens, cut, key=lambda token: token.start) - 1
            token = tokens[i]
            if token.mask == 0 and token.start < cut < token.end:
                tokens[i : i + 1] = [
                    Token(0, token.start, cut, None, -1),
                    Token(0, cut, token.end, None, -1),
                ]
    return spans


def _circumstances(text: str, start: int, end: int) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    while (opening := _OPENING.search(text, start, end)) is not None:
        match = _CIRCUMSTANCE.match(text, opening.start(), end)
        start = opening.start() + 1 if match is None else match.end()
        if match is not None:
            spans.append(match.span())
    return spans


def _asides(text: str, tokens: list[Token], spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Half-open ranges of tokens that stand beside the main line, in order."""
    spans = list(spans)
    opened = -1
    for i, token in enumerate(tokens):
        if token.mask & lx.OPEN:
            beside = i and tokens[i - 1].mask & (lx.NUMBER | lx.NAME)
            # 保障性住房（含棚户区改造）3万套: what is within it has no number of its own
            beside = beside or (i and text.startswith(_WITHIN, token.end))
            opened = i if beside else -1
        elif token.mask & lx.CLOSE and opened >= 0:
            counts = any(t.mask & lx.NUMBER for t in tokens[opened:i])
            if counts and not tokens[opened - 1].mask & lx.NUMBER:
                # A（其中B2万套）3万套: the value of A stands behind them
                valued = i + 1 < len(tokens) and tokens[i + 1].mask == lx.NUMBER
                if not (valued and text.startswith(_WITHIN, tokens[opened].end)):
                    opened = -1  # A（50家）、B（30家）: the brackets hold the values
                    continue
            if token.end - tokens[opened].start <= _LONGEST_BRACKET:
                spans.append((tokens[opened].start, token.end))
            opened = -1
    ranges: list[tuple[int, int]] = []
    i = 0
    for start, end in sorted(spans):
        while i < len(tokens) and tokens[i].start < start:
            i += 1
        first = i
        while i < len(tokens) and tokens[i].end <= end:
            i += 1
        if i > first:
            ranges.append((first, i))
    return ranges
