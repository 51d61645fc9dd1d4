"""Flower under the service's own address and log-in."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from api import flower
from api.errors import ForeignOrigin
from api.service import CurrentService, Service

router = APIRouter(include_in_schema=False)


@router.get(flower.PATH)
def lead_to_flower() -> Response:
    return RedirectResponse(f"{flower.PATH}/", 308)


@router.get(f"{flower.PATH}/{{path:path}}")
async def show_flower(request: Request, service: CurrentService, path: str) -> Response:
    """Raises FlowerUnavailable."""
    return await _asked(request, service, path)


@router.post(f"{flower.PATH}/tasks/datatable")
async def list_tasks(request: Request, service: CurrentService) -> Response:
    """The rows of Flower's list of tasks. Raises as `use_flower`."""
    return await use_flower(request, service, "tasks/datatable")


@router.post(f"{flower.PATH}/{{path:path}}")
async def use_flower(request: Request, service: CurrentService, path: str) -> Response:
    """Raises FlowerUnavailable, and ForeignOrigin where no page of this service's asks.

    Flower's forms do not have the session's secret. What every browser says of a form's origin
    stands in for it: the gate has refused those of others.
    """
    by_cookie = getattr(request.state, "session", None) is not None
    if by_cookie and "origin" not in request.headers:
        raise ForeignOrigin("A log-in's cookie changes something only from a page of this service.")
    return await _asked(request, service, path)


async def _asked(request: Request, service: Service, path: str) -> Response:
    if not {".", ".."}.isdisjoint(path.split("/")):
        raise HTTPException(404)  # it would lead to what is beside Flower's pages
    return await flower.pass_on(request, request.app.state.flower, service.settings)
