"""What every request meets first and every answer carries: same origin only, clear errors, no script but our own."""

import ipaddress
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.errors import ChaperoneError, Refused
from policy.words import Lang, Text

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

ELSEWHERE = Text(
    en="This request comes from another page. Open the playground at its own address and try there.",
    es="Esta solicitud viene de otra página. Abra el espacio de prueba en su propia dirección e inténtelo allí.",
)
UNKNOWN = Text(
    en="There is nothing at this address. Go to /playground/.",
    es="No hay nada en esta dirección. Vaya a /playground/.",
)
WRONG_METHOD = Text(
    en="This address does not take that kind of request. Go to /playground/.",
    es="Esta dirección no admite ese tipo de solicitud. Vaya a /playground/.",
)


class BadRequest(ChaperoneError):
    """The request is not of the shape that this address takes; `text` says what to change."""

    def __init__(self, text: Text, *, status: int = 400, **values: object) -> None:
        super().__init__(text.en)
        self.text, self.status, self.values = text, status, values


def guarded(public_hosts: frozenset[str]) -> Middleware:
    """Answers errors in words, and refuses requests that other pages or other names of this machine send.

    A page elsewhere could point its own name at this machine's address; so a name counts only where it is an address,
    `localhost`, or one of `public_hosts`.
    """

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not _is_our_name(request.url.host or "", public_hosts) or not _is_same_origin(request):
            return error_response(ELSEWHERE, status=403)
        return await _answered(request, handler)

    return guard


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Puts the headers on every answer, also on errors and streams."""
    del request
    response.headers.update(HEADERS)
    response.headers.setdefault("Cache-Control", "no-store")


def error_response(text: Text, *, status: int, **values: object) -> web.Response:
    """An error in both languages; the page shows the one that its reader reads."""
    words = {lang.value: text(lang, **values) for lang in Lang}
    return web.json_response({"error": words}, status=status)


async def _answered(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except (Refused, BadRequest) as error:
        return error_response(error.text, status=getattr(error, "status", 409), **error.values)
    except web.HTTPException as error:
        text = {404: UNKNOWN, 405: WRONG_METHOD}.get(error.status)
        if text is None:
            raise
        return error_response(text, status=error.status)


def _is_our_name(host: str, public_hosts: frozenset[str]) -> bool:
    if host == "localhost" or host in public_hosts:
        return True
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def _is_same_origin(request: web.Request) -> bool:
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        # A link elsewhere may lead to the page itself, and to nothing else.
        return request.method == "GET" and request.headers.get("Sec-Fetch-Mode") == "navigate"
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("Host")
