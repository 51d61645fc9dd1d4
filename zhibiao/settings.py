"""Settings are environment variables `ZHIBIAO_*`, also from a `.env` in the working folder.

Read at the edge only (CLI, API, worker start) and passed inwards as values. An unknown
`ZHIBIAO_*` variable is refused, because a misspelt setting that is ignored is a bug nobody sees.
"""

from __future__ import annotations

import difflib
import hashlib
import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Self
from urllib.parse import quote

from dotenv import dotenv_values
from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from zhibiao import compiled
from zhibiao.errors import ZhibiaoError
from zhibiao.oidc_settings import OidcSettings

PREFIX = "ZHIBIAO_"
# Not repeated in messages, which end in logs, and not kept in backups.
SECRET_SETTINGS = frozenset(
    {
        "token",
        "flower_basic_auth",
        "database_url",
        "database_password",
        "broker_url",
        "broker_password",
        "oidc_client_secret",
    }
)
_TIME_OF_DAY = r"^(([01]\d|2[0-3]):[0-5]\d)?$"
_SOCKET_PATH_LIMIT = 100  # the kernel's limit is 108 bytes on Linux, 104 on macOS


_IN_FILE = "_FILE"  # ZHIBIAO_TOKEN_FILE names the file that holds ZHIBIAO_TOKEN


class SettingsError(ZhibiaoError):
    """A setting is unknown or has an invalid value."""

    code = "invalid_setting"


