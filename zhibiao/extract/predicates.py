"""The predicates that statements are made with, and where a text holds them."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib import resources

from ahocorasick_rs import AhoCorasick

from zhibiao.domain import StatementKind
from zhibiao.language.alternatives import any_of


class Predicate:
    """One way to state something without a value. Never changed.

    A plain class, for compiled ones call their methods directly.
    """

    __slots__ = ("before", "begins", "kind", "needs", "opening", "pattern", "relation", "verbs")

    def __init__(
        self, kind: StatementKind, relation: str, pattern: re.Pattern[str], verbs: list[str],
        needs: re.Pattern[str] | None, opening: frozenset[str], begins: re.Pattern[str] | None,
        before: re.Pattern[str] | None,
    ) -> None:  # fmt: skip
        self.kind = kind
        self.relation = relation
        self.pattern = pattern
        self.verbs = verbs  # whatever it matches holds one of these, where there are any
        self.needs = needs  # whatever it matches holds a match of this
        self.opening = opening  # characters of the words that it opens with, which may be missing
        self.begins = begins  # how the rest begins; None where a search for it all is fast
        self.before = before  # what has to stand right before the name: 完成

    def may_stand_in(self, text: str, start: int, end: int) -> bool:
        """A quick look, since most clauses with an anchor hold nothing else that it matches."""
        if self.needs is not None and self.needs.search(text, start, end) is None:
            return False
        for verb in self.verbs:
            if text.find(verb, start, end) >= 0:
                return True
        return not self.verbs

    def matches(self, text: str, start: int, end: int) -> list[re.Match[str]]:
        """Its matches in a stretch, in order, as `finditer` gives them, only faster: a search for
        what opens with words that may be missing tries them all at every character."""
        if self.begins is None:
            return list(self.pattern.finditer(text, start, end))
        found: list[re.Match[str]] = []
        for begin in self.begins.finditer(text, start, end):
            last = at = begin.start()
            while at > start and text[at - 1] in self.opening:
                at -= 1
            while start <= at <= last:
                match = self.pattern.match(text, at, end)
                at += 1
                if match is not None:
                    found.append(match)
                    at = match.end()
                start = at
        return found


class Predicates:
    """All predicates, with an automaton that finds the sentences worth a closer look."""

    def __init__(self) -> None:
        source = resources.files("zhibiao.extract.words").joinpath("data", "statements.toml")
        told = tomllib.loads(source.read_text("utf-8"))
        self.all: list[Predicate] = []
        owners: dict[str, list[int]] = {}
        for entry in told["predicates"]:
            pattern = entry["pattern"]
            verbs = entry.get("verbs", ())
            pattern = pattern.replace("{VERBS}", any_of(verbs))
            opening = entry.get("opening", "")
            for name, part in told["parts"].items():
                pattern = pattern.replace(f"{{{name}}}", part)
                opening = opening.replace(f"{{{name}}}", part)
            for anchor in entry["anchors"]:
                owners.setdefault(anchor, []).append(len(self.all))
            kind = StatementKind(entry["kind"])
            shortest = [v for v in verbs if not any(o in v for o in verbs if o != v)]
            needs, before = (
                re.compile(entry[name]) if name in entry else None for name in ("needs", "before")
            )
            begins = re.compile(f"[{entry['begins']}]") if opening else None
            self.all.append(
                Predicate(
                    kind, entry["relation"], re.compile(pattern), shortest, needs,
                    frozenset(opening), begins, before,
                )
            )  # fmt: skip
        self._owners = list(owners.values())
        self._anchors = AhoCorasick(list(owners))

    def find(
        self, text: str, places: list[tuple[int, int]]
    ) -> list[tuple[Predicate, re.Match[str], int]]:
        """Every match in the sentences with where those begin: in order, the longest first.

        A match holds an anchor and no comma, so only clauses with anchors are searched.
        """
        found: list[tuple[Predicate, re.Match[str], int]] = []
        at = 0  # of `places`
        searched = [0] * len(self.all)  # up to where each predicate was looked for
        for anchor, place, _ in self._anchors.find_matches_as_indexes(text, overlapping=True):
            while at < len(places) and places[at][1] <= place:
                at += 1
            if at == len(places) or places[at][0] > place:
                continue
            start, end = places[at]
            begin = max(start, text.rfind("，", start, place) + 1)
            comma = text.find("，", place, end)
            close = end if comma < 0 else comma + 1  # seen by what looks ahead
            for index in self._owners[anchor]:
                if place < searched[index]:
                    continue
                searched[index] = close
                predicate = self.all[index]
                if not predicate.may_stand_in(text, begin, close):
                    continue
                for match in predicate.matches(text, begin, close):
                    found.append((predicate, match, start))
        found.sort(key=lambda each: (each[1].start(), -each[1].end()))
        return found


@lru_cache(maxsize=1)
def predicates() -> Predicates:
    """All of them, made once."""
    return Predicates()
