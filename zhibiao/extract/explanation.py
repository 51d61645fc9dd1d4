"""Why each number of a text became what it became: the engine's decisions, told in words."""

from __future__ import annotations

from dataclasses import dataclass

from zhibiao.catalogue.indicators import Catalogue
from zhibiao.domain import CleanText, Metadata, Span
from zhibiao.extract.decision import Decision
from zhibiao.extract.observations import explained

_BINDING = {
    "name": "the name {name} stands right before the number",
    "bare_clause": "the name {name} stands in an earlier clause that tells of nothing else",
    "bare_total": "the name {name} stands in an earlier clause, and the last one tells its total",
    "campaign": "the name {name} stands in an earlier clause, of the campaign that made the number",
    "earlier_clause": "the name {name} stands in an earlier clause and the last one is bare",
    "elided": "a part of a name that shares the rest with the subject: {name}",
    "inherited": "the last clause is bare: still about {name}",
    "in_turn": "several values in turn, for the names last told of: {name}",
    "distribute": "a list of names shared out over a list of values: {name}",
    "distribute_one": "分别 with one value: {name}",
    "list": "as many names as values, in turn: {name}",
    "each": "均, 都: the value belongs to each name: {name}",
    "compound": "one name for several indicators, one value each: {name}",
    "compound_single": "one name for several indicators with one value: {name}",
    "compound_growth": "one name for several indicators, which grow alike: {name}",
    "compound_sum": "one name for several indicators with one amount, their sum: {name}",
    "share": "one thing's share of another: {name}",
    "implied_share": "a share whose whole is understood: {name}",
    "share_of_other": "a share that is no indicator: {name}",
    "topic": "a bare head after its topic: {name}",
    "purpose": "spending on a purpose: {name}",
    "name_after": "the name {name} stands after the number",
    "head_left_out": "a list whose head stands once, before its first name: {name}",
    "amount_before": "the number is an attribute of the name {name} behind it",
    "standard": "a yardstick, no statement: {name}",
    "table": "the row {name} of a table and the head of its column",
    "table_row": "the row {name} of a table, or a line, that has no head",
    "refers_back": "indicators that are only counted here, told of before: {name}",
    "people_listed": "people in a list whose deed stands at its end: {name}",
    "one_a_year": "a list of years shared out over a list of values: {name}",
    "comparison": "what another is measured by, no statement: {name}",
    "open": "no name of the catalogue; the phrase that names it: {name}",
}
_TIME = {
    "frame": "years of the section",
    "named_year": "a year that the sentence names",
    "last_year": "去年 and the like",
    "this_year": "今年 and the like",
    "next_year": "明年",
    "now": "目前",
    "years_back": "…年来",
    "years_before": "…年前: so many years before the year told of",
    "years_ahead": "今后…年",
    "within_years": "…年内",
    "plan_end": "the end of a five-year plan",
    "plan_period": "a five-year plan",
    "from_to": "由…到…: the earlier of two values",
    "base": "the own value of what the statement compares with: 较“十三五”末的…",
    "years_after": "…年后",
    "since_year": "…年以来",
    "since_plan": "since a five-year plan began",
    "last_term": "the end of the last term of office",
    "table_head": "the year in the table's head",
    "table_kind": "a table's 完成 or 目标 without a year: the year reviewed or planned",
    "table_caption": "the year in the table's caption",
    "table_section": "years of the section that the table stands in",
    "part_of_year": "part of a year, told as the year's",
    "aimed": "called an aim, where nothing said yet that aims are told",
    "to_come": "将, 力争 among outturns",
    "understood": "years of the section, be it as a sum or of the last: no word tells",
}


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """What was made of one number, and why. Spans are offsets into the raw text."""

    span: Span  # of the number with its unit
    surface: str
    sentence: str  # as in the clean text
    outcome: str  # "observation", "open" (no indicator) or "rejected"
    indicator: str | None
    reason: str | None  # of a rejection
    steps: tuple[str, ...]  # one line a stage, in the stages' order


def explain(
    clean: CleanText, raw_text: str, metadata: Metadata, catalogue: Catalogue
) -> tuple[Explanation, ...]:
    """An explanation for every number of a document, in order."""
    return tuple(
        _explained(decision, reason, clean, raw_text)
        for decision, reason in explained(clean, raw_text, metadata, catalogue)
    )


def _explained(decision: Decision, reason: str, clean: CleanText, raw_text: str) -> Explanation:
    number = decision.number
    span = clean.offsets.raw_between(number.start, number.end)
    start, end = decision.sentence
    reading = decision.reading
    if reason or reading is None:
        outcome, indicator = "rejected", None
    else:
        indicator = reading.indicator.id if reading.indicator else None
        outcome = "observation" if indicator else "open"
    return Explanation(
        span=span,
        surface=span.of(raw_text),
        sentence=clean.text[start:end],
        outcome=outcome,
        indicator=indicator,
        reason=reason or None,
        steps=tuple(_steps(decision, clean.text)),
    )


def _steps(decision: Decision, text: str) -> list[str]:
    """One line a stage: what it made of the number, and by which rule."""
    number, binding, reading, period = (
        decision.number,
        decision.binding,
        decision.reading,
        decision.period,
    )
    frame = decision.frame
    steps = [f"frame: {frame.status} {frame.year}, {frame.several} year(s)"]
    if binding is None or reading is None or period is None:
        return [*steps, f"number: no quantity ({decision.reason})"]
    high = "" if number.high is None else f" to {number.high}"
    steps.append(f"number: {number.value}{high} {number.unit or '(no unit)'}")
    slot = binding.slot
    name = text[slot.start : slot.end] or "(nothing before it)"
    steps.append(f"owner: {_BINDING.get(binding.rule, binding.rule).format(name=name)}")
    if binding.rival is not None:
        other = binding.rival.slot
        told = _BINDING.get(binding.rival.rule, binding.rival.rule)
        ids = ", ".join(other.candidates)
        steps.append(f"runner-up: {told.format(name=text[other.start : other.end])} ({ids})")
    accepted = reading.indicator.id if reading.indicator else "no indicator"
    steps.append(f"measure: {reading.measure} of {accepted} ({reading.rule})")
    steps.append(f"scope: {f'part ({slot.part})' if slot.part else 'region'}")
    told = _TIME.get(period.rule, period.rule)
    steps.append(f"time: {period.status} {period.first}-{period.last} ({told})")
    if decision.doubts:
        steps.append(f"doubts: {', '.join(decision.doubts)}")
    return steps


def render(explanations: tuple[Explanation, ...]) -> str:
    """The explanations as text: each sentence once, its numbers below it."""
    lines: list[str] = []
    sentence = None
    for explanation in explanations:
        if explanation.sentence != sentence:
            sentence = explanation.sentence
            lines.append(sentence)
        verdict = explanation.indicator or explanation.reason or "open quantity"
        lines.append(f"  {explanation.surface} -> {explanation.outcome}: {verdict}")
        lines.extend(f"      {step}" for step in explanation.steps)
    return "\n".join(lines)
