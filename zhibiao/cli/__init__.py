"""The command line. `docs/cli.md` shows every command; exit codes are in `zhibiao.cli.exits`."""

from zhibiao.cli.main import app, main

__all__ = ["app", "main"]
