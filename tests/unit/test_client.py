"""The client goes on through what passes, and never submits twice."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from zhibiao.client import Client, Refused, ServiceUnreachable

Handler = Callable[[httpx.Request], httpx.Response]
RUN = {"id": 7, "accounts": {}, "finished": True}


def client(handler: Handler, slept: list[float] | None = None) -> Client:
    waits = [] if slept is None else slept
    return Client("http://test", "t", transport=httpx.MockTransport(handler), sleep=waits.append)


def refusal(status: int, code: str, **headers: str) -> httpx.Response:
    error = {"code": code, "message": "No.", "details": {}, "request_id": "r"}
    return httpx.Response(status, json={"error": error}, headers=headers)


def test_a_lost_answer_is_asked_for_again_with_the_same_key_and_the_whole_body(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.txt").write_text("报告")
    keys, bodies = [], []

    def handler(request: httpx.Request) -> httpx.Response:
        keys.append(request.headers["idempotency-key"])
        bodies.append(request.read())
        if len(keys) < 3:
            raise httpx.ReadError("reset")
        return httpx.Response(202, json=RUN)

    slept: list[float] = []
    assert client(handler, slept).submit([tmp_path]) == RUN
    assert len(keys) == 3
    assert len(set(keys)) == 1
    assert len(set(bodies)) == 1
    assert "报告".encode() in bodies[0]
    assert slept[0] < slept[1]


def test_a_full_backlog_is_waited_for_as_long_as_the_service_asks() -> None:
    answers = [refusal(429, "backlog_full", **{"Retry-After": "7"})] * 12

    def handler(_: httpx.Request) -> httpx.Response:
        return answers.pop() if answers else httpx.Response(200, json=RUN)

    slept: list[float] = []
    assert client(handler, slept).run(1) == RUN
    assert slept == [7.0] * 12


def test_a_key_in_use_is_tried_again_because_the_first_upload_may_have_broken_off() -> None:
    answers = [refusal(409, "idempotency_key_in_use", **{"Retry-After": "5"})] * 20

    def handler(_: httpx.Request) -> httpx.Response:
        return answers.pop() if answers else httpx.Response(200, json=RUN)

    assert client(handler).run(1) == RUN


@pytest.mark.parametrize("status", [400, 401, 404, 413, 422, 500])
def test_a_refusal_that_will_not_pass_is_told_at_once(status: int) -> None:
    calls = []

    def handler(request: httpx.Request) -> httpx.Response:
        calls.append(request)
        return refusal(status, "some_code")

    with pytest.raises(Refused, match="No") as caught:
        client(handler).run(1)
    assert (caught.value.status, caught.value.reason, len(calls)) == (status, "some_code", 1)


def test_where_nobody_ever_answered_the_address_is_named_at_once() -> None:
    calls = []

    def handler(request: httpx.Request) -> httpx.Response:
        calls.append(request)
        raise httpx.ConnectError("refused")

    with pytest.raises(ServiceUnreachable, match="zhibiao up"):
        client(handler).run(1)
    assert len(calls) == 1


def test_a_service_that_answered_before_is_waited_for_half_a_minute() -> None:
    calls = []

    def handler(request: httpx.Request) -> httpx.Response:
        calls.append(request)
        if len(calls) == 1:
            return httpx.Response(200, json=RUN)
        raise httpx.ConnectError("refused")

    slept: list[float] = []
    service = client(handler, slept)
    service.run(1)
    with pytest.raises(ServiceUnreachable):
        service.run(1)
    assert 20 < sum(slept) < 60


def test_another_programs_answer_is_not_taken_for_ours() -> None:
    with pytest.raises(Refused, match="answered 404"):
        client(lambda _: httpx.Response(404, text="<html>nginx</html>")).run(1)


PORTAL = httpx.Response(200, html="<html>Welcome! Please log in.</html>")
OTHER_SERVICE = httpx.Response(200, json={"ok": 1})
A_LIST = httpx.Response(200, json=[1, 2])
GATEWAY = httpx.Response(400, json={"error": "bad gateway"})
GATEWAYS_OWN = httpx.Response(400, json={"error": {"message": "bad gateway"}})


@pytest.mark.parametrize("answer", [PORTAL, OTHER_SERVICE, A_LIST, GATEWAY, GATEWAYS_OWN])
@pytest.mark.parametrize(
    "ask",
    [
        lambda asking: asking.run(1),
        lambda asking: asking.runs(),
        lambda asking: asking.cancel(1),
        lambda asking: asking.retry(1),
        lambda asking: list(asking.documents()),
        lambda asking: asking.count_documents(),
        lambda asking: list(asking.observations()),
        lambda asking: asking.reprocess(),
        lambda asking: asking.diff(1),
        lambda asking: list(asking.diff_lines(1, form="csv")),
        lambda asking: asking.roll_back(1),
        lambda asking: asking.prune(),
        lambda asking: asking.export("panel", Path("never.csv")),
    ],
)
def test_whatever_another_program_answers_it_is_not_taken_for_ours(
    answer: httpx.Response,
    ask: Callable[[Client], object],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Refused, match="ZHIBIAO_URL") as caught:
        ask(client(lambda _: answer))
    assert caught.value.reason == "not_zhibiao"
    assert list(tmp_path.iterdir()) == []


def test_an_address_that_is_none_is_named() -> None:
    with pytest.raises(ServiceUnreachable, match="ZHIBIAO_URL"):
        Client("http://host:port", "t")


@pytest.mark.parametrize("name", ["x" * 100_000, "\udcb9"])
def test_a_question_that_no_address_can_hold_is_told(name: str) -> None:
    with pytest.raises(Refused, match="cannot be sent"):
        list(client(lambda _: httpx.Response(200)).documents(name=name))


def test_a_large_keyword_set_goes_in_the_body(tmp_path: Path) -> None:
    terms = [f"词{number}" for number in range(20_000)]

    def handler(request: httpx.Request) -> httpx.Response:
        assert request.method == "POST"
        assert json.loads(request.read()) == {"keywords": terms}
        assert dict(request.url.params) == {"format": "csv", "year_from": "2020"}
        return httpx.Response(200, content=b"", headers={"X-Zhibiao-Manifest": "{}"})

    client(handler).export("keywords", tmp_path / "out.csv", keyword=terms, year_from=2020)


def test_a_file_that_cannot_be_written_is_named_before_anything_is_asked(tmp_path: Path) -> None:
    def handler(_: httpx.Request) -> httpx.Response:
        raise AssertionError("asked")

    target = tmp_path / "nowhere" / "out.csv"
    with pytest.raises(OSError, match="No such file") as caught:
        client(handler).export("panel", target)
    assert caught.value.filename == str(target)


class BrokenOff(httpx.SyncByteStream):
    def __iter__(self) -> Iterator[bytes]:
        yield b"change,old,new\n"
        raise httpx.ReadError("reset")


def test_lines_of_a_diff_are_asked_for_again_until_the_first_has_come() -> None:
    lines = {"Content-Type": "text/csv; charset=utf-8"}
    answers = [
        httpx.Response(200, headers=lines, stream=BrokenOff()),
        refusal(503, "store_unavailable"),
    ]
    paths: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        paths.append(str(request.url))
        return answers.pop()

    found = client(handler).diff_lines("2026-01-31", "2026-02-28", form="csv", indicator=["gdp"])
    assert next(found) == "change,old,new\n"
    with pytest.raises(ServiceUnreachable, match="reset"):
        next(found)
    asked = "http://test/v1/diff?before=2026-01-31&after=2026-02-28&format=csv&indicator=gdp"
    assert paths == [asked, asked]


def test_lines_of_a_diff_where_nothing_answers_are_unreachable_not_a_crash() -> None:
    def handler(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    with pytest.raises(ServiceUnreachable, match="zhibiao up"):
        list(client(handler).diff_lines(12, form="csv"))


def test_pages_are_followed_to_the_end() -> None:
    pages = {
        None: {"documents": [{"id": 1}, {"id": 2}], "next": "b"},
        "b": {"documents": [{"id": 3}], "next": None},
    }

    def handler(request: httpx.Request) -> httpx.Response:
        assert request.url.params["state"] == "failed"
        return httpx.Response(200, json=pages[request.url.params.get("next")])

    assert [d["id"] for d in client(handler).documents(state="failed", run=None)] == [1, 2, 3]


def test_an_export_appears_only_when_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    target.write_text("old")

    def refuse(_: httpx.Request) -> httpx.Response:
        return refusal(422, "invalid_request")

    with pytest.raises(Refused):
        client(refuse).export("panel", target)
    assert target.read_text() == "old"

    def answer(request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/v1/exports/panel"
        assert request.url.params["format"] == "csv"
        return httpx.Response(200, content=b"new", headers={"X-Zhibiao-Manifest": '{"rows": 2}'})

    exported = client(answer).export("panel", target)
    assert (exported.size, exported.manifest) == (3, {"rows": 2})
    assert target.read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]


def told(*ends: bool) -> httpx.Response:
    runs = (json.dumps({**RUN, "finished": end}) for end in ends)
    news = "".join(f": still here\n\nevent: progress\ndata: {run}\n\n" for run in runs)
    return httpx.Response(200, text=news, headers={"Content-Type": "text/event-stream"})


def test_watching_ends_with_the_finished_run() -> None:
    asked: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return told(False, False, True)

    assert [run["finished"] for run in client(handler).watch(1)] == [False, False, True]
    assert asked == ["/v1/runs/1/events"]


def test_watching_goes_on_where_the_news_break_off_or_do_not_come() -> None:
    answers = [
        told(False),  # and breaks off
        httpx.Response(200, json={**RUN, "finished": False}),
        httpx.Response(502, text="a proxy's page"),
        httpx.Response(200, json={**RUN, "finished": True}),
    ]
    asked: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return answers.pop(0)

    assert [run["finished"] for run in client(handler).watch(1)] == [False, False, True]
    assert asked == ["/v1/runs/1/events", "/v1/runs/1"] * 2
