"""`python -m workers up` runs the embedded stack; settings come from the environment."""

from __future__ import annotations

import sys

from workers.stack import run_stack
from zhibiao.errors import ZhibiaoError
from zhibiao.logs import configure_logging
from zhibiao.settings import load_settings


def main(arguments: list[str]) -> int:
    if arguments != ["up"]:
        sys.stderr.write("usage: python -m workers up\n")
        return 2
    try:
        settings = load_settings()
        configure_logging(settings.log_level)
        return run_stack(settings)
    except ZhibiaoError as error:
        sys.stderr.write(f"zhibiao up: {error.message}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
