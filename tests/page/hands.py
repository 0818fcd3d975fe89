"""What a person does on the page, by mouse and by keyboard alone: the same acts, so that a flow can be gone twice."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from playwright.async_api import Locator, Page, expect

KEYS = {"Today": "t", "Positions": "p", "Decisions": "d", "Controls": "c", "System": "s"}
TABS_MAX = 120
"""So many stops are enough to come to anything on a screen."""


@dataclass
class Mouse:
    """Acts by pointer; text is typed into what was clicked."""

    page: Page

    async def go(self, screen: str) -> None:
        """Come to a screen by the navigation."""
        await self.page.get_by_role("navigation", name="Screens").get_by_role("link", name=screen).click()

    async def press(self, what: Locator) -> None:
        """Press a button, or follow a link."""
        await what.click()

    async def open_row(self, opener: Locator) -> None:
        """Open a table's row."""
        await opener.click()

    async def write(self, field: Locator, text: str) -> None:
        """Replace a field's text."""
        await field.fill(text)

    @asynccontextmanager
    async def holding(self, what: Locator) -> AsyncIterator[None]:
        """Hold a button down."""
        await what.scroll_into_view_if_needed()
        await what.hover()
        await self.page.mouse.down()
        yield
        await self.page.mouse.up()

    async def open_kill_switch(self) -> None:
        """Open the kill switch."""
        await self.page.get_by_role("button", name=re.compile("^Kill")).first.click()

    async def choose_theme(self, title: str) -> None:
        """Choose a theme in the user's menu."""
        await self.page.get_by_label("user and theme").click()
        await self.page.get_by_role("radio", name=title).check()
        await self.page.get_by_label("user and theme").click()

    async def leave_dialog(self) -> None:
        """Close the dialog that is open."""
        await self.page.get_by_role("dialog").get_by_role("button", name="Close", exact=True).click()


@dataclass
class Keyboard:
    """Acts by keys alone; what is acted on is come to by Tab, or has a key of its own."""

    page: Page

    async def go(self, screen: str) -> None:
        """Come to a screen by its keys."""
        await self.page.keyboard.press("g")
        await self.page.keyboard.press(KEYS[screen])

    async def press(self, what: Locator) -> None:
        """Press a button, or follow a link."""
        await self.reach(what)
        await self.page.keyboard.press("Enter")

    async def open_row(self, opener: Locator) -> None:
        """Go down the rows until the one is there, and open it."""
        await expect(opener).to_be_visible()
        for _ in range(TABS_MAX):
            await self.page.keyboard.press("j")
            if await _has_focus(opener):
                break
        await expect(opener).to_be_focused()
        await self.page.keyboard.press("Enter")

    async def write(self, field: Locator, text: str) -> None:
        """Replace a field's text."""
        await self.reach(field)
        await self.page.keyboard.press("Control+A")
        await self.page.keyboard.type(text)

    @asynccontextmanager
    async def holding(self, what: Locator) -> AsyncIterator[None]:
        """Hold a button down."""
        await self.reach(what)
        await self.page.keyboard.down("Enter")
        yield
        await self.page.keyboard.up("Enter")

    async def open_kill_switch(self) -> None:
        """Open the kill switch."""
        await self.page.keyboard.press("Shift+K")

    async def choose_theme(self, title: str) -> None:
        """Choose a theme in the user's menu, from one above it."""
        menu = self.page.get_by_label("user and theme")
        await self.press(menu)
        await self.page.keyboard.press("Tab")
        wanted = self.page.get_by_role("radio", name=title)
        for _ in range(3):
            if await wanted.is_checked():
                break
            await self.page.keyboard.press("ArrowDown")
        await self.press(menu)

    async def leave_dialog(self) -> None:
        """Close the dialog that is open."""
        await self.page.keyboard.press("Escape")

    async def reach(self, what: Locator) -> None:
        """Press Tab until something has the focus."""
        await expect(what).to_be_visible()
        for _ in range(TABS_MAX):
            if await _has_focus(what):
                break
            await self.page.keyboard.press("Tab")
        await expect(what).to_be_focused()


async def _has_focus(what: Locator) -> bool:
    return bool(await what.evaluate("element => element === document.activeElement"))
