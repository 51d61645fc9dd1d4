"""The extractor compiled with mypyc; everything else of the build is in pyproject.toml.

ZHIBIAO_COMPILE=1 compiles or fails, 0 does not. Without it a wheel is compiled where a C compiler
and Python's headers are at hand, and is pure Python elsewhere. An editable install is not: see
zhibiao/compiled.py.
"""

import contextlib
import io
import os
import shlex
import shutil
import sys
import sysconfig
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

sys.path.insert(0, str(Path(__file__).parent))
from zhibiao import compiled

CHOSEN = os.environ.get(compiled.SWITCH, "")
REQUIRED = CHOSEN == "1"


class BuildExtractor(build_ext):
    """A build that fails leaves nothing behind, and pure Python in its place."""

    def finalize_options(self) -> None:
        super().finalize_options()
        self.parallel = self.parallel or os.cpu_count()

    def build_extensions(self) -> None:
        if self.compiler.compiler_type == "unix":
            for extension in self.extensions:
                # Functions call each other directly, and not as what another library might replace.
                extension.extra_compile_args.append("-fvisibility=hidden")
        super().build_extensions()

    def run(self) -> None:
        try:
            super().run()
        except Exception as error:
            for extension in self.extensions:
                Path(self.get_ext_fullpath(extension.name)).unlink(missing_ok=True)
            if REQUIRED:
                raise
            self.warn(f"The extractor stays pure Python: {error}")


def can_compile() -> bool:
    compiler = shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc")[0]
    headers = Path(sysconfig.get_path("include"), "Python.h")
    return shutil.which(compiler) is not None and headers.exists()


def extensions() -> list[Extension]:
    builds = not {"bdist_wheel", "build", "build_ext"}.isdisjoint(sys.argv)
    if CHOSEN == "0" or not builds or "editable_wheel" in sys.argv:
        return []
    if not can_compile():
        if REQUIRED:
            sys.exit(
                "There is no C compiler here, or Python's headers are not: nothing is compiled."
            )
        return []
    sys.stdout.write(
        "Compiling the extractor with mypyc: two to four minutes. "
        f"{compiled.SWITCH}=0 leaves it pure Python.\n"
    )
    sys.stdout.flush()
    # Types are checked by `make lint`, with the libraries at hand; a build may lack them.
    options = ["--config-file=", "--ignore-missing-imports", "--cache-dir=build/mypy"]
    said = io.StringIO()
    try:
        from mypyc.build import mypycify

        with contextlib.redirect_stdout(said):
            return mypycify(
                [*options, *compiled.sources()],
                opt_level="2",
                debug_level="0",
                group_name="zhibiao",
            )
    except (ImportError, SystemExit) as error:
        sys.stderr.write(f"{said.getvalue()}The extractor stays pure Python: {error!r}\n")
        if REQUIRED:
            raise
        return []


setup(ext_modules=extensions(), cmdclass={"build_ext": BuildExtractor})
