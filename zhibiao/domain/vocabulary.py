"""The words in which it is told what a number, or a statement without one, says."""

from __future__ import annotations

from enum import StrEnum


class Measure(StrEnum):
    """What of an indicator a value measures."""

    LEVEL = "level"  # the amount, count, rate or index itself
    GROWTH = "growth"  # percentage growth over one or several years
    AVERAGE_GROWTH = "average_growth"  # average annual growth over several years, percent
    CHANGE = "change"  # absolute increase or decrease (percentage points for rates)
    RATIO = "ratio"  # a multiple of an earlier value (倍)


class Bound(StrEnum):
    """How exactly the text states a value."""

    EQ = "eq"
    GE = "ge"  # 以上, 超过, 突破, 不低于, 余
    LE = "le"  # 以内, 以下, 不超过
    APPROX = "approx"  # 左右, 约, 近


class Status(StrEnum):
    """Whether a value is an outturn or an aim."""

    ACTUAL = "actual"
    TARGET = "target"


class Scope(StrEnum):
    """Whom a value speaks of."""

    REGION = "region"  # the reporting region as a whole
    PART = "part"  # a sub-area, a sector, a company, or another region


class StatementKind(StrEnum):
    """What a statement without a value says of an indicator."""

    QUALITATIVE = "qualitative"  # 与经济增长同步, 持平, 只降不升, 完成省下达任务
    RELATIVE = "relative"  # 高于全省平均水平1个百分点, 居全省前列
    # Named near a number, in digits or in words, that no value was taken from: 总数“破千”
    MENTIONED = "mentioned"


class Doubt(StrEnum):
    """Why an observation is not certain: what its extraction had to assume."""

    MODIFIED_NAME = "modified_name"  # an unknown word right before the name: 新型 基础设施投资
    UNKNOWN_WORDS = "unknown_words"  # unknown words between the name and the number
    EARLIER_CLAUSE = "earlier_clause"  # the name is in an earlier clause
    FOLLOWS_DOUBT = "follows_doubt"  # goes on about a name that is doubtful
    MEASURE_GUESSED = "measure_guessed"  # nothing says whether a count is of all or of new ones
    YEARS_COUNTED = "years_counted"  # a span of years that the text gives only in part
    YEARS_INFERRED = "years_inferred"  # only the section's surroundings tell the years
    MANGLED_DIGITS = "mangled_digits"  # letters stand for digits: 1O%
    IMPLAUSIBLE = "implausible"  # outside the catalogue's range
    CONFLICT = "conflict"  # the report states the same fact with another value
