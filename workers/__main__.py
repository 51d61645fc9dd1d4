"""`python -m workers up` runs the embedded stack, `… alive` tells how this machine's workers are,
`… beats` whether beat does its work, `… doctor` looks at everything (`zhibiao doctor`).

Settings come from the environment.
"""

from __future__ import annotations

import sys

from workers.alive import check_alive
from workers.beat import check_beats
from workers.doctor import examine
from workers.stack import run_stack
from zhibiao.errors import ZhibiaoError
from zhibiao.logs import configure_logging
from zhibiao.settings import load_settings


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["doctor"] and set(arguments[1:]) <= {"--json", "--quick"}:
        return examine(as_json="--json" in arguments, quick="--quick" in arguments)
    if arguments == ["beats"]:
        return check_beats()
    if arguments not in (["up"], ["alive"]):
        sys.stderr.write(
            "usage: python -m workers up | alive | beats | doctor [--json] [--quick]\n"
        )
        return 2
    try:
        settings = load_settings()
        if arguments == ["alive"]:
            return check_alive(settings)
        configure_logging(settings.log_level, settings.log_format)
        return run_stack(settings)
    except ZhibiaoError as error:
        sys.stderr.write(f"zhibiao {arguments[0]}: {error.message}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
