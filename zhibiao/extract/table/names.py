"""Which indicator the name of a row, or of a head, is."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from zhibiao.catalogue.indicators import Catalogue, Name
from zhibiao.extract.measure import NAMED_FALL, NAMED_GROWTH
from zhibiao.extract.owner.bindings import Slot
from zhibiao.extract.scope.kinds import Part, PartKind
from zhibiao.extract.table.labels import Aspect, Label, Parts, parts_of, read_words
from zhibiao.extract.table.places import own_removed
from zhibiao.extract.table.words import vocabulary
from zhibiao.extract.words import lexicon as lx
from zhibiao.extract.words.lexicon import Scanner, Token
from zhibiao.language.wording import wording

_LONGEST_NAME = 60  # characters
_WORDING: Final = wording(__name__)
# What may stand before a name and leave it the region's own.
_BEFORE = lx.REGION | lx.CREATE | lx.TOTAL | lx.TIME | lx.TONE | lx.REACH
_BRACKETS = re.compile("（([^（）]*)）")
_SHARE = _WORDING.pattern("share")
_OF_SOCIETY = _WORDING.words("of_society")
_OF_PLACE = _WORDING.words("of_place")
_SPENT = ("", *_WORDING.words("spent"))


class Names(NamedTuple):
    """What a document's names are looked up in."""

    catalogue: Catalogue
    scan: Scanner
    homes: tuple[str, ...]  # what the reporting region is called

    def label(self, text: str, start: int, end: int) -> Label:
        """What the cell text[start:end] says; with a slot where it names an indicator."""
        if end - start > _LONGEST_NAME:
            return Label(text=text[start:end])
        parts = parts_of(text, start, end)
        found = self._named(parts)
        if found is None:
            said = read_words(text[parts.start : end])
            return said._replace(text=own_removed(said.text, self.homes), among=parts.among)
        slot, said = found
        return said._replace(slot=slot, units=parts.units or said.units, among=parts.among)

    def completed(self, label: Label, text: str, start: int, end: int, whole: str) -> Label:
        """其中：城镇居民 below 居民人均可支配收入: the label with the name completed by its end."""
        parts = parts_of(text, start, end)
        for cut in range(len(whole)):
            name = self.catalogue.names.get(parts.name + whole[cut:])
            if name is not None and not name.excluded and (ids := _candidates(name)):
                slot = Slot(ids, parts.start, parts.end)
                return label._replace(slot=slot, text="", units=parts.units)
        return label

    def _named(self, parts: Parts) -> tuple[Slot, Label] | None:
        """The owner that a row's name is, and what else it says; None for an unknown one."""
        for name in (parts.name, _without_harmless(parts.name)):
            exact = self.catalogue.names.get(name)
            if exact is not None:
                slot = _slot(exact, parts, None, newly=exact.newly, total=False)
                return None if slot is None else (slot, _said_by(name))
            share = self._share(name)
            if share:
                return Slot((share,), parts.start, parts.end), Label()
        return self._within(parts, _without_harmless(parts.name))

    def _within(self, parts: Parts, text: str) -> tuple[Slot, Label] | None:
        """A name with other words around it: 全市地区生产总值增长."""
        tokens = self.scan.words(text, 0, len(text))
        named = [i for i, token in enumerate(tokens) if token.mask & lx.NAME]
        if len(named) != 1:
            return None
        at = named[0]
        name = tokens[at].name
        if name is None or name.excluded:
            return None
        behind = read_words(text[tokens[at].end :])
        if behind.text or behind.skipped:
            return None
        part, mask, before = self._before(text, tokens[:at])
        newly = name.newly or bool(mask & lx.CREATE)
        slot = _slot(name, parts, part, newly=newly, total=bool(mask & lx.TOTAL))
        if slot is None:
            return None
        said = _said_by(text[tokens[at].start : tokens[at].end])
        dated = before if before.dated or before.status else behind
        return slot, behind._replace(
            aspect=behind.aspect or said.aspect, falls=behind.falls or said.falls,
            year=dated.year, years=dated.years, relative=dated.relative, plan=dated.plan,
            status=dated.status, expected=dated.expected,
        )  # fmt: skip

    def _before(self, text: str, tokens: list[Token]) -> tuple[Part | None, int, Label]:
        """What stands before a name: the part that it makes of it, classes, words of heads."""
        mask = 0
        unknown: list[str] = []
        for token in tokens:
            mask |= token.mask
            if not token.mask & _BEFORE:
                unknown.append(text[token.start : token.end])
        said = read_words(own_removed("".join(unknown), self.homes))
        return (Part(PartKind.ATTRIBUTE, said.text) if said.text else None), mask, said

    def _share(self, name: str) -> str:
        """民生支出占一般公共预算支出比重: the id of the indicator that it is; ""."""
        match = _SHARE.fullmatch(name)
        if match is None:
            return ""
        of = match["of"]
        for prefix in (*_OF_SOCIETY, *self.homes, *_OF_PLACE):
            of = of.removeprefix(prefix)
        for indicator in self.catalogue.indicators.values():
            stated = indicator.share
            if stated is None or not match["whole"].endswith(stated.denominators):
                continue
            if any(of == numerator + end for numerator in stated.numerators for end in _SPENT):
                return indicator.id
        return ""


def _candidates(name: Name) -> tuple[str, ...]:
    return name.candidates or ((name.single,) if name.single else ())


def _slot(name: Name, parts: Parts, part: Part | None, *, newly: bool, total: bool) -> Slot | None:
    ids = _candidates(name)
    if name.excluded or not ids:
        return None
    return Slot(ids, parts.start, parts.end, part, newly, total)


def _said_by(name: str) -> Label:
    """经济增长, 能耗降低率: a name that says what of it is told."""
    if name.endswith(NAMED_FALL):
        return Label(aspect=Aspect.GROWTH, falls=True)
    return Label(aspect=Aspect.GROWTH) if name.endswith(NAMED_GROWTH) else Label()


def _without_harmless(name: str) -> str:
    """The name without brackets that leave it what it is: 地区生产总值（现价）."""
    harmless = vocabulary().harmless
    return _BRACKETS.sub(lambda found: "" if found[1] in harmless else found[0], name)
