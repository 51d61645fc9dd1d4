"""What a person sees: the API's page and Flower, in a real browser at two widths."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from chromium import WIDE, appears, ask, asked_for, comes, page_width, redrawn, show
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

WIDTHS = (WIDE, 390)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_docs_page_fits_and_loads_nothing_from_elsewhere(
    live: Any, browser: Chrome, width: int
) -> None:
    show(browser, f"{live.address['url']}/docs", width)
    appears(browser, "details .method")
    assert page_width(browser) <= width
    asked = asked_for(browser)
    assert asked
    assert [address for address in asked if not address.startswith(f"{live.address['url']}/")] == []


def test_a_run_can_be_read_from_the_docs_page(live: Any, browser: Chrome) -> None:
    route = ask(live, browser, "get_run", run="1")
    comes(browser, lambda _: "200" in route.text and '"done"' in route.text)


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet", "xlsx"])
def test_a_table_asked_for_on_the_docs_page_is_saved_as_a_file(
    live: Any, browser: Chrome, form: str, tmp_path: Path
) -> None:
    browser.execute_cdp_cmd(
        "Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(tmp_path)}
    )
    route = ask(live, browser, "export_table", table="documents", format=form)
    saved = tmp_path / f"documents.{form}"
    comes(browser, lambda _: saved.exists() and saved.stat().st_size > 0)
    assert f"documents.{form} ({saved.stat().st_size} bytes)" in route.text


def test_a_source_asked_for_on_the_docs_page_is_saved_under_its_own_name(
    live: Any, browser: Chrome, tmp_path: Path
) -> None:
    source = tmp_path / "报告 一.txt"
    source.write_text("清河县2023年政府工作报告\n一年来，全县生产总值增长6.8%。", "utf-8")
    live.run("submit", str(source), "--wait")
    with live.client() as client:
        found = client.get("/v1/documents", params={"name": source.name}).json()["documents"]
    saved = tmp_path / "saved"
    browser.execute_cdp_cmd(
        "Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(saved)}
    )
    ask(live, browser, "get_document_source", document=str(found[0]["id"]))
    comes(browser, lambda _: (saved / source.name).exists())
    assert (saved / source.name).read_bytes() == source.read_bytes()


def test_no_head_of_a_table_covers_its_rows_on_a_phone(inside: Any, browser: Chrome) -> None:
    for path in ("/observations", "/search?text=%E5%85%A8%E5%B8%82"):
        show(browser, inside.address["url"] + path, 390)
        seen = browser.execute_script(
            "return [...document.querySelectorAll('tbody tr:first-child td')].map(cell => {"
            "  cell.scrollIntoView({block: 'center'});"
            "  const box = cell.getBoundingClientRect();"
            "  return document.elementFromPoint(box.x + 12, box.y + 8).closest('td, th').tagName;"
            "})"
        )
        assert len(seen) > 1
        assert set(seen) == {"TD"}, path


@pytest.mark.parametrize("width", WIDTHS)
def test_flower_shows_the_tasks_with_readable_arguments(
    live: Any, browser: Chrome, width: int
) -> None:
    password = (live.data_dir / "flower-password").read_text().strip()
    address = live.address["flower_url"].replace("http://", f"http://zhibiao:{password}@")
    show(browser, f"{address}/tasks", width)

    def shown(page: Chrome) -> bool:
        redrawn(page, "search('kwargs:\"run 1,\"')")  # of the samples, whatever has run since
        text = page.find_element(By.TAG_NAME, "body").text
        return "zhibiao.extract" in text and "documents, interactive" in text

    comes(browser, shown, seconds=120)
    if width == max(WIDTHS):
        hidden = browser.execute_script(
            "const frame = document.querySelector('#tasks-table').parentElement;"
            "return frame.scrollWidth - frame.clientWidth"
        )
        assert hidden == 0  # nothing to scroll sideways for
