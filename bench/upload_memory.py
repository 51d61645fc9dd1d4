"""How much memory the API takes for a submission of many files in one request.

`python -m bench.upload_memory [FILES]`: starts the API alone on a temporary SQLite store, sends
FILES reports (default 5,000) of about 40 KB as one multipart request, and prints the time and the
peak of the process's resident memory, beside that of a request of 100.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator

import httpx
import psutil

from zhibiao.store import Store
from zhibiao.store.database.migrate import upgrade

_TEXT = "各位代表：现在，我代表市人民政府，向大会报告工作，请予审议。" * 450
_PORT = 8797


def _form(files: int) -> Iterator[bytes]:
    for number in range(files):
        heading = (
            f'--b\r\nContent-Disposition: form-data; name="files"; filename="{number}.txt"\r\n\r\n'
        )
        yield f"{heading}{number}{_TEXT}\r\n".encode()
    yield b"--b--\r\n"


class _Peak:
    """Watches a process's resident memory."""

    def __init__(self, pid: int) -> None:
        self.bytes = 0
        self._process = psutil.Process(pid)
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        try:
            while True:
                self.bytes = max(self.bytes, self._process.memory_info().rss)
                time.sleep(0.02)
        except psutil.NoSuchProcess:
            return


def main(files: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "ZHIBIAO_DATA_DIR": folder,
            "ZHIBIAO_BROKER_URL": f"redis+socket://{folder}/none.sock",
            "ZHIBIAO_TOKEN": "bench",
            "ZHIBIAO_PORT": str(_PORT),
        }
        store = Store(f"sqlite:///{folder}/zhibiao.db")
        upgrade(store)
        store.close()
        service = subprocess.Popen(
            [sys.executable, "-m", "api"],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _measure(service, files)
        finally:
            service.terminate()
            service.wait()


def _measure(service: subprocess.Popen[bytes], files: int) -> None:
    url = f"http://127.0.0.1:{_PORT}"
    with httpx.Client(
        base_url=url, headers={"Authorization": "Bearer bench"}, trust_env=False
    ) as client:
        while True:
            try:
                client.get("/healthz")
                break
            except httpx.ConnectError:
                time.sleep(0.1)
        peak = _Peak(service.pid)
        for count in (100, files):
            peak.bytes = 0
            began = time.monotonic()
            answer = client.post(
                "/v1/runs",
                content=_form(count),
                headers={"Content-Type": "multipart/form-data; boundary=b"},
                timeout=None,
            )
            answer.raise_for_status()
            print(
                f"{answer.json()['accounts']['files']:>6} files, "
                f"{count * len(_TEXT.encode()) / 1e6:7.1f} MB: "
                f"{time.monotonic() - began:5.1f} s, peak {peak.bytes / 1e6:.0f} MB"
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5000)
