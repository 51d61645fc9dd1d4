"""Style sheets and scripts that a conversion has left in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from zhibiao.text.characters import hidden, hide

_ELEMENT: Final = re.compile(
    r"<(style|script)\b[^<>]{0,300}>.{0,20000}?</\1>|<!--.{0,5000}?-->|/\*[^*]{0,2000}\*/",
    re.DOTALL | re.IGNORECASE,
)
# What Word writes before its own style sheet.
_WORD: Final = re.compile(
    r"(?:Normal\s+0\s+)?(?:[\d.]+\s*磅\s+)?(?:\d\s+){0,2}(?:false\s+){2,}(?:[A-Z]{2}-[A-Z]{2,4}\s*)*"
    r"(?:X-NONE\s*)?(?:MicrosoftInternetExplorer\d)?"
)
_OF_WORD: Final = re.compile(r"false\s+false\s")
_DECLARATIONS: Final = re.compile(
    r"\s*(?:[-*_a-zA-Z]+\s*:[^;{}。！？]{0,300}(?:;\s*|$))+", re.DOTALL
)
_SCRIPT: Final = re.compile(
    r"\b(?:var|let|const|function|return|typeof)\b|document\.|window\.|\$\(|\bif ?\(|this\.|=>|=="
)
_SELECTOR: Final = re.compile(
    r"(?:@[\w-]+[^;{}\u4e00-\u9fff]{0,120}|[.#*]?[A-Za-z][\w\\:.#>*,\[\]=\"'~+()| \n-]{0,300})$"
)
_HEAD_OF_BLOCK: Final = re.compile(
    r"(?:[;(!\s]*(?:async\s+)?function\b[^{}]{0,120}|(?:if|else|for|while|try|catch|do)\b[^{}]{0,200}"
    r"|[\w$.]+\s*[=(:][^{}\u4e00-\u9fff]{0,160}|\$[^{};\n]{0,160})$"
)
_STATEMENT: Final = re.compile(
    r"(?:\b(?:var|let|const)\s+[\w$]+\s*=[^;{\n]{0,400}(?:;|$)"
    r"|(?<![\w.])(?:document|window|location|jQuery|\$)\s*[.(][^;{\n]{0,400}(?:;|$))",
    re.MULTILINE,
)
_OF_STATEMENTS: Final = ("var", "let", "const", "document", "window", "location", "jQuery", "$")
_BEHIND: Final = re.compile(r"\s*\)?\s*(?:\([^()\n]{0,60}\))?\s*\)?;?")
_LONGEST: Final = 20_000  # characters of a block
_DEEPEST: Final = 30  # blocks within blocks
_REACH: Final = 400  # characters before a block that may belong to it


def without_code(text: str) -> str:
    """`text` with style sheets, scripts and comments hidden; as long as before."""
    if "<" in text or "/*" in text:
        text = _ELEMENT.sub(hide, text)
    if _OF_WORD.search(text):
        text = _WORD.sub(hide, text)
    if (";" in text or "document." in text) and any(word in text for word in _OF_STATEMENTS):
        text = _STATEMENT.sub(hide, text)
    if "{" in text:
        pieces, at = [], 0
        for start, end in _blocks(text):
            pieces += [text[at:start], hidden(text[start:end])]
            at = end
        text = "".join((*pieces, text[at:]))
    return text


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """The blocks in braces that are code, each with what introduces it."""
    last = at = 0
    while (opening := text.find("{", at)) >= 0:
        end = _closed(text, opening)
        if end is None:
            at = opening + 1
            continue
        at = end
        body = text[opening + 1 : end - 1]
        before = text[max(last, opening - _REACH) : opening]
        inner = re.sub(r"[^{}]*\{([^{}]*)\}", r"\1", body)  # the rules within @media
        if _DECLARATIONS.fullmatch(inner) or (not body.strip() and _SELECTOR.search(before)):
            head = _SELECTOR.search(before)
        elif _SCRIPT.search(body) or _SCRIPT.search(before[-60:]):
            head = _HEAD_OF_BLOCK.search(before)
            behind = _BEHIND.match(text, end)
            at = end = end if behind is None else behind.end()
        else:
            continue
        start = opening if head is None else opening - len(before) + head.start()
        yield start, end
        last = end


def _closed(text: str, opening: int) -> int | None:
    """Where the brace is closed again; None where it is not, or too far away."""
    depth = 0
    for brace in re.compile(r"[{}]").finditer(text, opening, opening + _LONGEST):
        depth += 1 if brace[0] == "{" else -1
        if depth == 0:
            return brace.end()
        if depth > _DEEPEST:
            return None
    return None