class Settings(OidcSettings, BaseSettings):
    """Every setting with its default; docs/settings.md lists them and a test keeps it so."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        extra="ignore",
        frozen=True,
        env_ignore_empty=True,
        hide_input_in_errors=True,
    )

    data_dir: Path = Field(
        default=Path.home() / ".local" / "share" / "zhibiao",
        description="Folder of the embedded stack: database, Redis file, token, logs.",
    )
    database_url: str = Field(
        default="",
        description="SQLAlchemy URL of the store; empty: SQLite in the data dir. "
        "PostgreSQL: postgresql+psycopg://user:password@host/name.",
    )
    broker_url: str = Field(
        default="",
        description="Celery broker URL; empty: the embedded Redis on a unix socket.",
    )
    database_password: str = Field(
        default="", description="Password for a database URL that has a user and no password."
    )
    broker_password: str = Field(default="", description="Password for a broker URL that has none.")
    url: str = Field(
        default="", description="Where the CLI finds the API; empty: the local embedded stack."
    )
    token: str = Field(
        default="", description="Bearer token; empty: the file `token` in the data dir."
    )
    requests_per_minute: int = Field(
        default=6000,
        ge=0,
        description="Requests that one key, log-in or address may make in a minute; 0: any number.",
    )
    logins_per_minute: int = Field(
        default=10,
        ge=0,
        description="Wrong log-ins from one address in a minute before all are refused; 0: any.",
    )
    host: str = Field(default="127.0.0.1", description="Address the API and Flower bind to.")
    allowed_hosts: str = Field(
        default="",
        description="Names beside the loopback ones under which the API may be asked for, joined "
        "by commas (zhibiao.example.org,api); *: any.",
    )
    port: int = Field(default=8750, ge=0, le=65535, description="Port of the API; 0: a free one.")
    flower_port: int = Field(
        default=8751, ge=0, le=65535, description="Port of Flower; 0: a free one."
    )
    flower_basic_auth: str = Field(
        default="",
        description="user:password for Flower (ASCII); empty: zhibiao and what the file "
        "`flower-password` in the data dir holds.",
    )
    flower_url: str = Field(
        default="",
        description="Where the API finds Flower, which it serves under /flower/ "
        "(http://flower:8751); empty: ZHIBIAO_FLOWER_PORT of this machine.",
    )
    workers: int = Field(
        default=0, ge=0, description="Worker processes of the embedded stack; 0: one a core."
    )
    segmenter: Literal["rjieba", "jieba"] = Field(
        default="rjieba", description="Which segmentation library counts terms."
    )
    user_dictionary: Path | None = Field(
        default=None, description="Extra words for the segmenter, in jieba's format."
    )
    catalogue: Path | None = Field(
        default=None, description="A TOML file with indicators of your own (docs/catalogue.md)."
    )
    max_file_bytes: int = Field(
        default=134_217_728, gt=0, description="Largest accepted file, in bytes."
    )
    max_request_bytes: int = Field(
        default=5_000_000_000, gt=0, description="Largest accepted upload request, in bytes."
    )
    max_backlog: int = Field(
        default=200_000,
        gt=0,
        description="Submissions are put off (429) while so many documents are unfinished.",
    )
    chunk_documents: int = Field(
        default=16, gt=0, description="Most documents that one task message names."
    )
    window_documents: int = Field(
        default=512, gt=0, description="Most documents of one priority in the queues at a time."
    )
    interactive_documents: int = Field(
        default=20, ge=0, description="A submission of at most so many files goes first."
    )
    lease_seconds: float = Field(
        default=120.0, gt=0, le=3600, description="How long a worker may hold a chunk of documents."
    )
    task_seconds: float = Field(
        default=90.0, gt=0, description="A task running longer is ended; less than a lease."
    )
    grace_seconds: float = Field(
        default=10.0,
        gt=0,
        description="From asking a task to end to killing its process; both are within a lease.",
    )
    resend_seconds: float = Field(
        default=60.0, gt=0, description="An unanswered message is sent again after this time."
    )
    max_attempts: int = Field(
        default=3, gt=0, description="Attempts at a stage before a document comes to rest."
    )
    max_losses: int = Field(
        default=20,
        gt=0,
        description="Times a document's whole worker may be lost before it comes to rest.",
    )
    retry_seconds: float = Field(
        default=5.0, ge=0, description="Wait before a second attempt; doubles with each one."
    )
    keep_extractions: int = Field(
        default=5,
        ge=0,
        description="Superseded generations of a document's observations that pruning keeps.",
    )
    keep_work_days: int = Field(
        default=0,
        ge=0,
        description="Days for which pruning keeps how documents came through runs that later ones "
        "have superseded; 0: for ever.",
    )
    keep_audit_days: int = Field(
        default=0,
        ge=0,
        description="Days for which pruning keeps entries of the audit log; 0: for ever.",
    )
    nightly_reprocess: str = Field(
        default="",
        pattern=_TIME_OF_DAY,
        description="Time (HH:MM, UTC) at which what is outdated is reprocessed; empty: never.",
    )
    nightly_prune: str = Field(
        default="",
        pattern=_TIME_OF_DAY,
        description="Time (HH:MM, UTC) at which superseded outputs are forgotten; empty: never.",
    )
    child_memory_mb: int = Field(
        default=1500, gt=0, description="Memory a worker child may take before it is ended, in MB."
    )
    traces_url: str = Field(
        default="",
        pattern=r"^(https?://\S+)?$",
        description="Where traces are sent by OTLP over HTTP (http://collector:4318/v1/traces); "
        "empty: nowhere. Needs the extra `otel`.",
    )
    traces_share: float = Field(
        default=1.0, ge=0, le=1, description="Share of the requests that are traced, 0 to 1."
    )
    worker_metrics_port: int = Field(
        default=0,
        ge=0,
        le=65535,
        description="Port on ZHIBIAO_HOST at which a worker serves its own metrics, to those who "
        "send the token; 0: none.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="Least level that is logged."
    )
    log_format: Literal["text", "json"] = Field(
        default="text", description="A line for people, or a JSON object, for each event."
    )

    @field_validator("flower_basic_auth")
    @classmethod
    def _a_user_and_a_password(cls, written: str) -> str:
        if not re.fullmatch("([!-9;-~]+:[ -~]+)?", written):
            raise ValueError("user:password in printable ASCII is wanted")
        return written

    @field_validator("flower_url")
    @classmethod
    def _a_scheme_and_a_host(cls, written: str) -> str:
        if not re.fullmatch(r"(https?://[\w.:\[\]-]+/?)?", written, re.ASCII):
            raise ValueError("http://host:port is wanted, without a path")
        return written.rstrip("/")

    @model_validator(mode="after")
    def _a_lease_outlasts_its_task(self) -> Self:
        if self.lease_seconds <= self.task_seconds + self.grace_seconds:
            raise ValueError(
                f"ZHIBIAO_LEASE_SECONDS={self.lease_seconds:g} is not more than "
                f"ZHIBIAO_TASK_SECONDS={self.task_seconds:g} and "
                f"ZHIBIAO_GRACE_SECONDS={self.grace_seconds:g} together; a document would be "
                "taken from a worker that still has its time"
            )
        return self

    @property
    def allowed_host_names(self) -> frozenset[str]:
        names = (name.strip().lower() for name in self.allowed_hosts.split(","))
        return frozenset(name for name in names if name)

    @property
    def child_memory_bytes(self) -> int:
        return self.child_memory_mb * 1024 * 1024

    @property
    def flower_origin(self) -> str:
        """Where the API finds Flower."""
        # An address that stands for all of this machine's is none to connect to.
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)
        host = f"[{host}]" if ":" in host else host
        return self.flower_url or f"http://{host}:{self.flower_port}"

    @property
    def store_url(self) -> str:
        if self.database_url:
            return _with_password(self.database_url, self.database_password)
        return f"sqlite:///{_in_url(self.data_dir.absolute() / 'zhibiao.db')}"

    @property
    def redis_socket(self) -> Path:
        """Where the embedded Redis listens: in the data dir, or, where that path is longer than a
        socket's may be, in a folder of its own under the system's temporary folder or /tmp."""
        inside = self.data_dir.absolute() / "redis.sock"
        if _fits_socket(inside):
            return inside
        digest = hashlib.sha256(os.fsencode(self.data_dir.absolute())).hexdigest()[:12]
        folder = f"zhibiao-{os.getuid()}-{digest}"
        elsewhere = Path(tempfile.gettempdir(), folder, "redis.sock")
        return elsewhere if _fits_socket(elsewhere) else Path("/tmp", folder, "redis.sock")

    @property
    def celery_broker_url(self) -> str:
        if self.broker_url:
            return _with_password(self.broker_url, self.broker_password)
        return f"redis+socket://{_in_url(self.redis_socket)}"

    @property
    def token_file(self) -> Path:
        return self.data_dir / "token"

    @property
    def flower_password_file(self) -> Path:
        return self.data_dir / "flower-password"


def _fits_socket(path: Path) -> bool:
    return len(os.fsencode(path)) <= _SOCKET_PATH_LIMIT


def _in_url(path: Path) -> str:
    """The path as a URL takes it: a folder's name may hold `?`, `#`, `;` or `%20`."""
    return quote(str(path))


