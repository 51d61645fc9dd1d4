"""A file in which nothing can be found must not pass for a report that was read.

Texts are invented.
"""

from __future__ import annotations

from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser as Page

FILES = {
    "x.pdf": b"x",
    "散文.txt": "清河的水缓缓流过县城，两岸杨柳依依。\n".encode(),
    "报告.txt": "清河县2024年政府工作报告\n去年，全县地区生产总值增长6.8%。\n".encode(),
}
SAID = {
    "en": ("no Chinese text, so nothing was found", "no indicator found", ""),
    "zh": ("没有中文，因此未找到任何内容", "未找到指标", ""),
}


@pytest.fixture(scope="module")
def service(serve: Any) -> Any:
    served = serve()
    served.submit(FILES)
    served.work()
    return served


@pytest.mark.parametrize("language", SAID)
def test_lists_and_pages_say_in_which_documents_nothing_was_found(
    service: Any, language: str
) -> None:
    def page(path: str) -> Page:
        headers = {"Accept": "text/html", "Accept-Language": language}
        return Page(service.http.get(path, headers=headers).text)

    expected = dict(zip(FILES, SAID[language], strict=True))
    for path in ("/documents", "/runs/1"):
        rows = page(path).css("tbody tr td.name")
        said = {
            cell.css_first("a").text(): cell.parent.css_first("td:last-child").text(strip=True)
            for cell in rows
            if cell.parent is not None
        }
        assert said == expected, path
    listed = service.http.get("/v1/documents").json()["documents"]
    for each in listed:
        found = page(f"/documents/{each['id']}").css_first("p.line .doubt")
        assert ("" if found is None else found.text()) == expected[each["source"]]


def test_where_every_document_has_an_indicator_no_reason_is_shown(serve: Any) -> None:
    service = serve()
    service.submit({"报告.txt": FILES["报告.txt"]})
    service.work()
    page = Page(service.http.get("/runs/1", headers={"Accept": "text/html"}).text)
    assert len(page.css("tbody tr td")) == 4
