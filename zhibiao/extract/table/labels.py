"""What a head, a row's first cells or a caption say: a name, a year, a kind of value, a unit."""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import Final, NamedTuple

from zhibiao.domain import Status
from zhibiao.extract.owner.bindings import Slot
from zhibiao.extract.table.words import unit_of, units_of, vocabulary
from zhibiao.language.plans import ANY_PLAN, PLANS
from zhibiao.language.wording import wording


class Aspect(Enum):
    """What of a name a column or a row tells."""

    LEVEL = auto()
    GROWTH = auto()
    AVERAGE = auto()
    CHANGE = auto()


class Role(Enum):
    """What a column holds that is no value."""

    NAMES = auto()
    UNITS = auto()
    INDEX = auto()


class Label(NamedTuple):
    """What a cell that is no value says; empty fields where it says nothing."""

    text: str = ""  # what no word of heads explains
    slot: Slot | None = None
    year: int | None = None
    years: int = 0  # how many years it names
    relative: int | None = None  # 0: this year, -1: the last
    plan: tuple[int, int] | None = None  # first and last year of a five-year plan
    status: Status | None = None
    expected: bool = False  # 预计: reached or aimed at, as its year is
    aspect: Aspect | None = None
    falls: bool = False
    units: tuple[str, ...] = ()
    role: Role | None = None
    skipped: str = ""  # why its values are none of the name's: "rank"
    among: bool = False  # 其中

    @property
    def dated(self) -> bool:
        return bool(self.years or self.plan) or self.relative is not None

    @property
    def tells(self) -> bool:
        """Whether a head's word was recognised."""
        return (
            self.dated or self.expected or self.falls
            or any((self.status, self.aspect, self.units, self.role, self.skipped))
        )  # fmt: skip


_WORDING: Final = wording(__name__)
_YEAR = _WORDING.pattern("year")
_PLAN = _WORDING.pattern("plan", any_plan=ANY_PLAN)
_WHOLE_YEAR = _WORDING.pattern("whole_year")
_PART = _WORDING.pattern("part")
_NUMBERING = _WORDING.pattern("numbering")
_AMONG = _WORDING.pattern("among")
_BRACKETED = re.compile("（([^（）]*)）|【([^【】]*)】")
_UNIT_BEHIND = _WORDING.pattern("unit_behind")
_UNIT_SAID = _WORDING.text("unit_said")
_RATE_SIGN = _WORDING.pattern("rate_sign")
_UNIT_LINE = _WORDING.pattern("unit_line")
_IGNORED = re.compile(r"[\s\-—/、，,：:()（）*★☆.。“”；]+")

_STATUS = {"actual": Status.ACTUAL, "target": Status.TARGET, "target_growth": Status.TARGET}
_ASPECTS = {
    "growth": Aspect.GROWTH, "expected_growth": Aspect.GROWTH, "target_growth": Aspect.GROWTH,
    "average": Aspect.AVERAGE, "change": Aspect.CHANGE, "level": Aspect.LEVEL,
    "fall": Aspect.GROWTH,
}  # fmt: skip
_ROLES = {"name": Role.NAMES, "unit": Role.UNITS, "index": Role.INDEX}
_RELATIVE = {"this_year": 0, "last_year": -1}
_SKIPPED = frozenset({"rank", "share", "ratio", "remark", "sum"})


def read_words(text: str) -> Label:
    """What the words of heads in a text say; `text` of the label is what they leave."""
    found = Label()
    left: list[str] = []
    at = 0
    if unit := unit_of(text.strip()):
        return Label(units=(unit,))
    words = vocabulary()
    while at < len(text):
        at, found, unknown = _next(text, at, found, words.pattern, words.classes)
        left.append(unknown)
    return found._replace(text=_IGNORED.sub("", "".join(left)))


