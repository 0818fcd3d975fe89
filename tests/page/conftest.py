"""The dashboard in a browser, on the platform as a user runs it: one platform and one browser for all tests here.

A test takes `page` (logged in), or `stranger` (not logged in), and `running` to send alerts and prices and to ask the
API. It fails when the console complains; what it provokes itself it names in `collect.expected`.
"""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from api.page import is_built
from tests.e2e.recorded import is_closed
from tests.e2e.running import Platform, platform, until
from tests.page.browsing import Complaints, chromium, open_as
from tests.page.tape import Tape

SESSION = "replay:spx-2021-01-04"
BOTH_ENGINES = {"ENABLE_VARIANT_B": "true", "ENABLE_SHADOW_EXECUTION": "true"}
WITHIN_MS = 20_000
"""Two cores run a whole platform and a browser."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Have all tests here run in one process of a parallel run, as they share a platform."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            for mark in ("e2e", "kafka", "postgres"):
                item.add_marker(mark)
            item.add_marker(pytest.mark.xdist_group("page"))


@pytest.fixture(scope="session")
def running() -> Iterator[Platform]:
    """Yield a platform on which both engines have been through a recorded session, and its alerts, to its close."""
    chromium()
    if not is_built():
        pytest.fail("the dashboard is not built: make setup")
    folder = Path(tempfile.mkdtemp(prefix="tapestream-"))
    try:
        with platform(folder / "home", "--feed", SESSION, "--speed", "max", **BOTH_ENGINES) as started:
            servers = started.endpoints["kafka_bootstrap_servers"]
            until(lambda: is_closed(servers), within_s=240, what="the session's close")
            yield started
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def tape(running: Platform) -> Tape:
    """Return what tells the next day, on which the tests go on after each other."""
    return Tape(running)


@pytest.fixture(scope="session")
def page_address(running: Platform) -> str:
    """Return where the dashboard is, with the slash at its end."""
    return f"{running.endpoints['api_url']}/app/"


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Yield the Chromium that all tests here share."""
    expect.set_options(timeout=WITHIN_MS)
    async with async_playwright() as playwright:
        # a container's root has no sandbox, and its /dev/shm is small
        started = await playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield started
        await started.close()


@pytest.fixture
def collect() -> Iterator[Complaints]:
    """Yield what collects a browser's complaints; a test with one that it did not expect fails at its end."""
    complaints = Complaints()
    yield complaints
    assert complaints.unexpected() == []


@asynccontextmanager
async def new_page(browser: Browser, address: str, collect: Complaints, *, width: int = 1280) -> AsyncIterator[Page]:
    """Yield a page in a browser that has never been here, whose complaints are collected."""
    context = await browser.new_context(base_url=address, viewport={"width": width, "height": 900})
    context.set_default_timeout(WITHIN_MS)
    page = await context.new_page()
    collect.listen(page)
    yield page
    await context.close()


@pytest.fixture
async def stranger(browser: Browser, page_address: str, collect: Complaints) -> AsyncIterator[Page]:
    """Yield a page of 1280 x 900 in a browser that has never been here; nothing is loaded yet."""
    async with new_page(browser, page_address, collect) as page:
        yield page


@pytest.fixture
async def page(stranger: Page, running: Platform) -> Page:
    """Return a page that shows Today to the generated user, in a session of its own."""
    await open_as(stranger, running)
    return stranger
