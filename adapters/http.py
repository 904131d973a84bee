"""The one web server: security headers, errors without a traceback, health and figures. Platforms bring their own
routes."""

import json
from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web
from prometheus_client import CollectorRegistry, generate_latest

from adapters.figures import Figures
from bot.core import Core
from bot.errors import StoreUnavailable
from bot.workers.health import health
from policy.words import Text

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
log = structlog.get_logger()

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
LARGEST_REQUEST = 12 * 1024 * 1024
"""Bytes of a request's body: a picture of ten megabytes with what surrounds it."""

BUSY = Text(
    en="Nothing was saved: the database takes no writes just now. Please try again in a moment.",
    es="No se guardó nada: la base de datos no acepta cambios ahora. Inténtelo de nuevo en un momento.",
)
BROKEN = Text(
    en="Something went wrong on our side; it is in the log. Please try again.",
    es="Algo falló de nuestro lado; está en el registro. Inténtelo de nuevo.",
)


def make_app(core: Core) -> web.Application:
    """The server with `/healthz`, `/readyz` and `/metrics`."""
    app = web.Application(middlewares=[_guarded], client_max_size=LARGEST_REQUEST)

    async def healthz(_request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def readyz(_request: web.Request) -> web.Response:
        try:
            faults = (await core.store.read(health)).faults
        except StoreUnavailable:
            faults = ("the database does not answer",)
        status = "not ready" if faults else "ready"
        return web.json_response({"status": status, "faults": faults}, status=503 if faults else 200)

    async def metrics(_request: web.Request) -> web.Response:
        figures = CollectorRegistry()
        figures.register(Figures(await core.store.read(health)))
        return web.Response(body=generate_latest(figures), content_type="text/plain", charset="utf-8")

    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    app.router.add_get("/metrics", metrics)
    return app


@web.middleware
async def _guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        response = await handler(request)
    except web.HTTPException as error:
        error.headers.update(HEADERS)
        raise
    except StoreUnavailable:
        response = _failed(503, BUSY)
    except Exception as error:  # noqa: BLE001 - the edge: a person gets words, the log the kind of fault
        resource = request.match_info.route.resource
        route = resource.canonical if resource else "-"
        log.error("request.failed", method=request.method, route=route, error=type(error).__name__)
        response = _failed(500, BROKEN)
    if not response.prepared:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
    return response


def _failed(status: int, text: Text) -> web.Response:
    body = json.dumps({"error": {"en": text.en, "es": text.es}}, ensure_ascii=False)
    return web.Response(status=status, text=body, content_type="application/json")
