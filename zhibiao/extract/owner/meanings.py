"""What a name means by what else the text says: 规上企业 in a passage about industry."""

from __future__ import annotations

from typing import Final

from zhibiao.extract.clause.clauses import Clauses
from zhibiao.extract.owner.bindings import Slot
from zhibiao.extract.owner.completed_names import completed_name
from zhibiao.extract.words import lexicon as lx
from zhibiao.extract.words.lexicon import Token
from zhibiao.extract.words.sentences import holds_any
from zhibiao.language.wording import wording
from zhibiao.outline.lines import heading_of

_WORDING: Final = wording(__name__)
_PER_HEAD: Final = _WORDING.text("per_head")
_LEVEL: Final = _WORDING.text("level")
_NEAR: Final = 16  # tokens
_OPENING: Final = 30  # characters of a paragraph that may tell what it is about
_HEADING_ABOVE: Final = 6  # paragraphs
_BESIDE: Final = 40  # characters from a name to that of its part, or from that to it
_PASSAGE: Final = 120  # characters before a name that tell what its passage is about


def lacks_full_name(reader: Clauses, name: str, candidate: str) -> bool:
    """新增就业 in a text that never says 城镇新增就业: a short name without its full one."""
    elsewhere = reader.indicators[candidate].elsewhere
    if elsewhere is None or any(mark in name for mark in elsewhere.marks):
        return False
    return not holds_any(reader.text, elsewhere.said)


def meant_here(reader: Clauses, i: int) -> tuple[str, ...]:
    """The indicators that the name at token i may mean where it stands: its own, the one that the
    text makes of it, or none where only the passage could tell, and does not."""
    by_text = _by_passage(reader, reader.tokens[i])
    if by_text is not None:
        return by_text
    meant = _whole_meant(reader, i) or _short_of_earlier(reader, i)
    return reader.name_at(i).candidates if meant is None else (meant,)


def _whole_meant(reader: Clauses, i: int) -> str | None:
    """财政收入37亿元，其中地方级收入26亿元: what holds its part is the whole; and so it is beside
    a full name of the part, and in reports of the years when the name was used of the whole.

    全口径财政收入2.5亿元，其中财政收入1亿元: behind the whole's own name it is the part."""
    name = reader.name_at(i)
    for candidate in name.candidates:
        indicator = reader.catalogue.wholes.get(candidate)
        whole = None if indicator is None else indicator.whole
        if indicator is None or whole is None:
            continue
        holds = name.text in whole.holding and _holds_part(reader, i, whole.part)
        if holds or (name.text in whole.holding and _beside_part(reader, i, whole.local)):
            return indicator.id
        if name.text not in whole.names:
            continue
        level = reader.text.endswith(_LEVEL, 0, reader.tokens[i].start)
        if level or _within(reader, i, indicator.id):
            return None  # 区级财政收入: what that level itself has
        year = reader.home.year
        if whole.until is not None and year is not None and year <= whole.until:
            return indicator.id
        beside = _beside_part(reader, i, whole.beside)
        return indicator.id if beside or _holds_part(reader, i, whole.part) else None
    return None


def _short_of_earlier(reader: Clauses, i: int) -> str | None:
    """城镇居民收入增速放缓，人均可支配收入增长2%: a name that leaves out whose it is, after one of
    the sentence that says it."""
    name = reader.name_at(i)
    if not name.text.startswith(_PER_HEAD):
        return None
    for k in range(i - 1, -1, -1):
        if reader.is_name(k) and not _compared(reader, k):
            earlier = reader.tokens[k]
            slot = Slot((), earlier.start, earlier.end)
            full = completed_name(reader, name.text, slot)
            return full.candidates[0] if full is not None and full.candidates else None
    return None


def _compared(reader: Clauses, k: int) -> bool:
    """增速快于城镇居民收入: whether another is measured by what token k names."""
    return k > 0 and bool(reader.masks[k - 1] & lx.COMPARE)


def _holds_part(reader: Clauses, i: int, part: str) -> bool:
    """Whether a name of the part follows soon, told of as 其中."""
    for k in range(i + 1, min(i + _NEAR, len(reader.tokens))):
        name = reader.tokens[k].name
        if name is not None and part in name.candidates:
            return reader.holds(max(i, k - 3), k, lx.AMONG)
    return False


def _within(reader: Clauses, i: int, whole: str) -> bool:
    """Whether the name at token i is told of as 其中 of the whole by its own name."""
    if not reader.holds(max(0, i - 3), i, lx.AMONG):
        return False
    for k in range(i - 1, max(-1, i - _NEAR), -1):
        name = reader.tokens[k].name
        if name is not None and not name.excluded:
            return name.candidates == (whole,)
    return False


def _beside_part(reader: Clauses, i: int, names: tuple[str, ...]) -> bool:
    """财政收入由5亿元增长到8亿元；一般公共预算收入由3亿元…: whether a full name of the part follows
    soon, with the figures of the name in between."""
    end = reader.tokens[i].end
    near = reader.text[end : end + _BESIDE]
    found = min((at for name in names if (at := near.find(name)) >= 0), default=-1)
    return found > 0 and "\n" not in near[:found] and any(c.isdigit() for c in near[:found])


def _by_passage(reader: Clauses, token: Token) -> tuple[str, ...] | None:
    """新增规上企业 in a passage about industry: judged by how the paragraph opens, and by
    what stands before. None where that is not asked of a name; of no indicator where the passage is
    about something else, whose firms alone they are, or where nothing tells: it may be firms of
    industry, or of all sectors."""
    indicator = reader.catalogue.by_passage.get(reader.text[token.start : token.end])
    if indicator is None or indicator.passage is None:
        return None
    text, passage = reader.text, indicator.passage
    opening = text.rfind("\n", 0, token.start) + 1
    near = text[max(opening, token.start - _PASSAGE) : token.start]
    begins = text[opening : min(opening + _OPENING, token.start)]
    for said in (near, begins, _heading(text, opening)):
        about, other = _last(said, passage.about), _last(said, passage.not_about)
        if about != other:
            return (indicator.id,) if about > other else ()
    return ()


def _last(said: str, words: tuple[str, ...]) -> tuple[int, int]:
    """Where the last of some words begins, and its length, since 工业设计 is no 工业; (-1, 0) where
    none stands."""
    found = ((at, len(word)) for word in words if (at := said.rfind(word)) >= 0)
    return max(found, default=(-1, 0))


def _heading(text: str, opening: int) -> str:
    """The words of the last heading above a paragraph; "" where none is near."""
    for _ in range(_HEADING_ABOVE):
        end = opening - 1
        if end <= 0:
            return ""
        opening = text.rfind("\n", 0, end) + 1
        heading = heading_of(text[opening:end].strip(), opening, "")
        if heading is not None:
            return heading.words
    return ""
