"""Who asks: one function, for whatever is kept with a name."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request


def who(request: Request) -> str:
    """The name under which a request's changes are kept."""
    return "operator"  # there is one token, and whoever has it operates the service


Who = Annotated[str, Depends(who)]
