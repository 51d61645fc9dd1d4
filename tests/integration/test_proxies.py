"""nginx and Caddy, with the examples of deploy/proxies, before a running service."""

from __future__ import annotations

import json
import re
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from live_stack import LiveStack
from waiting import wait_until

from zhibiao.testing.ports import free_port

PROXIES = Path(__file__).resolve().parents[2] / "deploy" / "proxies"
LARGE = "报告正文。" * 400_000  # 6 MB, more than either passes on without being told
HOSTS = ("127.0.0.1:8750", "127.0.0.1:8751")


@dataclass
class Proxied:
    """The service as it is reached through a proxy."""

    stack: LiveStack
    url: str
    verify: ssl.SSLContext | bool

    def client(self) -> httpx.Client:
        token = (self.stack.data_dir / "token").read_text().strip()
        return httpx.Client(
            base_url=self.url,
            headers={"Authorization": f"Bearer {token}"},
            timeout=60,
            trust_env=False,
            verify=self.verify,
        )


def with_ports(text: str, stack: LiveStack) -> str:
    """An example as it would be for this service."""
    for named, found in zip(
        HOSTS, (stack.address["url"], stack.address["flower_url"]), strict=True
    ):
        assert named in text
        text = text.replace(named, httpx.URL(found).netloc.decode())
    return text


def nginx(folder: Path, stack: LiveStack) -> tuple[list[str], str, ssl.SSLContext]:
    certificate, key = folder / "zhibiao.crt", folder / "zhibiao.key"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"),
            *("-subj", "/CN=zhibiao.example.org", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    port = free_port()
    text = with_ports((PROXIES / "nginx.conf").read_text("utf-8"), stack)
    text = text.replace("listen 443 ssl", f"listen 127.0.0.1:{port} ssl")
    text = text.replace("/etc/ssl/zhibiao", f"{folder}/zhibiao")
    places = "".join(
        f" {each}_temp_path {folder}/{each};"
        for each in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    text = text.replace("http {", f"http {{ access_log off;{places}", 1)
    (folder / "nginx.conf").write_text(
        f"pid {folder}/pid; error_log {folder}/log; daemon off; master_process off;\n{text}"
    )
    arguments = ["-p", str(folder), "-c", str(folder / "nginx.conf")]
    trusted = ssl.create_default_context(cafile=str(certificate))
    return arguments, f"https://127.0.0.1:{port}", trusted


def caddy(folder: Path, stack: LiveStack) -> tuple[list[str], str, bool]:
    port = free_port()
    text = with_ports((PROXIES / "Caddyfile").read_text("utf-8"), stack)
    # Certificates are the business of who has the name.
    text = text.replace("zhibiao.example.org {", f"http://127.0.0.1:{port} {{", 1)
    (folder / "Caddyfile").write_text(f"{{\n\tadmin off\n}}\n{text}")
    arguments = ["run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]
    return arguments, f"http://127.0.0.1:{port}", True


@pytest.fixture(scope="module", params=[nginx, caddy], ids=["nginx", "caddy"])
def proxied(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, live: LiveStack
) -> Iterator[Proxied]:
    name = request.param.__name__
    needed = (name, "openssl") if name == "nginx" else (name,)
    if absent := [each for each in needed if shutil.which(each) is None]:
        pytest.skip(f"not at hand: {', '.join(absent)}")
    folder = tmp_path_factory.mktemp(name)
    arguments, url, verify = request.param(folder, live)
    with (folder / "output").open("wb") as sink:
        process = subprocess.Popen(
            [str(shutil.which(name)), *arguments],
            stdout=sink,
            stderr=sink,
            env={"HOME": str(folder)},
        )
    made = Proxied(live, url, verify)

    def answers() -> bool:
        assert process.poll() is None, (folder / "output").read_text()
        try:
            with made.client() as client:
                return client.get("/healthz").is_success
        except httpx.TransportError:
            return False

    try:
        wait_until(answers, why=(folder / "output").read_text)
        yield made
    finally:
        process.terminate()
        process.wait(20)


def first_event(lines: Iterator[str]) -> dict[str, Any]:
    for line in lines:
        if line.startswith("data: "):
            found: dict[str, Any] = json.loads(line.removeprefix("data: "))
            return found
    raise AssertionError("the stream ended without an event")


@pytest.mark.long
def test_uploads_and_live_progress_pass(proxied: Proxied) -> None:
    with proxied.client() as client:
        # A run that is held never ends: what is seen of it has come while the answer was open.
        small = [("files", (f"{each}.txt", f"{each}年增长6%。".encode())) for each in range(40)]
        files = [("files", ("large.txt", LARGE.encode())), *small]
        answer = client.post("/v1/runs", files=files)
        assert answer.status_code == 202, answer.text
        run = answer.json()["id"]
        client.post(f"/v1/runs/{run}/pause").raise_for_status()
        with client.stream("GET", f"/v1/runs/{run}/events") as events:
            lines = events.iter_lines()
            seen = first_event(lines)
            assert seen["id"] == run
            with proxied.client() as beside:
                beside.post(f"/v1/runs/{run}/resume").raise_for_status()
            while not seen["finished"]:
                seen = first_event(lines)
        assert seen["accounts"]["submitted"] == len(files)


@pytest.mark.long
def test_flower_is_reached_with_its_password_and_its_pages_renew_themselves(
    proxied: Proxied,
) -> None:
    password = (proxied.stack.data_dir / "flower-password").read_text().strip()
    with httpx.Client(
        base_url=proxied.url, verify=proxied.verify, timeout=60, trust_env=False
    ) as client:
        assert client.get("/flower/").status_code == 401
        client.auth = ("zhibiao", password)
        page = client.get("/flower/")
        assert page.status_code == 200
        for script in re.findall(r'src="(/flower/[^"]+)"', page.text):
            assert client.get(script).status_code == 200
        # What the page asks for every second; Flower knows none until one has told of itself.
        wait_until(
            lambda: [
                worker["hostname"] for worker in client.get("/flower/workers?json=1").json()["data"]
            ]
        )
        handshake = {
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "c3ludGhldGljLWtleS0xMg==",
        }
        assert client.get("/flower/", headers=handshake).status_code == 200  # and no 101
