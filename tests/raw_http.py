"""Requests as bytes on a socket: what no client would send, and the answer to it."""

from __future__ import annotations

import json
import socket
from typing import Any


def connected(url: str) -> socket.socket:
    wire = socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])))
    wire.settimeout(30)
    return wire


def begun_upload(service: Any, kind: str = "application/zip") -> socket.socket:
    """The head of a submission is sent, which announces much; of its body there is nothing yet."""
    wire = connected(service.url)
    wire.sendall(
        f"POST /v1/runs HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {service.token}\r\n"
        f"Content-Type: {kind}\r\nContent-Length: 1000000\r\n\r\n".encode()
    )
    return wire


def until(wire: socket.socket, end: bytes) -> bytes:
    """What arrives, as far as `end`."""
    answer = b""
    while end not in answer:
        answer += _more(wire, answer)
    return answer


def answer_of(wire: socket.socket) -> tuple[int, dict[str, Any]]:
    """Status and body of an answer in JSON that ends within its announced length."""
    head, _, body = until(wire, b"\r\n\r\n").partition(b"\r\n\r\n")
    lines = head.decode().lower().split("\r\n")
    length = next(int(line.split(":")[1]) for line in lines if line.startswith("content-length:"))
    while len(body) < length:
        body += _more(wire, body)
    assert any(line.startswith("content-type: application/json") for line in lines), head
    return int(lines[0].split()[1]), json.loads(body)


def exchange(url: str, head: str, body: bytes = b"") -> tuple[int, dict[str, Any]]:
    """Send these very bytes; the answer's status and error. `head`: its lines end in \\n."""
    with connected(url) as wire:
        wire.sendall(head.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body)
        status, answer = answer_of(wire)
    return status, answer["error"]


def _more(wire: socket.socket, before: bytes) -> bytes:
    piece = wire.recv(65536)
    assert piece, before
    return piece
