"""`python -m api` serves HTTP at ZHIBIAO_HOST and ZHIBIAO_PORT."""

from __future__ import annotations

import sys

import uvicorn

from api.protocol import Protocol
from zhibiao.errors import ZhibiaoError
from zhibiao.tokens import check_exposed

_END_SECONDS = 3  # for answers that are under way when it is asked to end


def main() -> int:
    try:
        from api.main import app, settings

        check_exposed(settings)
    except ZhibiaoError as error:
        sys.stderr.write(f"api: {error.message}\n")
        return 1
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        http=Protocol,
        ws="none",
        log_config=None,  # api.main has set the logging up
        log_level=settings.log_level.lower(),
        access_log=False,
        timeout_graceful_shutdown=_END_SECONDS,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
