"""What conversions and sites leave between the words of a text.

Escapes and entities that nobody resolved, style sheets and scripts, watermarks, the word 图片 in
a picture's place. All of it is replaced one to one, so that offsets stay exact.
"""

from __future__ import annotations

import html
import re
from typing import Final

from zhibiao.text.characters import HIDDEN, hidden, hide, normalise
from zhibiao.text.code import without_code
from zhibiao.text.watermarks import without_watermarks

# No letter may follow: \name is part of a path.
_ESCAPE: Final = re.compile(
    r"\\r\\n|/r/n|_x000[dD]_\n?|\\[rn](?![A-Za-z])|\\t(?![A-Za-z])"
    r"|\\u[0-9a-fA-F]{4}|\\x[aA]0|\\(?=[\"“”'/])"
)
_BREAKS: Final = frozenset((r"\r\n", "/r/n", r"\n", r"\r"))
_ENTITY: Final = re.compile(
    r"&(?:amp;){0,3}(#\d{1,6}|#[xX][0-9a-fA-F]{1,5}|[A-Za-z]{2,8}\d{0,2});"
    r"|&(?:amp;){0,3}(nbsp|ensp|emsp)(?![A-Za-z;])"
)
_BLOCK_TAG: Final = re.compile(
    r"</?(?:p|div|tr|li|ul|ol|table|h[1-6]|section|article)(?: [^<>\n]{0,200})?/?>", re.IGNORECASE
)
_BREAK_TAG: Final = re.compile(r"<br(?: [^<>\n]{0,200})?/?>", re.IGNORECASE)
_HABIT: Final = 3  # break tags that part the lines of a text; a stray one parts nothing
# No-break spaces that a conversion turned to question marks: 县长?? 张三.
_LOST_BLANKS: Final = re.compile(r"\?{2,}(?=\s|[\u4e00-\u9fff])")
_PICTURE_WORD: Final = r"(?:图片|动图|插图|配图|image|img|picture|photo)(?: ?\d{1,3})?"
_PICTURE_LINE: Final = re.compile(
    rf"^[ \t]*(?:[\[【（(<]?{_PICTURE_WORD}[\]】）)>]?[ \t]*)+$", re.MULTILINE | re.IGNORECASE
)
_PICTURE_MARK: Final = re.compile(
    rf"[\[【（(]{_PICTURE_WORD}[\]】）)]|^[ \t]*(?:图片|动图)(?=[ \t])",
    re.MULTILINE | re.IGNORECASE,
)
# Once a text has bare 图片 lines, the word at a line's edge is a picture's place, too.
_PICTURE_EDGE: Final = re.compile(
    r"^[ \t]*图片(?![:：来源说资中上下里为显展由和的库]|$)"
    r"|(?<=[\u4e00-\u9fff。！”0-9]{4})图片(?=[ \t]*$)",
    re.MULTILINE,
)
# All such words. Each pattern begins with a plain character: only then is a search for it fast.
_MAY_BE_PICTURES: Final = (
    re.compile("图(?:片|(?<=[动插配]图))"),
    *(re.compile(f"{sign}(?i:mage|mg)") for sign in "iI"),
    *(re.compile(f"{sign}(?i:icture|hoto)") for sign in "pP"),
)
_PICTURES: Final = 2  # lines that prove it


def plain(text: str) -> str:
    """`text` with escapes, entities and block tags resolved in place; as long as before."""
    if "\\" in text or "/r/n" in text or "_x000" in text:
        text = _ESCAPE.sub(_unescaped, text)
    if "&" in text:
        text = _ENTITY.sub(_resolved, text)
    if "<" in text:
        text = _BLOCK_TAG.sub(_broken, text)
        if len(_BREAK_TAG.findall(text)) >= _HABIT:
            text = _BREAK_TAG.sub(_broken, text)
    return text


def without_leftovers(text: str) -> str:
    """A normalised text in which all that is left over is blanked or hidden; as long as before."""
    text = plain(text)
    if "??" in text:
        text = _LOST_BLANKS.sub(lambda lost: " " * len(lost[0]), text)
    text = without_pictures(without_code(text))
    return without_watermarks(text)


def without_pictures(text: str) -> str:
    """The same without the words that stand in a picture's place; a heading beside one stays."""
    if not any(words.search(text) for words in _MAY_BE_PICTURES):
        return text
    text, lines = _PICTURE_LINE.subn(hide, text)
    text = _PICTURE_MARK.sub(hide, text)
    return _PICTURE_EDGE.sub(hide, text) if lines >= _PICTURES else text


def _broken(found: re.Match[str]) -> str:
    """A newline; what fills up its place are blanks, for a line of hidden characters is no line."""
    return " " * (len(found[0]) - 1) + "\n"


def _unescaped(found: re.Match[str]) -> str:
    words = found[0]
    if words in _BREAKS:
        return _broken(found)
    if words == "\\":
        return HIDDEN
    if words.startswith("_x"):
        return hidden(words)
    character = " "
    if words.startswith("\\u"):
        character = chr(int(words[2:], 16))
        if "\ud800" <= character <= "\udfff":
            return words
    return _filled(character, len(words))


def _resolved(found: re.Match[str]) -> str:
    character = html.unescape(f"&{found[1] or found[2]};")
    if len(character) != 1 or "\ud800" <= character <= "\udfff":
        return found[0]
    if character in "\r\n":
        return _broken(found)
    return _filled(character, len(found[0]))


def _filled(character: str, length: int) -> str:
    return normalise(character) + HIDDEN * (length - 1)
