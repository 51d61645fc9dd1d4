"""All commands under one name, and what their errors become.

The commands import what they need when they run: `zhibiao --help` must not wait for pandas.
"""

from __future__ import annotations

import errno
import signal
import sys
from types import FrameType
from typing import Annotated

import typer
from typer.exceptions import Abort, TyperException

from zhibiao import __version__, compiled
from zhibiao.cli import (
    access,
    asking,
    backups,
    correcting,
    deleting,
    exporting,
    local,
    plotting,
    remote,
    reprocessing,
    scoring,
    searching,
    services,
    watch,
)
from zhibiao.cli.exits import Exit
from zhibiao.errors import ZhibiaoError

_HELP = """
指标: Chinese government work reports in, a table of indicators out.

Without any service, for a few files:

    zhibiao extract report.txt --format table

With the service, for thousands: start it in one shell, submit in another, export.

    zhibiao up
    zhibiao submit reports/ archive.zip --wait
    zhibiao export observations -o observations.csv
    zhibiao export panel -o panel.xlsx

Exit codes: 0 all well; 1 some documents failed or the service refused; 2 wrong usage;
3 no service answers; 130 broken off with Ctrl-C, 143 by SIGTERM, 129 by a hang-up.
"""


_ENDS = (signal.SIGTERM, signal.SIGHUP)
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def _show_version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"zhibiao {__version__} ({compiled.engine()})\n")
        raise typer.Exit


app = typer.Typer(
    name="zhibiao",
    help=_HELP,
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def _begin(
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    pass


for module in (
    local,
    scoring,
    remote,
    exporting,
    asking,
    searching,
    plotting,
    reprocessing,
    correcting,
    deleting,
    backups,
    access,
    services,
    watch,
):
    module.register(app)


def main(arguments: list[str] | None = None) -> None:
    """Run a command and leave the process with its exit code."""
    _clear_up_when_ended()
    sys.exit(run(arguments))


def _clear_up_when_ended() -> None:
    """SIGTERM and SIGHUP end the process as Ctrl-C does: nothing half-written is left."""
    for number in _ENDS:
        if signal.getsignal(number) is signal.SIG_DFL:  # `nohup` has it ignored
            signal.signal(number, _end)


def _end(number: int, _frame: FrameType | None) -> None:
    for each in _ENDS:  # a second one must not break off the clearing up
        signal.signal(each, signal.SIG_IGN)
    raise SystemExit(128 + number)


def run(arguments: list[str] | None = None) -> int:
    """Run a command; its exit code. Messages go to standard error, in one line each."""
    try:
        # Not standalone: typer would draw a box as wide as the terminal and break paths in it.
        code = app(args=arguments, prog_name="zhibiao", standalone_mode=False)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else Exit.OK
    except Abort:  # a question that was answered with no
        sys.stderr.write("Aborted.\n")
        return Exit.FAILURES
    except TyperException as mistake:
        sys.stderr.write(_usage_line(mistake))
        return Exit.USAGE
    except ZhibiaoError as error:
        sys.stderr.write(f"zhibiao: {error.message}\n")
        return _exit_of(error)
    except OSError as error:
        path = error.filename2 or error.filename
        where = f"{path}: " if path is not None else ""
        advice = ". Make room there, or write elsewhere." if error.errno in _NO_ROOM else ""
        sys.stderr.write(f"zhibiao: {where}{error.strerror or error}{advice}\n")
        return Exit.USAGE
    return code if isinstance(code, int) else Exit.OK


def _usage_line(mistake: TyperException) -> str:
    """What is wrong with the command line and where to look, in one line."""
    # Typer parts choices with line ends and tabs, and pydantic says of what kind an error is.
    said = " ".join(mistake.format_message().split()).replace("Value error, ", "")
    if not said:  # no command at all: the help was shown instead
        return ""
    context = getattr(mistake, "ctx", None)
    command = "zhibiao" if context is None else context.command_path
    return f"zhibiao: {said}{'' if said.endswith(('.', '?')) else '.'} See {command} --help.\n"


def _exit_of(error: ZhibiaoError) -> int:
    unreachable = {"service_unreachable", "no_token", "not_zhibiao"}
    usage = {
        "invalid_setting",
        "invalid_catalogue",
        "invalid_metadata",
        "invalid_dictionary",
        "invalid_keyword_set",
        "unknown_unit",
    }
    if error.code in unreachable or error.details.get("code") in unreachable:
        return Exit.UNREACHABLE
    return Exit.USAGE if error.code in usage else Exit.FAILURES
