"""Where sentences begin and end."""

from __future__ import annotations

import re

from zhibiao.domain import Span

# A sentence runs through its final marks and the quotes and brackets that close after them.
# A newline always ends one: the cleaner leaves newlines only between paragraphs and headings.
_SENTENCE = re.compile(r"[^\n。！？!?；;]*(?:[。！？!?；;]+[”’」』）)》】\"]*|\n|$)")


def sentences(text: str) -> list[Span]:
    """The sentences of a clean text, in order, without surrounding white space.

    Spans are half-open character offsets into `text`; they do not overlap, and what lies
    between them is white space only.
    """
    found = []
    for match in _SENTENCE.finditer(text):
        start, end = match.span()
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        if start < end:
            found.append(Span(start, end))
    return found
