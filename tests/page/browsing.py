"""A browser for tests of the dashboard, and what it complains of."""

import os
import re
import shutil
from dataclasses import dataclass, field

import httpx
import pytest
from playwright.async_api import ConsoleMessage, Page

from tests.e2e.running import Platform

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
TOKEN = "tapestream.token"
"""The name under which the page keeps its token for the tab."""


def chromium() -> str:
    """Return where a Chromium is; without one the test is passed over, and fails in CI."""
    found = os.environ.get("CHROMIUM") or next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is not None:
        return found
    how = "the dashboard is tested in a Chromium: apt install chromium, or CHROMIUM=/path/to/chrome"
    if os.environ.get("CI"):
        pytest.fail(how)
    pytest.skip(how)


@dataclass
class Complaints:
    """What a browser's console says that it should not: errors, and what the Content-Security-Policy has refused.

    expected  patterns of what a test provokes
    """

    said: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        """Collect from a page from now on."""
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.said.append(f"{page.url}: {error}"))

    def unexpected(self) -> list[str]:
        """Return what nobody expected."""
        return [said for said in self.said if not any(re.search(pattern, said) for pattern in self.expected)]

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.said.append(f"{message.location.get('url', '')}: {message.text}")


async def open_as(page: Page, running: Platform, *, username: str = "", password: str = "") -> None:
    """Show Today to a user, the generated one unless another is named, in a session of its own."""
    login = {
        "username": username or running.endpoints["username"],
        "password": password or running.endpoints["password"],
    }
    async with httpx.AsyncClient(base_url=running.endpoints["api_url"], timeout=30) as client:
        answer = await client.post("/auth/login", json=login)
    answer.raise_for_status()
    await page.goto("./")
    await page.evaluate(
        "([name, token]) => sessionStorage.setItem(name, token)", [TOKEN, answer.json()["access_token"]]
    )
    await page.reload()
    await page.get_by_role("heading", level=1, name="Today").wait_for()
