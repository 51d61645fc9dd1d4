"""The image, built by its Dockerfile, and each part's command and health check in it.

No engine is needed: buildah builds on a Debian of debootstrap's, which stands for the base image
(another patch release of the same Python). A part runs in the image's file system, read-only, as
the image's user, with the compose file's mounts. ZHIBIAO_TEST_IMAGE names an image that is there.
"""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from compose_host import SERVICES, Host, begin, use_and_end

from bench.postgres_server import tcp_postgres
from zhibiao.testing.folders import short_base

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = "ca-certificates,python3,python3-dev,python3-venv"
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
_IN_IMAGE = """
root=$1 folder=$2 name=$3; shift 3
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount --bind "$folder/$name-tmp" "$root/tmp"
mount --bind "$folder/data" "$root/data"
mount --bind "$folder/secrets" "$root/run/secrets"
mount -o remount,ro,bind "$root"
exec "$(command -v chroot)" --userspec=zhibiao:zhibiao "$root" "$@"
"""


def done(*command: str) -> str:
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def built(folder: Path) -> str:
    """The name of the image; its base is made where it is not there."""
    (base,) = set(re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text("utf-8"), re.M))
    name = f"docker.io/library/{base}"
    suite = base.rpartition("-")[2]
    if not done("buildah", "images", "--quiet", "--filter", f"reference={name}"):
        debian, packed = folder / "debian", folder / "debian.tar"
        done("debootstrap", "--variant=minbase", f"--include={PACKAGES}", suite, str(debian))
        (debian / "usr/local/bin/python").symlink_to("/usr/bin/python3")
        if CERTIFICATES.exists():  # whom this machine trusts
            shutil.copy(CERTIFICATES, debian / CERTIFICATES.relative_to("/"))
        done("tar", "-C", str(debian), "--exclude=./dev/*", "-cf", str(packed), ".")
        container = done("buildah", "from", "scratch")
        done("buildah", "add", "--quiet", container, str(packed), "/")
        done("buildah", "config", "--env", "PATH=/usr/local/bin:/usr/sbin:/usr/bin", container)
        done("buildah", "commit", "--quiet", container, name)
        done("buildah", "rm", container)
    alone = ("--isolation", "chroot", "--network", "host", "--pull-never")
    done("buildah", "bud", "--quiet", *alone, "--tag", "zhibiao-test", str(ROOT))
    return "localhost/zhibiao-test"


@pytest.fixture(scope="module")
def image() -> Iterator[Path]:
    """The root of the image's file system."""
    needed = ("buildah", "debootstrap", "unshare")
    if absent := [program for program in needed if shutil.which(program) is None]:
        pytest.skip(f"not at hand: {', '.join(absent)}")
    if os.geteuid() != 0:
        pytest.skip("only root mounts an image")
    with tempfile.TemporaryDirectory(prefix="zb-image-", ignore_cleanup_errors=True) as name:
        tag = os.environ.get("ZHIBIAO_TEST_IMAGE") or built(Path(name))
    container = done("buildah", "from", "--pull-never", tag)
    try:
        yield Path(done("buildah", "mount", container))
    finally:
        done("buildah", "rm", container)


class Image(Host):
    """The host whose parts, but for Redis, run in the image."""

    root: Path

    def here(self, text: str, name: str) -> str:
        return super().here(text, name) if name == "redis" else self.addressed(text)

    def environment(self, name: str) -> dict[str, str]:
        environment = super().environment(name)
        if name == "redis":
            return environment
        settings = {k: v for k, v in environment.items() if k.startswith("ZHIBIAO_")}
        path = "/opt/zhibiao/bin:/usr/local/bin:/usr/sbin:/usr/bin"
        return {**settings, "PATH": path, "PYTHONUNBUFFERED": "1", "HOME": "/home/zhibiao"}

    def wrapped(self, name: str, command: list[str]) -> list[str]:
        if name == "redis":
            return command
        (self.folder / f"{name}-tmp").mkdir(exist_ok=True)
        (self.folder / f"{name}-tmp").chmod(0o1777)
        alone = ["unshare", "--mount", "--propagation", "private", "bash", "-euc", _IN_IMAGE, "-"]
        return [*alone, str(self.root), str(self.folder), name, *command]


@pytest.fixture
def host(image: Path) -> Iterator[Image]:
    folders = tempfile.TemporaryDirectory(
        prefix="zb-", dir=short_base(), ignore_cleanup_errors=True
    )
    with folders as name, tcp_postgres(Path(name)) as url:
        folder = Path(name)
        made = Image(folder, re.sub(r":\w+@", "@", url))
        made.root = image
        (folder / "secrets" / "postgres_password").write_text(re.findall(r":(\w+)@", url)[0])
        (image / "run" / "secrets").mkdir(parents=True, exist_ok=True)
        users = (image / "etc" / "passwd").read_text().splitlines()
        user = next(line.split(":") for line in users if line.startswith("zhibiao:"))
        assert int(user[2]) != pwd.getpwnam("root").pw_uid
        os.chown(folder / "data", int(user[2]), int(user[3]))
        (folder / "data").chmod(0o700)
        yield made
        made.end()


@pytest.mark.exhaustive
@pytest.mark.timeout(3600)
def test_the_image_has_the_compiled_extractor_and_runs_every_part(host: Image) -> None:
    asked = "import zhibiao.compiled as c; print(c.engine())"
    engine = host.run("migrate", ["python", "-c", asked])
    assert engine.stdout.decode().strip() == "compiled", engine.stderr
    refused = host.run("migrate", ["sh", "-c", "touch /srv/zhibiao/here"])
    assert b"Read-only" in refused.stderr
    for tool in ("mypy", "pytest", "gcc"):
        assert host.run("migrate", ["sh", "-c", f"command -v {tool}"]).returncode != 0
    assert {SERVICES[name]["user"] for name in SERVICES if "user" in SERVICES[name]} == {"redis"}
    begin(host)
    use_and_end(host)
