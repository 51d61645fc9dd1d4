"""Which observations of a report appeared, vanished or changed between two readings of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

# What makes two statements the same. Not their places: an article that moved down its page says
# what it said. Not the rule that found them.
COMPARED = (
    "indicator",
    "measure",
    "value",
    "value_high",
    "unit",
    "bound",
    "status",
    "period_start",
    "period_end",
    "scope",
    "base_value",
    "base_unit",
    "tone",
    "stretch",
    "flags",
    "subject",
    "evidence",
)
_TOPIC = ("indicator", "measure", "status", "period_start", "period_end", "scope")

Stated = Mapping[str, Any]  # an observation by field names, as it is stored
Kind = Literal["appeared", "vanished", "changed"]
_Key = Callable[[Stated], Hashable]


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One difference between two generations of a report's observations."""

    kind: Kind
    old: Stated | None  # None: it appeared
    new: Stated | None  # None: it vanished
    fields: tuple[str, ...] = ()  # of a changed one: which of COMPARED differ

    @property
    def either(self) -> Stated:
        """The new statement, or the old one where there is no new one."""
        found = self.new if self.new is not None else self.old
        assert found is not None
        return found


def compare(old: Iterable[Stated], new: Iterable[Stated], *, same_text: bool) -> list[Change]:
    """The changes from one generation to the next, in the order of the text.

    Statements are matched from the surest likeness to the loosest: all fields; the same number at
    the same place (or, where the text itself was read anew, in the same words); the same indicator,
    measure, status, period and scope, the nearest in the text first.
    """
    before, after = list(old), list(new)
    changes: list[Change] = []
    for key in _keys(same_text):
        before, after, pairs = _paired(before, after, key, same_text)
        for was, is_now in pairs:
            differing = tuple(f for f in COMPARED if _value(was, f) != _value(is_now, f))
            if differing:
                changes.append(Change(kind="changed", old=was, new=is_now, fields=differing))
    changes += [Change(kind="vanished", old=was, new=None) for was in before]
    changes += [Change(kind="appeared", old=None, new=is_now) for is_now in after]
    return sorted(changes, key=lambda change: _place(change.either))


def _keys(same_text: bool) -> list[_Key]:
    def whole(stated: Stated) -> Hashable:
        return tuple(_value(stated, name) for name in COMPARED)

    def topic(stated: Stated) -> Hashable:
        return tuple(stated[name] for name in _TOPIC) if stated["indicator"] else None

    def place(stated: Stated) -> tuple[Any, ...]:
        if same_text:
            return (stated["number_start"], stated["number_end"])
        return (stated["evidence"], stated["value"], stated["unit"])

    return [
        lambda stated: (whole(stated), place(stated)),
        whole,
        lambda stated: (stated["indicator"], place(stated)),
        place,
        topic,
    ]


def _paired(
    old: Sequence[Stated], new: Sequence[Stated], key: _Key, same_text: bool
) -> tuple[list[Stated], list[Stated], list[tuple[Stated, Stated]]]:
    """What is left of both, and the pairs of equal keys (None is equal to nothing)."""
    groups: dict[Hashable, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for side, statements in enumerate((old, new)):
        for position, stated in enumerate(statements):
            found = key(stated)
            if found is not None:
                groups[found][side].append(position)
    pairs: list[tuple[int, int]] = []
    for first, second in groups.values():
        if len(first) == len(second):
            pairs += zip(first, second, strict=True)
        else:
            pairs += _nearest(first, second, old, new, same_text)
    taken_old, taken_new = {a for a, _ in pairs}, {b for _, b in pairs}
    return (
        [stated for position, stated in enumerate(old) if position not in taken_old],
        [stated for position, stated in enumerate(new) if position not in taken_new],
        [(old[a], new[b]) for a, b in pairs],
    )


def _nearest(
    first: Sequence[int],
    second: Sequence[int],
    old: Sequence[Stated],
    new: Sequence[Stated],
    same_text: bool,
) -> list[tuple[int, int]]:
    def distance(pair: tuple[int, int]) -> tuple[int, int, int]:
        a, b = pair
        far = abs(_place(old[a]) - _place(new[b])) if same_text else abs(a - b)
        return (far, a, b)

    pairs: list[tuple[int, int]] = []
    free_old, free_new = set(first), set(second)
    for a, b in sorted(((a, b) for a in first for b in second), key=distance):
        if a in free_old and b in free_new:
            pairs.append((a, b))
            free_old.remove(a)
            free_new.remove(b)
    return pairs


def _place(stated: Stated) -> int:
    return int(stated["number_start"])


def _value(stated: Stated, name: str) -> Hashable:
    value = stated[name]
    return tuple(value) if isinstance(value, list) else value
