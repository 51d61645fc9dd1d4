"""What differs between two catalogues, as the words without which a text comes out the same.

The extractor reaches an indicator only through words that the text holds: its names, or the words
of its other rules. So a text that holds none of the words of what has changed is read as before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Final

from zhibiao.catalogue.indicators import Catalogue, Indicator

# What the extractor reads only as `Catalogue.names`, or not at all. Whatever else an indicator has,
# a field that is new included, makes the indicator another one.
_ONLY_NAMES: Final = frozenset(
    {"id", "name", "name_zh", "gold", "aliases", "change_aliases", "excludes"}
)

# The words of the rules that find an indicator beside its names. The first indicator, or the last,
# whose rule fits is taken, so the order of those that have one counts too.
_RULES: Final[Mapping[str, Callable[[Indicator], tuple[str, ...]]]] = {
    "share": lambda i: i.share.numerators if i.share else (),
    "purpose": lambda i: i.purpose.of if i.purpose else (),
    "topic": lambda i: i.topic.heads if i.topic else (),
    "passage": lambda i: i.passage.names if i.passage else (),
    "whole": lambda i: i.whole.names + i.whole.holding if i.whole else (),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class CatalogueChange:
    """From one catalogue to another."""

    words: frozenset[str]  # a text without any of them is read as before
    names: tuple[str, ...]  # of them, those that mean something else, are new or gone; sorted
    indicators: tuple[str, ...]  # ids that are new, gone, or have other rules; sorted


def change_between(before: Catalogue, after: Catalogue) -> CatalogueChange:
    """What has changed from one catalogue to the other."""
    words = {*before.names, *after.names}
    names = {word for word in words if before.names.get(word) != after.names.get(word)}
    changed = set(_other_indicators(before, after))
    reached = set().union(*(_words_of(known, changed) for known in (before, after)))
    return CatalogueChange(
        words=frozenset(names | reached),
        names=tuple(sorted(names)),
        indicators=tuple(sorted(changed)),
    )


def _other_indicators(before: Catalogue, after: Catalogue) -> Iterator[str]:
    for id_ in {*before.indicators, *after.indicators}:
        if _rules_of(before.indicators.get(id_)) != _rules_of(after.indicators.get(id_)):
            yield id_
    for rule in _RULES:
        order = [
            [id_ for id_, each in one.indicators.items() if getattr(each, rule) is not None]
            for one in (before, after)
        ]
        common = {*order[0]} & {*order[1]}
        if [i for i in order[0] if i in common] != [i for i in order[1] if i in common]:
            yield from common


def _rules_of(indicator: Indicator | None) -> tuple[object, ...] | None:
    if indicator is None:
        return None
    kept = (entry.name for entry in fields(indicator) if entry.name not in _ONLY_NAMES)
    return (indicator.has_inner_city, *(getattr(indicator, name) for name in kept))


def _words_of(catalogue: Catalogue, ids: set[str]) -> set[str]:
    """All words that a text can reach these indicators by."""
    found = {
        word
        for word, name in catalogue.names.items()
        if not ids.isdisjoint((*name.candidates, *name.members, name.single))
    }
    for id_ in ids & set(catalogue.indicators):
        for words in _RULES.values():
            found.update(words(catalogue.indicators[id_]))
    return found