def _with_password(url: str, password: str) -> str:
    """The URL with a password, unless it has one; of several addresses (Sentinel) the first one."""
    scheme, found, rest = url.partition("://")
    place = re.split("[/?;]", rest, maxsplit=1)[0]
    user, at, _ = place.rpartition("@")
    if not password or not found or ":" in user:
        return url
    return f"{scheme}://{user}:{quote(password, safe='')}@{rest[len(user + at) :]}"


def _from_files(environment: Mapping[str, str]) -> dict[str, str]:
    """Secrets that `ZHIBIAO_…_FILE` names the files of, as Docker and systemd pass them."""
    found: dict[str, str] = {}
    for field in sorted(SECRET_SETTINGS):
        name = PREFIX + field.upper()
        path = environment.get(name + _IN_FILE)
        if not path:
            continue
        if environment.get(name):
            raise SettingsError(f"{name} and {name}{_IN_FILE} are both set.", setting=name)
        try:
            found[field] = Path(path).read_text("utf-8").strip()
        except (OSError, ValueError) as error:
            told = error.strerror if isinstance(error, OSError) else "it is no text"
            raise SettingsError(
                f"{name}{_IN_FILE}={path}: {told}.", setting=name + _IN_FILE
            ) from error
        if not found[field]:
            raise SettingsError(f"{name}{_IN_FILE}={path}: the file is empty.", setting=name)
    return found


def load_settings(environment: Mapping[str, str] | None = None, **overrides: object) -> Settings:
    """Read the settings from the environment and `.env`.

    Raises SettingsError naming the variable, what is wrong with it and the nearest known name.
    """
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    known |= {f"{PREFIX}{name.upper()}{_IN_FILE}" for name in SECRET_SETTINGS}
    written = {name: value or "" for name, value in dotenv_values(".env").items()}
    there = written | dict(os.environ if environment is None else environment)
    present = {name for name in there if name.startswith(PREFIX)}
    present.discard(compiled.SWITCH)  # of the build
    for name in sorted(present - known):
        near = difflib.get_close_matches(name, known, n=1)
        hint = f" Did you mean {near[0]}?" if near else " See docs/settings.md."
        raise SettingsError(f"Unknown setting {name}.{hint}", setting=name)
    given: dict[str, object] = dict(_from_files(there))
    given |= {name: value for name, value in overrides.items() if value is not None}
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        if not first["loc"]:  # about several settings, which it names itself
            raise SettingsError(f"{first['msg'].removeprefix('Value error, ')}.") from error
        field = str(first["loc"][0])
        name = PREFIX + field.upper()
        shown = name if field in SECRET_SETTINGS else f"{name}={first.get('input')!r}"
        raise SettingsError(f"{shown}: {first['msg']}.", setting=name) from error
