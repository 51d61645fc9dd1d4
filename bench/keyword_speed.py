"""A keyword set over stored reports against segmenting them again and counting the same.

`python -m bench.keyword_speed [REPORTS]`
"""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Callable
from functools import partial

from sqlalchemy import text

from bench.stored import stored
from zhibiao.keywords.choices import Match
from zhibiao.keywords.sets import load_keywords
from zhibiao.store import Store
from zhibiao.store.queries.documents import DocumentFilter
from zhibiao.store.queries.keywords import KeywordChoice, keyword_records
from zhibiao.text.segmentation import Segmenter, load_fine_segmenter


def _seconds(store: Store, match: Match, segmenter: Callable[[], Segmenter]) -> float:
    """Of processor time."""
    keywords = load_keywords("数字经济")
    choice = KeywordChoice(keywords=keywords, segmenter=segmenter, match=match)
    began = time.process_time()
    with store.read() as connection:
        deque(keyword_records(connection, choice, DocumentFilter()), maxlen=0)
    return time.process_time() - began


def main(reports: int = 400) -> None:
    segmenters = {name: partial(load_fine_segmenter, name, None) for name in ("rjieba", "jieba")}
    with stored(reports) as store:
        matches: tuple[Match, ...] = ("token", "substring")
        kept = {
            match: min(_seconds(store, match, segmenters["rjieba"]) for _ in range(3))
            for match in matches
        }
        with store.write() as connection:
            connection.execute(text("UPDATE term_counts SET cut = NULL"))
        for name, segmenter in segmenters.items():
            segmenter().cut("读词典")
            for match in matches:
                again = _seconds(store, match, segmenter)
                print(
                    f"{match:<10} {kept[match] / reports * 1000:6.2f} ms a stored report, "
                    f"{again / reports * 1000:6.2f} ms with {name} again: "
                    f"{again / kept[match]:.1f} times"
                )


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:2]))
