"""The dashboard as it is served: its files, its addresses, and what a browser may do with it."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from api import page, root
from api.server import create_app
from tests.api.serving import client_of, settings

HTML = {"Accept": "text/html,application/xhtml+xml"}


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder in which a dashboard was built, and have it served."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text('<script type="module" src="/app/assets/index-abc.js"></script>')
    (tmp_path / "assets" / "index-abc.js").write_text("plain")
    (tmp_path / "assets" / "index-abc.js.br").write_bytes(b"brotli")
    (tmp_path / "assets" / "index-abc.js.gz").write_bytes(b"gzip")
    (tmp_path / "assets" / "small.js").write_text("small")
    (tmp_path / "secret").write_text("not an asset")
    monkeypatch.setattr(page, "BUILT", tmp_path)
    return tmp_path


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(create_app(settings())) as client:
        yield client


def assert_strict(answer: httpx.Response) -> None:
    directives = dict(part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";"))
    assert directives == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
        "form-action": "'none'",
    }
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "camera=()" in answer.headers["permissions-policy"]


@pytest.mark.parametrize("path", ["/app/", "/app/positions", "/app/positions/7f", "/app/secret", "/app/%2e%2e/secret"])
async def test_every_address_of_a_screen_is_the_page_itself(built: Path, client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 200
    assert answer.text == (built / "index.html").read_text()
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["cache-control"] == "no-cache"
    assert_strict(answer)


@pytest.mark.parametrize(
    ("accepted", "encoding", "content"),
    [
        ("br, gzip", "br", b"brotli"),
        ("gzip, deflate", "gzip", b"gzip"),
        ("identity", None, b"plain"),
        ("gzip;q=0.5, br;q=0", "gzip", b"gzip"),
    ],
)
async def test_a_file_comes_as_small_as_the_browser_takes_it_and_is_kept(
    built: Path, client: httpx.AsyncClient, accepted: str, encoding: str | None, content: bytes
) -> None:
    request = client.build_request("GET", "/app/assets/index-abc.js", headers={"Accept-Encoding": accepted})
    answer = await client.send(request, stream=True)
    assert b"".join([piece async for piece in answer.aiter_raw()]) == content
    assert answer.headers.get("content-encoding") == encoding
    assert answer.headers["content-type"].split(";")[0] in ("text/javascript", "application/javascript")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["vary"] == "Accept-Encoding"
    assert_strict(answer)


@pytest.mark.parametrize("name", ["gone.js", "..%2findex.html", "%2e%2e/secret", "", "a/b.js"])
async def test_a_file_that_is_not_there_is_not_found(built: Path, client: httpx.AsyncClient, name: str) -> None:
    answer = await client.get(f"/app/assets/{name}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


async def test_without_a_build_the_page_says_how_to_make_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, client: httpx.AsyncClient
) -> None:
    monkeypatch.setattr(page, "BUILT", tmp_path / "nothing")
    assert (await client.get("/app/assets/index-abc.js")).status_code == 404
    for path in ("/app/", "/app/positions"):
        answer = await client.get(path)
        assert "make setup" in answer.text
        assert "<script" not in answer.text
        assert answer.headers["cache-control"] == "no-store"
    front = await client.get("/", headers=HTML)
    assert (front.status_code, 'href="/docs"' in front.text) == (200, True)


async def test_the_front_door_leads_a_browser_to_the_dashboard_and_others_to_a_page_of_links(
    built: Path, client: httpx.AsyncClient
) -> None:
    browser = await client.get("/", headers=HTML)
    assert (browser.status_code, browser.headers["location"]) == (307, "/app/")
    assert (await client.get("/app")).headers["location"] == "/app/"
    program, start = await client.get("/"), await client.get("/docs/start", headers=HTML)
    assert program.text == start.text
    assert 'href="/app/"' in start.text
    assert root.ADDRESS == page.ADDRESS
