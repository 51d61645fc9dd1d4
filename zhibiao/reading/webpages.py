"""Web pages: the report out of its portal, forum or newspaper page.

A report is by far the longest prose of its page. The text's home is the smallest element that
holds nearly all prose of the page; it is widened while that adds only a little text and hardly
any links, which brings in the headline and the line with date and source.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from zhibiao.domain import Decoding
from zhibiao.errors import BrokenFile, LimitExceeded
from zhibiao.reading.limits import HTML_BYTES, HTML_DEPTH
from zhibiao.reading.page import Page
from zhibiao.reading.tables import TableWriter
from zhibiao.reading.tags import Attributes, make_plain

# fmt: off
_DROPPED = frozenset((
    "script", "style", "noscript", "template", "iframe", "object", "embed", "svg", "math",
    "canvas", "audio", "video", "head", "button", "select", "textarea", "input", "nav", "dialog",
    "rt", "rp", "rtc",  # how a character is read
))
_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "div", "dl",
    "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5",
    "h6", "header", "hr", "html", "li", "main", "ol", "p", "pre", "section", "summary",
    "details", "table", "tbody", "thead", "tfoot", "tr", "ul",
))
# fmt: on
_CELLS = frozenset(("td", "th"))
_TABLE_PARTS = frozenset(("td", "th", "tr", "tbody", "thead", "tfoot"))
# Any tag may nest but those that are empty, or that the parser closes by itself.
_NESTING = re.compile(
    r"<(/?)(?!(?:p|li|d[dt]|t[rdh]|tbody|thead|tfoot|col|colgroup|option|h[1-6]|body|html|head|br|hr|"
    r"img|input|meta|link|area|base|embed|param|source|track|wbr|script|style)[\s/>])"
    r"[a-z][\w:-]*(?=[\s/>])",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_CJK = "\u2014\u2018-\u201d\u2026\u3001-\u9fff\uff01-\uffe5"
_WRAPPED = re.compile(rf"(?<=[{_CJK}])[ \t]*\n[ \t\n]*(?=[{_CJK}])")
_SPACES = re.compile(r"[ \t\n\f]+")
_PROSE_MARK = re.compile(r"[，。；！？、：,;]")
_HOLDS = 0.8  # share of the page's prose that the text's home holds
_WIDEN_BEFORE = 200  # characters before the home that widening it may add
_WIDEN_AFTER = 40  # and behind it
_WIDEN_LINKS = 40  # of them in links
_HEADINGS = frozenset(("h1", "h2", "h3"))
_HEADING_WORDS = re.compile(r"(?:工作|施政)[报報]告|发布(?:日期|时间)|来源")
_HIDDEN_SHARE = 0.3  # more prose than this is no hidden noise: scripts unfold it


@dataclass(slots=True)
class _Node:
    """One node of the page, in document order."""

    tag: str  # "" for text
    parent: int
    end: int = 0  # index after its last descendant
    text: str = ""
    prose: int = 0  # characters of sentences below it, outside links
    length: int = 0  # characters below it
    linked: int = 0  # of them in links
    dropped: bool = False
    hidden: bool = False
    columns: int = 1  # that a table cell covers
    rows: int = 1


@dataclass(slots=True)
class _Head:
    title: str = ""
    headlines: list[str] = field(default_factory=list)
    metas: dict[str, str] = field(default_factory=dict)


def read_html(text: str, decoding: Decoding | None, name: str) -> Page:
    """The main content of a page; its `<title>` and headline become the page's title.

    Raises LimitExceeded for pages too large or nested too deeply, BrokenFile when nothing is left.
    """
    if len(text) > HTML_BYTES:
        raise LimitExceeded(
            f"{name}: a web page of {len(text)} characters (the limit is {HTML_BYTES}). "
            "Save the report alone and submit that.",
            name=name,
            limit=HTML_BYTES,
            found=len(text),
        )
    _check_depth(text, name)
    try:
        parser = LexborHTMLParser(make_plain(text, _is_hidden))
        nodes, head = _flatten(parser)
    except (RuntimeError, ValueError, MemoryError) as error:
        raise BrokenFile(
            f"{name}: the page's HTML cannot be parsed ({error}). Save the report as text.",
            name=name,
            part="html",
        ) from error
    body = _render(nodes, _home(nodes)) if nodes else ""
    return Page(text=body, media_type="text/html", title=_title(head), decoding=decoding)


def _check_depth(text: str, name: str) -> None:
    depth = 0
    for tag in _NESTING.finditer(text):
        if tag[1]:
            depth = max(depth - 1, 0)
        else:  # <div/> opens one, too: HTML knows no such ending
            depth += 1
            if depth > HTML_DEPTH:
                raise LimitExceeded(
                    f"{name}: HTML elements are nested more than {HTML_DEPTH} deep "
                    f"(at character {tag.start()}). Save the report as text and submit that.",
                    name=name,
                    part="html",
                    limit=HTML_DEPTH,
                )


def _flatten(parser: LexborHTMLParser) -> tuple[list[_Node], _Head]:
    """The page as a list in document order, with its sums; no recursion, whatever the depth."""
    nodes: list[_Node] = []
    head = _Head()
    root = parser.root
    if root is None:
        return nodes, head
    index: dict[int, int] = {}
    for node in root.traverse(include_text=True):
        above = node.parent
        parent = index.get(above.mem_id, -1) if above is not None else -1
        index[node.mem_id] = len(nodes)
        nodes.append(_as_node(node, parent, nodes, head))
    _sum_up(nodes)
    return nodes, head


def _as_node(node: LexborNode, parent: int, nodes: list[_Node], head: _Head) -> _Node:
    dropped = parent >= 0 and nodes[parent].dropped
    if node.is_text_node:
        content = node.text_content or ""
        parent_tag = nodes[parent].tag if parent >= 0 else ""
        if parent_tag == "title" and not head.title:
            head.title = content
        if parent_tag == "h1":
            head.headlines.append(content)
        return _Node(tag="", parent=parent, text=content, dropped=dropped)
    tag = node.tag or ""
    if not node.is_element_node:
        return _Node(tag="#", parent=parent, dropped=True)
    attributes = node.attributes
    if tag == "meta":
        key = (attributes.get("name") or attributes.get("property") or "").lower()
        head.metas.setdefault(key, attributes.get("content") or "")
    cell = tag in _CELLS
    return _Node(
        tag=tag,
        parent=parent,
        dropped=dropped or tag in _DROPPED,
        hidden=_is_hidden(attributes),
        columns=_count(attributes.get("colspan")) if cell else 1,
        rows=_count(attributes.get("rowspan")) if cell else 1,
    )


def _is_hidden(attributes: Attributes) -> bool:
    return (
        "hidden" in attributes
        or "jammer" in (attributes.get("class") or "").split()
        or bool(_HIDDEN.search(attributes.get("style") or ""))
    )


def _count(stated: str | None) -> int:
    """Rows or columns that a cell covers; at most 1000, as in a browser."""
    digits = (stated or "").strip()
    return min(max(int(digits), 1), 1000) if digits.isdecimal() and len(digits) < 6 else 1


def _sum_up(nodes: list[_Node]) -> None:
    """Sums from the leaves up; hidden elements with little prose in them are dropped."""
    for place, node in enumerate(nodes):
        node.end = place + 1
        if not node.tag and not node.dropped:
            stripped = node.text.strip()
            node.length = len(stripped)
            node.prose = len(stripped) if _PROSE_MARK.search(stripped) else 0
    hidden = [place for place, node in enumerate(nodes) if node.hidden]
    _accumulate(nodes)
    total = nodes[0].prose
    dropped_until = 0  # what lies in an element that was dropped is not gone through again
    for place in hidden:
        if place >= dropped_until and nodes[place].prose <= total * _HIDDEN_SHARE:
            dropped_until = nodes[place].end
            for node in nodes[place:dropped_until]:
                node.dropped = True
    if hidden:
        for node in nodes:
            if node.tag or node.dropped:
                node.length = node.prose = node.linked = 0
        _accumulate(nodes)


def _accumulate(nodes: list[_Node]) -> None:
    for place in range(len(nodes) - 1, 0, -1):
        node = nodes[place]
        if node.tag == "a":
            node.linked, node.prose = node.length, 0
        if node.parent >= 0:
            above = nodes[node.parent]
            above.end = max(above.end, node.end)
            above.length += node.length
            above.prose += node.prose
            above.linked += node.linked


def _home(nodes: list[_Node]) -> int:
    """The index of the element that holds the report."""
    children: dict[int, list[int]] = {}
    for place, node in enumerate(nodes):
        if node.tag and node.prose:
            children.setdefault(node.parent, []).append(place)
    total = nodes[0].prose
    home = 0
    while True:
        inner = max(children.get(home, ()), key=lambda child: nodes[child].prose, default=None)
        if inner is None or nodes[inner].prose < _HOLDS * total or not total:
            break
        home = inner
    return _with_headline(nodes, home)


def _with_headline(nodes: list[_Node], home: int) -> int:
    """The home, or the ancestor of it that adds its headline and little else."""
    best = inner = home
    before = 0
    headed = False
    while (above := nodes[inner].parent) > 0 and nodes[above].tag != "html":
        added = nodes[above:inner]
        before += sum(node.length for node in added if not node.tag)
        after = nodes[above].length - nodes[home].length - before
        links = nodes[above].linked - nodes[home].linked
        if before > _WIDEN_BEFORE or after > _WIDEN_AFTER or links > _WIDEN_LINKS:
            break
        headed = headed or any(
            node.tag in _HEADINGS or _HEADING_WORDS.search(node.text)
            for node in added
            if not node.dropped
        )
        if headed:
            best, headed = above, False
        inner = above
    return best


def _render(nodes: list[_Node], home: int) -> str:
    while nodes[home].tag in _TABLE_PARTS and nodes[home].parent > 0:
        home = nodes[home].parent
    writer = TableWriter()
    closing: list[tuple[int, Callable[[], None]]] = []  # ends of the open blocks
    preformatted_until = 0
    for place in range(home, nodes[home].end):
        while closing and closing[-1][0] <= place:
            closing.pop()[1]()
        node = nodes[place]
        if node.dropped:
            continue
        if not node.tag:
            writer.write(node.text if place < preformatted_until else _flowed(node.text))
        elif node.tag == "br":
            writer.write("\n")
        elif node.tag in _CELLS:
            writer.open_cell(node.columns, node.rows)
            closing.append((node.end, writer.close_cell))
        elif node.tag == "tr":
            writer.open_row()
            closing.append((node.end, writer.close_row))
        elif node.tag == "table":
            writer.open_table()
            closing.append((node.end, writer.close_table))
        elif node.tag in _BLOCKS:
            writer.write("\n")
            closing.append((node.end, writer.end_line))
            if node.tag == "pre":
                preformatted_until = node.end
    for _end, close in reversed(closing):
        close()
    return writer.text()


def _flowed(text: str) -> str:
    """White space as a browser shows it; a source line's wrap within Chinese text is nothing."""
    return _SPACES.sub(" ", _WRAPPED.sub("", text)) if text else ""


def _title(head: _Head) -> str | None:
    """The page's title, led by the article's own headline where that says something else.

    A page's first heading may be its logo: only one that speaks of a report counts.
    """
    page = _SPACES.sub(" ", head.title).strip()
    stated = head.metas.get("articletitle") or head.metas.get("og:title") or ""
    candidates = (_SPACES.sub(" ", text).strip() for text in (stated, *head.headlines))
    headline = next((text for text in candidates if "报告" in text), "")
    if headline and headline not in page:
        return f"{headline} - {page}" if page else headline
    return page or None
