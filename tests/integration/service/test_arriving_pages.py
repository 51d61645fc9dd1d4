"""A page whose last part takes time sends its head at once, then the rest: the page that it is."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from callers import browser_of
from selectolax.lexbor import LexborHTMLParser as Page
from sqlalchemy.exc import OperationalError

from api.console import arriving
from api.console.routes import observations, reprocessing, search
from zhibiao.store.database.errors import Pruned

REPORT = (
    "清河县2023年政府工作报告\n一、2022年工作回顾\n全县地区生产总值达到312.5亿元，增长6.8%。\n"
    "二、2023年工作安排\n今年的主要预期目标是：地区生产总值增长7%左右。\n"
)
# Pages, and what takes their time.
SLOW: dict[str, tuple[object, str]] = {
    "/reprocess": (reprocessing.plans, "plan"),
    "/runs/1/changes": (reprocessing, "diff_view"),
    "/observations": (observations, "observation_page"),
    "/observations?indicator=gdp&period=1990": (observations, "observation_page"),
    "/search?text=地区生产总值": (search, "text_page"),
    "/search?of=quantities&text=生产总值": (search, "quantity_page"),
}
Hold = Callable[..., threading.Event]


@pytest.fixture(scope="module")
def browser(serve: Any) -> Iterator[httpx.Client]:
    service = serve()
    service.submit({"清河.txt": REPORT.encode()})
    service.work()
    with browser_of(service) as browser:
        yield browser


@pytest.fixture
def hold(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hold]:
    """Makes a function wait for what is answered, and then fail if it is told so."""
    released = threading.Event()

    def begin(place: object, name: str, error: Exception | None = None) -> threading.Event:
        done = getattr(place, name)

        def held(*arguments: Any, **named: Any) -> Any:
            assert released.wait(20)
            if error is not None:
                raise error
            return done(*arguments, **named)

        monkeypatch.setattr(place, name, held)
        return released

    yield begin
    released.set()


def received(browser: httpx.Client, path: str, released: threading.Event) -> tuple[str, str]:
    """What comes of a page before and after something is released."""
    with browser.stream("GET", path) as answer:
        assert answer.status_code == 200
        pieces = answer.iter_text()
        head = next(pieces)
        while "</form>\n" not in head.partition("<main")[2] and 'class="arriving"' not in head:
            head += next(pieces)
        released.set()
        return head, "".join(pieces)


def shown(written: str) -> str:
    """A page's content, without the word that it is being looked for.

    Nor the link to the same as a file, which the head has before it is known to be empty.
    """
    page = Page(written)
    for passing in page.css(".arriving, [download]"):
        passing.decompose()
    return " ".join(page.css_first("main").text().split())


@pytest.mark.parametrize("path", SLOW)
def test_the_head_of_a_slow_page_comes_first_and_then_the_page_is_as_any(
    browser: httpx.Client, hold: Hold, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(arriving, "_PATIENCE_SECONDS", 30)
    quick = browser.get(path)
    assert not Page(quick.text).css(".arriving")
    monkeypatch.setattr(arriving, "_PATIENCE_SECONDS", 0)
    head, rest = received(browser, path, hold(*SLOW[path]))
    begun = Page(head)
    assert begun.css_first("h1")
    assert begun.css_first(".arriving[role=status]").text()
    assert shown(head + rest) == shown(quick.text)
    # A style sheet takes the word away when what follows it is there.
    assert Page(head + rest).css(".arriving + .arrival")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OperationalError("SELECT secret", {}, Exception("gone")), "数据库没有应答"),
        (RuntimeError("secret"), "内部错误"),
        (Pruned(documents=3), "不再保留"),
    ],
)
def test_what_fails_after_the_head_is_said_on_the_page(
    browser: httpx.Client,
    hold: Hold,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    said: str,
) -> None:
    monkeypatch.setattr(arriving, "_PATIENCE_SECONDS", 0)
    released = hold(reprocessing, "diff_view", error)
    browser.headers["Accept-Language"] = "zh"
    written = "".join(received(browser, "/runs/1/changes", released))
    page = Page(written)
    assert said in page.css_first("main .problem[role=alert]").text()
    assert "secret" not in written
    assert page.css("footer")
    assert written.rstrip().endswith("</html>")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/reprocess?run=999", 422),
        ("/observations?indicator=snow", 422),
        ("/observations?next=x", 422),
        ("/search?text=增长&region_code=99", 422),
        ("/runs/999/changes", 404),
    ],
)
def test_what_is_asked_wrongly_has_its_status_however_long_it_takes(
    browser: httpx.Client, monkeypatch: pytest.MonkeyPatch, path: str, status: int
) -> None:
    monkeypatch.setattr(arriving, "_PATIENCE_SECONDS", 0)
    assert browser.get(path).status_code == status
