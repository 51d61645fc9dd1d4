"""The indicators: their names, units and ranges, read from TOML files that users can extend."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from zhibiao.catalogue.templates import expand


class Kind(StrEnum):
    """What sort of number an indicator is: it decides what a percentage or an increase means."""

    FLOW = "flow"  # an amount of a period: 10% is growth, an increase is a change
    STOCK = "stock"  # a number at a date: what is newly made is a change
    RATE = "rate"  # a share in percent: 10% is the level, percentage points are a change
    PRICE = "price"  # its percentage is always a rise
    INTENSITY = "intensity"  # its percentage is always a change, its fall is the aim


class Made(StrEnum):
    """Whether a number of an indicator can be of what was made in its period: a change."""

    NO = "no"
    SAID = "said"  # with a verb of making: 新建充电桩500个; without one it is all there are
    ALWAYS = "always"  # unless a word says that it is all there are: 老旧小区改造86个


@dataclass(frozen=True, kw_only=True)
class Share:
    """How a rate is stated as one thing's share of another: A 占 B 比重."""

    numerators: tuple[str, ...]
    denominators: tuple[str, ...]  # endings that B may have


@dataclass(frozen=True, kw_only=True)
class Purpose:
    """How a rate is stated as spending: 八成财力用于民生."""

    of: tuple[str, ...]
    into: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Topic:
    """How an indicator is stated by a bare head after its topic: 粮食安全 …, 产量达到."""

    about: tuple[str, ...]
    heads: tuple[str, ...]
    not_about: tuple[str, ...]  # nearer than the topic, these take the head for themselves


@dataclass(frozen=True, kw_only=True)
class Passage:
    """Names that mean the indicator only inside a passage about something: 规上企业."""

    names: tuple[str, ...]
    about: tuple[str, ...]
    not_about: tuple[str, ...]  # the nearest of the two tells


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """Short names that mean the indicator only where the text has its full one: 新增就业."""

    marks: tuple[str, ...]  # what makes a name full
    said: tuple[str, ...]  # full names, one of which the text must hold


@dataclass(frozen=True, kw_only=True)
class Whole:
    """Names shared with a part of the indicator: 财政收入, where 一般预算收入 is told beside it."""

    part: str  # id of the indicator that is told as a part of it
    names: tuple[str, ...]
    until: int | None  # reports given up to this year mean the whole by them
    beside: tuple[str, ...] = ()  # full names of the part: figures told before one are the whole's
    # names that mean the whole only where the part is told as 其中, or behind their figures by one
    # of the names in `local`
    holding: tuple[str, ...] = ()
    local: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """One indicator of the catalogue."""

    id: str
    name: str
    name_zh: str
    kind: Kind
    aliases: tuple[str, ...]  # templates
    excludes: tuple[str, ...]  # longer phrases that hold an alias and mean something else
    change_aliases: tuple[str, ...]  # names that already say "newly": 新增贷款
    kinds: tuple[str, ...]  # templates of what its figures may be a kind of alone: 乡村旅游
    units: tuple[str, ...]  # dimensions its level may have
    base_unit: str
    range: tuple[float, float] | None  # plausible levels, in base units
    growth_range: tuple[float, float]  # plausible growth, percent
    gold: bool  # scored against annotated reports; else "further"
    strict: bool  # a short, common word: any unknown word right before it makes it a part
    made: Made
    per_head: bool  # an amount for each person, which does not add up over the years
    work: bool  # what a government does: a review of several years tells the sum of it
    share: Share | None
    purpose: Purpose | None
    topic: Topic | None
    passage: Passage | None
    elsewhere: Elsewhere | None
    whole: Whole | None
    measures: frozenset[str]  # the measures that make sense

    @property
    def has_inner_city(self) -> bool:
        """Whether towns are measured by it too: figures of the inner city are none of its own."""
        return any(phrase.startswith("(中心城区") for phrase in self.excludes)


@dataclass(frozen=True, kw_only=True)
class Compound:
    """One name for several indicators at once: 城乡居民收入, 存贷款余额."""

    members: tuple[str, ...]  # ids, in the order of the values; "" for something uncatalogued
    single: str | None  # what the name means with one value only
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Name:
    """What a word of the catalogue stands for."""

    text: str
    candidates: tuple[str, ...] = ()  # indicator ids; the unit decides between them
    members: tuple[str, ...] = ()  # of a compound
    single: str | None = None
    excluded: bool = False  # a phrase that only looks like a name
    newly: bool = False  # the name itself says "newly added"


@dataclass(frozen=True, eq=False)
class Catalogue:
    """All indicators; `digest` changes when anything in the files does."""

    indicators: Mapping[str, Indicator]
    compounds: Sequence[Compound]
    digest: str  # SHA-256 of the files' contents, hexadecimal
    # Made of the above once: a cached property would be worked out at each use when compiled.
    # Every word that names an indicator, or excludes one, and what it stands for.
    names: Mapping[str, Name] = field(init=False, repr=False)
    # Indicators by the id of their part that shares a name with them.
    wholes: Mapping[str, Indicator] = field(init=False, repr=False)
    # Names that mean an indicator only inside a passage about something.
    by_passage: Mapping[str, Indicator] = field(init=False, repr=False)
    # Those that state a topic, a share or a purpose, for few do.
    topics: Sequence[Indicator] = field(init=False, repr=False)
    shares: Sequence[Indicator] = field(init=False, repr=False)
    purposes: Sequence[Indicator] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        indicators = self.indicators.values()
        wholes = {i.whole.part: i for i in indicators if i.whole is not None}
        by_passage = {
            name: i for i in indicators if i.passage is not None for name in i.passage.names
        }
        object.__setattr__(self, "names", _names(indicators, self.compounds))
        object.__setattr__(self, "wholes", wholes)
        object.__setattr__(self, "by_passage", by_passage)
        object.__setattr__(self, "topics", [i for i in indicators if i.topic is not None])
        object.__setattr__(self, "shares", [i for i in indicators if i.share is not None])
        object.__setattr__(self, "purposes", [i for i in indicators if i.purpose is not None])


def _names(indicators: Collection[Indicator], compounds: Sequence[Compound]) -> dict[str, Name]:
    names: dict[str, Name] = {}
    for indicator in indicators:
        for template in indicator.aliases:
            for word in expand(template):
                known = names.get(word)
                ids = known.candidates if known else ()
                if indicator.id not in ids:
                    names[word] = Name(word, (*ids, indicator.id))
    for indicator in indicators:
        for template in indicator.change_aliases:
            for word in expand(template):
                names[word] = Name(word, (indicator.id,), newly=True)
        for template in indicator.excludes:
            for word in expand(template):
                names.setdefault(word, Name(word, excluded=True))
    for compound in compounds:
        for template in compound.aliases:
            for word in expand(template):
                names[word] = Name(word, members=compound.members, single=compound.single)
    return names
