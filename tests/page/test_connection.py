"""The connection to the platform lost and back: it is said, and what was missed is shown once."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from playwright.async_api import Browser, Page, expect
from playwright.async_api import Error as PlaywrightError

from tests.e2e.running import Platform, until
from tests.page.browsing import Complaints, open_as
from tests.page.conftest import new_page
from tests.page.relay import Relay, relay
from tests.page.tape import Tape
from tests.sinks.running import fresh_symbol

SAID_WITHIN_MS = 3_000
AHEAD_S = 5.0
"""A clock cannot be stopped at a time that is over when the word reaches it."""
BROKEN = "ERR_(CONNECTION|EMPTY_RESPONSE|INCOMPLETE|SOCKET_NOT_CONNECTED)"
"""How Chromium names it, by what it was at when the connection broke."""
MISSED = {"signal": 1, "decision": 1, "order": 2, "fill": 2, "exit": 1}
"""An entry and its exit."""


@pytest.fixture
async def wire(running: Platform) -> AsyncIterator[Relay]:
    """Yield what stands between browser and platform."""
    async with relay(running.endpoints["api_url"]) as between:
        yield between


@pytest.fixture
async def wired(browser: Browser, wire: Relay, running: Platform, collect: Complaints) -> AsyncIterator[Page]:
    """Yield Today in a browser that is connected by the wire, with a clock that the test can stop."""
    collect.expected += [
        "ERR_CONNECTION_RESET",
        "ERR_EMPTY_RESPONSE",
        "ERR_CONNECTION_CLOSED",
        "ERR_INCOMPLETE",
        "ERR_SOCKET_NOT_CONNECTED",
    ]
    async with new_page(browser, f"{wire.address}/app/", collect) as page:
        await page.clock.install()
        await open_as(page, running)
        await expect(page.get_by_title("Connection to the platform")).to_contain_text("live")
        yield page


async def test_silence_is_said_within_three_seconds_by_the_pages_clock(wired: Page, wire: Relay) -> None:
    banner = wired.locator("[data-link]")
    state = wired.get_by_title("Connection to the platform")
    # the clock stands; words come all the same, at its time
    await wired.clock.pause_at(await wired.evaluate("Date.now()") / 1000 + AHEAD_S)
    await expect(state).to_contain_text("live")
    await expect(banner).to_have_count(0)
    wire.hold()
    await wired.clock.run_for(SAID_WITHIN_MS)
    await expect(banner).to_contain_text("Not live.")
    await expect(banner).to_contain_text("The last word came")
    await expect(state).to_contain_text("stale")
    wire.mend()
    await wired.clock.resume()
    await expect(banner).to_have_count(0)
    await expect(state).to_contain_text("live")


async def test_what_was_missed_while_the_connection_was_lost_is_shown_once(
    wired: Page, wire: Relay, running: Platform, tape: Tape
) -> None:
    symbol = fresh_symbol()
    contract = await asyncio.to_thread(tape.list, symbol)
    wire.cut()
    await expect(wired.get_by_text("Connection lost.")).to_be_visible()

    signal_id = await asyncio.to_thread(tape.alert, symbol)
    await asyncio.to_thread(_round_trip, running, tape, contract, signal_id)
    feed = wired.get_by_role("table", name="What happened")
    lines = feed.locator("tbody tr").filter(has_text=symbol)
    await expect(lines).to_have_count(0)

    wire.mend()
    with suppress(PlaywrightError):  # it may be back by itself in this very moment
        await wired.get_by_role("button", name="Try now").click(timeout=2_000)
    await expect(wired.get_by_text("Connection lost.")).to_be_hidden()
    await expect(lines).to_have_count(sum(MISSED.values()))
    kinds = await lines.locator("td:nth-child(2)").all_inner_texts()
    assert Counter(kinds) == MISSED

    # and it goes on from there
    await asyncio.to_thread(tape.alert, symbol, timeframe="15m", confidence=10)
    await expect(lines).to_have_count(sum(MISSED.values()) + 2)


def _round_trip(running: Platform, tape: Tape, contract: str, signal_id: str) -> None:
    """Have the order of a signal filled, and the position closed at its target."""

    def held() -> bool:
        return any(item["signal_id"] == signal_id for item in running.items("/orders/positions"))

    def working() -> bool:
        return any(item["option_symbol"] == contract for item in running.items("/orders/active"))

    until(working, what="the order", within_s=60)
    tape.quote(contract, 3.40, 3.50)
    until(held, what="the position", within_s=60)
    tape.quote(contract, 5.30, 5.34)
    until(working, what="the closing order", within_s=60)
    tape.quote(contract, 5.30, 5.34)
    until(lambda: not held(), what="the position's end", within_s=60)
