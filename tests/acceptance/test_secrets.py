"""A real run of the whole stack leaves its secrets nowhere but where they are kept."""

from __future__ import annotations

from typing import Any

import httpx

from zhibiao.testing.samples import sample_paths

PASSWORD = "a password of the test's own"
KEPT_IN = {"token", "flower-password"}


def test_no_secret_is_in_a_log_an_address_an_answer_a_command_line_or_a_tasks_arguments(
    live: Any,
) -> None:
    token, flower_password = (
        (live.data_dir / name).read_text().strip() for name in ("token", "flower-password")
    )
    key = live.run(
        "keys", "create", "of-the-secrets-test", "-s", "submit", "-s", "read"
    ).stdout.strip()
    with live.client() as admin:
        made = admin.post(
            "/v1/users",
            json={"name": "of-the-secrets-test", "scopes": ["read"], "password": PASSWORD},
        )
        assert made.status_code == 201
    address = live.address["url"]
    answers = []
    cookies: list[str] = []
    for form in (
        {"token": key},
        {"name": "of-the-secrets-test", "password": PASSWORD},
        {"token": f"{token}x"},
    ):
        with httpx.Client(base_url=address, trust_env=False, timeout=60) as browser:
            answers.append(browser.post("/login", data=form, headers={"Accept": "text/html"}))
            cookies += browser.cookies.values()
            # Where things go wrong, too: pages of errors, refusals, what is malformed.
            for path in (
                "/",
                "/nowhere",
                "/runs/x",
                "/v1/users",
                "/v1/runs?limit=x",
                "/documents?state=lost",
            ):
                answers.append(browser.get(path, headers={"Accept": "text/html"}))
    bearer = {"Authorization": f"Bearer {key}"}
    with httpx.Client(base_url=address, headers=bearer, trust_env=False, timeout=60) as program:
        with sample_paths()[0].open("rb") as sample:
            answers.append(program.post("/v1/runs", files={"files": sample}))
        assert answers[-1].status_code == 202
        for path in ("/v1/nowhere", "/v1/audit", "/v1/runs?token=x", "/v1/me", "/openapi.json"):
            answers.append(program.get(path))
        answers.append(program.post("/v1/keys", json={"name": key}))
        answers.append(program.get("/v1/runs", headers={"Authorization": f"Basic {key}"}))
    live.run("status", "--json")
    assert len(cookies) == 2

    secrets = [token, flower_password, key, key[12:], PASSWORD, *cookies]
    found = {str(live.log): live.log.read_bytes()}
    for path in live.data_dir.rglob("*"):
        if path.is_file() and path.name not in KEPT_IN:
            found[str(path)] = path.read_bytes()
    assert any(name.endswith("zhibiao.db") for name in found)
    assert any("appendonly" in name for name in found)
    for process in live.family():
        found[f"command line of {process.pid}"] = "\n".join(process.cmdline()).encode()
    for number, answer in enumerate(answers):
        said = [answer.headers.get("location", ""), str(answer.url), answer.text]
        found[f"answer {number} of {answer.url.path}"] = "\n".join(said).encode()
    flower = httpx.get(
        f"{live.address['flower_url']}/api/tasks",
        auth=("zhibiao", flower_password),
        timeout=60,
        follow_redirects=True,
    )
    assert flower.status_code == 200
    assert "zhibiao.read" in flower.text
    found["Flower's tasks"] = flower.content
    leaks = [
        (where, number)
        for where, content in found.items()
        for number, secret in enumerate(secrets)
        if secret.encode() in content
    ]
    assert leaks == []
