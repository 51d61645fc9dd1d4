"""Pages whose last part may take time: their first part does not wait for it.

What is known after a moment comes whole, with a status of its own. Of everything else the head is
sent, with its form and a word on what is looked for, then the rest in the same answer: it needs no
script, and behind a proxy that holds answers back it is a page like any other.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

from fastapi import Request
from fastapi.responses import Response, StreamingResponse
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool

from api.console.messages import told
from api.console.pages import ARRIVAL, HEADERS, form_page, rendered
from api.errors import STORE_ERRORS, StoreUnavailable
from zhibiao.errors import ZhibiaoError

log = logging.getLogger(__name__)

_PATIENCE_SECONDS = 0.01  # less than what a page of a small store takes

Late = Mapping[str, Any]
Checked = Callable[[], object]


class Unfinished(ZhibiaoError):
    """Something went wrong inside, and the page is not complete; the log has the details."""

    code = "internal_error"


async def arriving_page(
    request: Request, template: str, find: Callable[[Checked], Late], **values: Any
) -> Response:
    """A page of a form; `find` gives what the template needs behind its `parts.arriving`.

    That is the `problem` too: what was written into the form wrongly. `find` says when it has
    looked for what is wrong, which decides about the status: the head is not sent before.
    """
    loop, checked = asyncio.get_running_loop(), asyncio.Event()
    found = asyncio.ensure_future(
        run_in_threadpool(find, lambda: loop.call_soon_threadsafe(checked.set))
    )
    asked = asyncio.ensure_future(checked.wait())
    await asyncio.wait({found, asked}, return_when=asyncio.FIRST_COMPLETED)
    asked.cancel()
    await asyncio.wait({found}, timeout=_PATIENCE_SECONDS)
    if found.done():
        late = {**values, **found.result()}
        return await run_in_threadpool(form_page, request, template, **late)
    return StreamingResponse(
        _parts(request, template, found, values), headers=HEADERS, media_type="text/html"
    )


async def _parts(
    request: Request, template: str, found: asyncio.Future[Late], values: Late
) -> AsyncIterator[str]:
    head = await run_in_threadpool(rendered, request, template, arrived=False, **values)
    begun, _, end = head.partition(ARRIVAL)
    yield begun
    try:
        late = await found
        whole = await run_in_threadpool(rendered, request, template, **values, **late)
    except ZhibiaoError as error:
        yield _broken(told(request, error)) + end
    except STORE_ERRORS as error:
        # Without the statement and its values, as of every page.
        log.error("a page's head was sent, then the store failed: %s", error)  # noqa: TRY400
        yield _broken(told(request, StoreUnavailable())) + end
    except Exception:
        log.exception("a page's head was sent, and the rest failed")
        yield _broken(told(request, Unfinished())) + end
    else:
        yield f"{ARRIVAL}{whole.partition(ARRIVAL)[2]}"


def _broken(said: str) -> str:
    return str(ARRIVAL + Markup('<p class="problem" role="alert">{}</p>').format(said))
