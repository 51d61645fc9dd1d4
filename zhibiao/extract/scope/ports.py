"""One port of a province: 武汉港集装箱吞吐量, 宁波舟山港货物和集装箱吞吐量."""

from __future__ import annotations

from typing import Final

from zhibiao.catalogue.indicators import Name
from zhibiao.extract.clause.clauses import Clauses
from zhibiao.extract.words import lexicon as lx
from zhibiao.language.wording import wording

_WORDING: Final = wording(__name__)
_OF_A_PORT: Final = _WORDING.words("of_a_port")
_THROUGHPUT: Final = _WORDING.words("throughput")
_PORT: Final = _WORDING.pattern("port")
_PROVINCE: Final = _WORDING.text("province")


def of_a_port(reader: Clauses, name: Name) -> bool:
    """武汉港集装箱吞吐量: whether a name begins with a port's end, in a province's report."""
    return name.text.startswith(_OF_A_PORT) and _PROVINCE in reader.home.names


def port_of_list(reader: Clauses, i: int) -> str:
    """宁波舟山港货物和集装箱吞吐量, of a province: the port that a list begins with."""
    text, tokens = reader.text, reader.tokens
    if not reader.name_at(i).text.startswith(_THROUGHPUT) or _PROVINCE not in reader.home.names:
        return ""
    if i == 0 or not tokens[i - 1].mask & (lx.LIST | lx.JOIN):
        return ""
    clause = reader.clause_start(0, i)
    found = _PORT.search(text, tokens[clause].start, tokens[i].start)
    return "" if found is None else found["port"]