def _next(
    text: str, at: int, found: Label, pattern: re.Pattern[str], classes: dict[str, str]
) -> tuple[int, Label, str]:
    """The word at a place: where it ends, what is known then, and the text that is no word."""
    if match := _YEAR.match(text, at):
        first, last = int(match["first"]), match["last"]
        found = found._replace(year=int(last or first), years=found.years + (2 if last else 1))
        return match.end(), found, ""
    if match := _PLAN.match(text, at):
        return match.end(), found._replace(plan=PLANS.get(match["plan"])), ""
    if match := _WHOLE_YEAR.match(text, at):
        return match.end(), found, ""
    if match := _PART.match(text, at):
        return match.end(), found._replace(skipped="part_of_year"), ""
    if match := _BRACKETED.match(text, at):
        inside = match[1] if match[1] is not None else match[2]
        if units := units_of(inside.removeprefix(_UNIT_SAID)):
            return match.end(), found._replace(units=found.units + units), ""
        if inside in vocabulary().harmless:
            return match.end(), found, ""
    if match := _RATE_SIGN.match(text, at):
        return match.end(), found._replace(units=(*found.units, unit_of(match[0]))), ""
    if match := _UNIT_LINE.match(text, at):
        return match.end(), found._replace(units=found.units + units_of(match[1])), ""
    if match := pattern.match(text, at):
        return match.end(), _said(found, classes[match[0]]), ""
    return at + 1, found, text[at]


def _said(found: Label, key: str) -> Label:
    """The label with what a word of the list `key` adds to it."""
    if key in _RELATIVE:
        return found._replace(relative=_RELATIVE[key])
    if key in _ROLES:
        return found._replace(role=found.role or _ROLES[key])
    if key in _SKIPPED:
        return found._replace(skipped=key)
    if key in ("expected", "expected_growth"):
        found = found._replace(expected=True)
    if key in _STATUS:
        both = found.status is not None and found.status is not _STATUS[key]
        found = found._replace(status=None if both else _STATUS[key])
    if key in _ASPECTS and found.aspect is not Aspect.AVERAGE:
        aspect = _ASPECTS[key]
        found = found._replace(aspect=aspect, falls=found.falls or key == "fall")
    return found


class Parts(NamedTuple):
    """A row's name, taken apart."""

    name: str  # without numbering, 其中 and units; "" when nothing is left
    start: int  # of the name in the text
    end: int  # after the name, with what stands in brackets within it
    units: tuple[str, ...]
    among: bool


def parts_of(text: str, start: int, end: int) -> Parts:
    """Numbering, 其中, name and unit of text[start:end]: 1.其中：出口总额（亿元）."""
    numbering = _NUMBERING.match(text, start, end)
    if numbering is not None and numbering.end() < end:
        start = numbering.end()
    among = _AMONG.match(text, start, end)
    if among is not None:
        start = among.end()
        numbering = _NUMBERING.match(text, start, end)
        start = numbering.end() if numbering is not None and numbering.end() < end else start
    name, units = _without_units(text[start:end])
    return Parts(name.replace(" ", ""), start, start + len(name.rstrip()), units, bool(among))


def _without_units(text: str) -> tuple[str, tuple[str, ...]]:
    """The text without the brackets, or the ending, that hold its unit."""
    for bracket in _BRACKETED.finditer(text):
        inside = bracket[1] if bracket[1] is not None else bracket[2]
        units = units_of(inside.removeprefix(_UNIT_SAID).strip())
        if units:
            return text[: bracket.start()] + text[bracket.end() :], units
    behind = _UNIT_BEHIND.search(text)
    if behind is not None and unit_of(behind[1]):
        return text[: behind.start()], (unit_of(behind[1]),)
    if text.endswith("%") and len(text) > 1:
        return text[:-1], ("%",)
    return text, ()


def merged(upper: Label, lower: Label) -> Label:
    """What two cells of one head, or a row and a column, say together."""
    if upper == lower:
        return upper
    year, relative = upper.year, upper.relative
    skipped = upper.skipped or lower.skipped
    if lower.dated:
        if upper.dated and (upper.year, upper.relative, upper.plan) != (
            lower.year, lower.relative, lower.plan,
        ):  # fmt: skip
            skipped = skipped or "two_years"
        year, relative = lower.year, lower.relative
    if None not in (upper.status, lower.status) and upper.status is not lower.status:
        skipped = skipped or "two_kinds"
    return Label(
        text=upper.text + (lower.text if lower.text != upper.text else ""),
        slot=lower.slot or upper.slot,
        year=year,
        years=max(upper.years, lower.years),
        relative=relative,
        plan=lower.plan or upper.plan,
        status=lower.status or upper.status,
        expected=upper.expected or lower.expected,
        aspect=lower.aspect or upper.aspect,
        falls=upper.falls or lower.falls,
        units=lower.units or upper.units,
        role=upper.role or lower.role,
        skipped=skipped,
        among=upper.among or lower.among,
    )
