"""Flower as people reach it: by the console's log-in, with a name in every row."""

from __future__ import annotations

import dbm
import pickle
import shelve
from contextlib import suppress
from typing import Any
from urllib.parse import unquote

import httpx
import psutil
import pytest
from chromium import (
    WIDE,
    another_page,
    appears,
    asked_for,
    barriers,
    comes,
    page_width,
    redrawn,
    show,
)
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from waiting import wait_until

# Of Flower's own pages, which come from its package as they are: the colours of its navigation and
# badges, and an attribute that its tables' library writes. What else keeps people out is a fault.
FLOWERS_OWN = {"color-contrast", "aria-valid-attr"}
STAGES = {f"zhibiao.{stage}" for stage in ("read", "clean", "segment", "extract")}


def rows(browser: Chrome) -> dict[str, tuple[str, str]]:
    """Name and arguments of the tasks on Flower's page, by their ids."""
    found: dict[str, tuple[str, str]] = browser.execute_script(
        "return Object.fromEntries([...document.querySelectorAll('#tasks-table tbody tr[id]')]"
        ".map(row => [row.id, [row.cells[0].innerText, row.cells[1].innerText]]))"
    )
    return found


def all_rows(stack: Any, browser: Chrome, wanted: int) -> dict[str, tuple[str, str]]:
    """The same of all tasks, when there are so many at least."""
    show(browser, f"{stack.address['url']}/flower/tasks")
    appears(browser, "#tasks-table tbody tr")

    def there(page: Chrome) -> dict[str, tuple[str, str]]:
        redrawn(page, "page.len(1000)")
        found = rows(page)
        return found if len(found) >= wanted else {}

    return comes(browser, there, seconds=120)


def saved(stack: Any) -> set[str]:
    """The ids of the tasks that Flower has kept so far."""
    try:
        with shelve.open(str(stack.data_dir / "flower" / "history"), flag="r") as kept:
            return set(kept["events"].tasks)
    except (*dbm.error, KeyError, EOFError, pickle.UnpicklingError):  # it is just being written
        return set()


def flower_pids(stack: Any) -> set[int]:
    """The pids of the stack's Flower that runs now; none while it is between two."""
    found = set()
    for process in stack.family():
        with suppress(psutil.NoSuchProcess):  # or ended, and not yet waited for
            if "flower" in process.cmdline():
                found.add(int(process.pid))
    return found


def test_no_row_is_without_a_name_from_the_first_task_on_nor_after_flower_is_killed(
    inside: Any, browser: Chrome
) -> None:
    before = all_rows(inside, browser, wanted=4)
    assert {name for name, _ in before.values()} == STAGES
    assert all(arguments.startswith("run ") for _, arguments in before.values())
    first = [name for name, arguments in before.values() if arguments.startswith("run 1, ")]
    assert set(first) == STAGES  # of the run that was submitted as soon as that was possible
    wait_until(lambda: saved(inside) >= before.keys(), seconds=120)
    (killed,) = flower_pids(inside)
    psutil.Process(killed).kill()
    # Its tasks begin while nobody listens, and may end when somebody does.
    report = "清河县2024年政府工作报告\n去年，全县地区生产总值达到321亿元，增长6.8%。\n" * 200
    with inside.client() as client:
        for number in range(6):
            named = ("files", (f"{number}.txt", f"{report}{number}".encode()))
            client.post("/v1/runs", files=[named])
    wait_until(lambda: flower_pids(inside) - {killed}, seconds=180)
    address = inside.address["flower_url"]
    wait_until(lambda: "flower_worker_online{" in said(f"{address}/metrics"), seconds=180)
    after = all_rows(inside, browser, wanted=len(before))
    assert after.keys() >= before.keys()
    assert {name for name, _ in after.values()} == STAGES
    assert all(arguments.startswith("run ") for _, arguments in after.values())


def said(address: str) -> str:
    try:
        return httpx.get(address, timeout=5, trust_env=False).text
    except httpx.TransportError:
        return ""


def test_a_runs_page_leads_to_its_tasks_alone(inside: Any, browser: Chrome) -> None:
    with inside.client() as client:
        text = "清河县2025年政府工作报告\n全县地区生产总值增长7%。\n".encode()
        run = client.post("/v1/runs", files={"files": ("one.txt", text)}).json()["id"]
        inside.wait_run(run)
    assert run > 1
    show(browser, f"{inside.address['url']}/runs/{run}")
    link = browser.find_element(By.CSS_SELECTOR, 'a[href^="/flower/tasks"]')
    assert f"run {run}," in unquote(link.get_attribute("href") or "")
    with another_page(browser):
        link.click()

    def all_there(page: Chrome) -> bool:
        redrawn(page, "page.len(1000)")  # Flower may hear of a task's end after the run's
        return len(rows(page)) == len(STAGES)

    comes(browser, all_there)
    assert {arguments for _, arguments in rows(browser).values()} == {
        f"run {run}, 1 document, interactive"
    }


@pytest.mark.parametrize("width", [WIDE, 390])
def test_flowers_pages_are_whole_behind_the_log_in(
    inside: Any, browser: Chrome, width: int
) -> None:
    all_rows(inside, browser, wanted=4)
    task = f"/flower/task/{next(iter(rows(browser)))}"
    with inside.client() as client:
        # Flower asks the workers itself, and knows none until they have answered.
        wait_until(lambda: client.get("/flower/api/workers").json() != {}, seconds=180)
        worker = f"/flower/worker/{next(iter(client.get('/flower/api/workers').json()))}"
    asked_for(browser)
    browser.get_log("browser")
    for path in ("/flower/", "/flower/tasks", "/flower/broker", task, worker):
        show(browser, inside.address["url"] + path, width)
        appears(browser, ".app-content")
        assert page_width(browser) <= width, path
        kept_out = barriers(browser)
        assert {each.partition(" ")[0] for each in kept_out} <= FLOWERS_OWN, kept_out
        assert [entry["message"] for entry in browser.get_log("browser")] == [], path
    url = inside.address["url"]
    asked = asked_for(browser)
    assert [address for address in asked if not address.startswith(f"{url}/flower/")] == []


def test_flowers_metrics_are_read_with_the_token(inside: Any) -> None:
    with inside.client() as client:
        # None yet where Flower has just begun anew.
        wait_until(lambda: "flower_events_total{" in client.get("/flower/metrics").text)
