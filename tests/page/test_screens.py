"""Each screen at three widths in both themes: drawn, readable for all, and no wider than the window.

Pictures are kept in TAPESTREAM_SHOTS, or else with pytest's other files.
"""

import os
from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import Browser

from tests.e2e.running import Platform, until
from tests.page.browsing import Complaints, open_as
from tests.page.conftest import new_page
from tests.page.seen import barriers, overflow, shoot, show
from tests.page.tape import Tape
from tests.sinks.running import fresh_symbol

Theme = Literal["dark", "light"]
THEMES: tuple[Theme, ...] = ("dark", "light")
SCREENS = {
    "today": "",
    "positions": "positions",
    "closed": "positions?tab=closed",
    "position": "positions/{position_id}",
    "decisions": "decisions",
    "decision": "decisions/{signal_id}",
    "ab": "ab",
    "market": "market?symbol=SPX",
    "performance": "performance",
    "webhooks": "webhooks",
    "controls": "controls",
    "system": "system",
}


@pytest.fixture(scope="module")
def held(running: Platform, tape: Tape) -> dict[str, str]:
    """Return the position of a fresh alert, as the API lists it."""
    symbol = fresh_symbol()
    contract = tape.list(symbol)
    signal_id = tape.alert(symbol)
    running.settle()
    tape.quote(contract, 3.40, 3.50)

    def found() -> list[dict[str, str]]:
        return [item for item in running.items("/orders/positions") if item["signal_id"] == signal_id]

    (position,) = until(found, what="the position", within_s=60)
    tape.quote(contract, 3.50, 3.60)
    return position


@pytest.fixture(scope="session")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where pictures are kept."""
    folder = Path(os.environ.get("TAPESTREAM_SHOTS") or tmp_path_factory.mktemp("shots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.mark.parametrize("width", [375, 768, 1280])
async def test_every_screen_fits_and_can_be_read_by_all_in_both_themes(
    width: int,
    browser: Browser,
    page_address: str,
    running: Platform,
    held: dict[str, str],
    shots: Path,
    collect: Complaints,
) -> None:
    wrong: list[str] = []
    async with new_page(browser, page_address, collect, width=width) as page:
        await open_as(page, running)
        for name, address in SCREENS.items():
            await show(page, address.format(**held))
            for theme in THEMES:
                await page.emulate_media(color_scheme=theme, reduced_motion="reduce")
                await shoot(page, shots, f"{name}-{width}-{theme}")
                # of the other theme the colours are other, and nothing else
                lines = await barriers(page, colours_alone=theme != THEMES[0])
                wrong += [f"{name} {theme}: {line}" for line in lines]
            wrong += [f"{name}: wider than {width}: {line}" for line in await overflow(page)]
            if name == "today":
                await page.get_by_role("button", name="Understood").click()
    assert wrong == [], "\n".join(wrong)
