"""The sentence around a place in a text, for people to read."""

from __future__ import annotations

import re

from zhibiao.domain import Span

_LONGEST = 400  # characters on either side: a page without full stops is no sentence
# In a raw text a single newline may be a hard wrap, so only an empty line ends a sentence.
_END = re.compile(r"[。！？!?；;][”’」』）)》】\"]*|\n[ \t\u3000]*\n")


def sentence_around(text: str, span: Span) -> Span:
    """The span of the sentence, or the sentences, that hold `span`, without outer white space."""
    left = max(0, span.start - _LONGEST)
    start = left
    for match in _END.finditer(text, left, span.start):
        start = match.end()
    right = min(len(text), span.end + _LONGEST)
    following = _END.search(text, span.end, right)
    end = right if following is None else following.end()
    while start < span.start and text[start].isspace():
        start += 1
    while end > span.end and text[end - 1].isspace():
        end -= 1
    return Span(start, end)
