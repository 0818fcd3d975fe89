"""What is looked at of each screen: that it is drawn, who could not read it, and whether it fits."""

from pathlib import Path
from typing import Any

from playwright.async_api import Page, expect

from api.page import BUILT

AXE = BUILT.parent / "node_modules" / "axe-core" / "axe.min.js"
GRAVE = ("serious", "critical")


async def show(page: Page, address: str) -> None:
    """Go to a screen as its links do, and wait until all of it is loaded and drawn."""
    await page.evaluate("address => history.pushState(null, '', address)", f"/app/{address}")
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await settled(page)


async def settled(page: Page) -> None:
    """Wait until nothing says that it is loading, and what is there was drawn."""
    await expect(page.get_by_text("Loading")).to_have_count(0)
    await expect(page.get_by_label("Loading the chart")).to_have_count(0)
    await page.evaluate("() => new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))")


async def barriers(page: Page, *, colours_alone: bool = False) -> list[str]:
    """Return what axe finds that is grave, a line each: rule, element, and what to do."""
    if await page.evaluate("typeof axe") == "undefined":
        # by the debugger, so that the page's policy stays as it is
        await page.evaluate(AXE.read_text())
    rules = {"runOnly": {"type": "rule", "values": ["color-contrast"]}} if colours_alone else {}
    found: list[dict[str, Any]] = await page.evaluate(
        "async options => (await axe.run(document, options)).violations", {"resultTypes": ["violations"], **rules}
    )
    return [
        f"{rule['id']}: {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for rule in found
        if rule["impact"] in GRAVE
        for node in rule["nodes"]
    ]


async def overflow(page: Page) -> list[str]:
    """Return the elements that are wider than the window, when the page scrolls sideways for them."""
    wide: list[str] = await page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll("body *")]
            .filter(element => element.getBoundingClientRect().right > innerWidth + 1)
            .map(element => `${element.tagName}.${element.className}`).slice(0, 10)"""
    )
    return wide


async def shoot(page: Page, folder: Path, name: str) -> None:
    """Keep a picture of the whole page."""
    await page.screenshot(path=folder / f"{name}.png", full_page=True, animations="disabled")
