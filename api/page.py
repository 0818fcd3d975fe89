"""The dashboard: what `make setup` has built, served at `/app/`.

Any path below it without a file is the page itself, which knows its screens by their addresses. Files are named by what
they hold and are kept by browsers for a year; index.html is asked for each time. Nothing of it is secret: what the page
shows it asks the API for, with a token.
"""

import mimetypes
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import FileResponse, RedirectResponse, Response

from api.pages import page
from api.problems import Problem

router = APIRouter(include_in_schema=False)

BUILT = Path(__file__).parent / "dashboard" / "dist"
ADDRESS = "/app/"

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'"
)
"""Its own scripts and styles and nothing else; a log-in is sent by script, so that no form leads anywhere."""

_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
"""What the build has compressed beforehand, the smallest first."""


def is_built() -> bool:
    """Return whether there is a dashboard to serve."""
    return (BUILT / "index.html").is_file()


@router.get("/app")
async def without_slash() -> Response:
    """Lead to the dashboard."""
    return RedirectResponse(ADDRESS, status_code=308)


@router.get("/app/{path:path}")
async def dashboard(path: str, request: Request) -> Response:
    """A file of the dashboard, or the dashboard."""
    if path.startswith("assets/"):
        return _asset(path.removeprefix("assets/"), request)
    if not is_built():
        return _how_to_build()
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-cache"}
    return FileResponse(BUILT / "index.html", headers=headers)


def _asset(name: str, request: Request) -> Response:
    # a file's name and no way elsewhere: what is asked for is looked up among what is there
    known = {file.name for file in (BUILT / "assets").glob("*")}
    if name not in known:
        raise Problem(404, "the dashboard has no such file")
    asked = (part.partition(";") for part in request.headers.get("accept-encoding", "").split(","))
    accepted = {coding.strip() for coding, _, weight in asked if weight.strip() not in ("q=0", "q=0.0")}
    encoding, suffix = next((it for it in _ENCODINGS if it[0] in accepted and name + it[1] in known), ("", ""))
    headers = {
        "Content-Security-Policy": POLICY,
        "Cache-Control": "public, max-age=31536000, immutable",
        "Vary": "Accept-Encoding",
    } | ({"Content-Encoding": encoding} if encoding else {})
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return FileResponse(BUILT / "assets" / (name + suffix), headers=headers, media_type=media_type)


def _how_to_build() -> Response:
    return page(
        "Tapestream: no dashboard yet",
        "<h1>The dashboard is not built</h1>"
        "<p>Run <code>make setup</code> in the folder of Tapestream, with Node 20 or newer or a network, and load this "
        "page again. Nothing needs to be started anew.</p>"
        '<p>All else works without it: <a href="/docs/start">where to go on</a>.</p>',
    )
