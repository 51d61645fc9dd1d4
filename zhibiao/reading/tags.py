"""Tags that would cost a parser the square of their number, or more, made plain before it runs.

An HTML parser compares every attribute of a tag with those before it, adds the attributes of each
further `<body>` to the first one's, and repeats every `<font>` or `<b>` that was left open in each
paragraph that follows: 40 kB of such tags take ten seconds and more than a gigabyte. Pages do not
hold such things; where one does, it loses what the reader never looks at.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping

_ATTRIBUTES = 256  # of one tag; the pages of portals and forums stay under 50
_REPEATED = 100_000  # elements that paragraphs repeat; 0 in a page that closes what it opens
_SHORT = 2 * _ATTRIBUTES  # a tag of so few characters has no more attributes

# The whole of a comment, or a tag to its `>`, as the HTML standard's tokenizer has it. Nothing here
# backtracks, and what has begun ends with the page at the latest, so that it is linear.
_SPACE = r"[ \t\n\r\f]"
_NAME = r"[^ \t\n\r\f/>][^ \t\n\r\f/>=]*+"
_VALUE = r"""(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^ \t\n\r\f>]*+)"""
_ATTRIBUTE = re.compile(rf"({_NAME})(?:{_SPACE}*+={_SPACE}*+({_VALUE}))?+")
_TAG = re.compile(
    r"<!--(?:-?>|.*?(?:--!?>|\Z))"
    r"|<(?P<end>/?)(?P<name>[a-z][^ \t\n\r\f/>]*+)"
    rf"(?P<attributes>(?:{_SPACE}++|/(?!>)|{_NAME}(?:{_SPACE}*+={_SPACE}*+{_VALUE})?+)*+)"
    r"(?P<slash>/?)(?:>|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_RAW = frozenset(("script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes"))
_RAW_END = {name: re.compile(rf"</{name}(?=[\s/>]|\Z)", re.IGNORECASE) for name in _RAW}
# The standard's formatting elements, but for links: of those only one is open at a time.
_FORMATTING = frozenset(
    ("b", "big", "code", "em", "font", "i", "s", "small", "strike", "strong", "tt", "u")
)
_MERGED = frozenset(("html", "body"))  # a second one adds its attributes to the first

Attributes = Mapping[str, str | None]


def make_plain(text: str, is_hidden: Callable[[Attributes], bool]) -> str:
    """The page as it is, or, where its tags are out of all proportion, with plain ones.

    A plain tag says whether `is_hidden` holds for its attributes, a `<meta>` its name and content;
    a formatting element is a `<span>`, which ends with its paragraph.
    """
    if not _out_of_proportion(text):
        return text
    pieces: list[str] = []
    copied = 0
    for tag in _tags(text):
        pieces += (text[copied : tag.start()], _plain(tag, is_hidden))
        copied = tag.end()
    pieces.append(text[copied:])
    return "".join(pieces)


def _tags(text: str) -> Iterator[re.Match[str]]:
    """Start and end tags; what stands in comments, scripts and the like is none."""
    place = 0
    while (tag := _TAG.search(text, place)) is not None:
        place = tag.end()
        if tag["name"] is None:
            continue
        yield tag
        ending = None if tag["end"] else _RAW_END.get(tag["name"].lower())
        if ending is not None:
            found = ending.search(text, place)
            place = len(text) if found is None else found.start()


def _out_of_proportion(text: str) -> bool:
    unclosed = repeated = merged = 0
    for tag in _tags(text):
        name = tag["name"].lower()
        if name in _FORMATTING:
            unclosed = max(0, unclosed - 1) if tag["end"] else unclosed + 1
        elif not tag["end"]:
            repeated += unclosed
        count = 0
        if name in _MERGED or len(tag["attributes"]) > _SHORT:
            count = sum(1 for _ in _ATTRIBUTE.finditer(tag["attributes"]))
        merged += count if name in _MERGED else 0
        if max(count, merged) > _ATTRIBUTES or repeated > _REPEATED:
            return True
    return False


def _plain(tag: re.Match[str], is_hidden: Callable[[Attributes], bool]) -> str:
    name = tag["name"].lower()
    shown = "span" if name in _FORMATTING else name
    if tag["end"]:
        return f"</{shown}>"
    attributes: dict[str, str] = {}
    for key, value in _ATTRIBUTE.findall(tag["attributes"]):
        bare = value[1:-1] if value[:1] in ("'", '"') else value
        attributes.setdefault(key.lower(), html.unescape(bare))
    kept = ""
    if name == "meta":
        known = ("name", "property", "content")
        kept = "".join(
            f' {key}="{html.escape(attributes[key])}"' for key in known if key in attributes
        )
    elif is_hidden(attributes):
        kept = " hidden"
    return f"<{shown}{kept}{tag['slash']}>"
