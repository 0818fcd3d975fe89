"""What a trader does all day on the running platform, once by mouse and once by keyboard alone."""

import asyncio

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.e2e.running import Platform
from tests.page.browsing import Complaints, open_as
from tests.page.conftest import new_page
from tests.page.hands import Keyboard, Mouse
from tests.page.tape import STRIKE, Tape
from tests.sinks.running import fresh_symbol

PASSWORD = "only looking, thank you"
WHY_NOT = "Your role may look, not trade: ask for the role trader."
Hands = Mouse | Keyboard


@pytest.mark.parametrize(("by", "limit"), [(Mouse, 7), (Keyboard, 8)], ids=["mouse", "keyboard"])
async def test_a_trader_watches_asks_why_closes_halts_and_changes_a_limit(
    by: type[Hands], limit: int, stranger: Page, running: Platform, tape: Tape
) -> None:
    hands, symbol = by(stranger), fresh_symbol()
    contract = await asyncio.to_thread(tape.list, symbol)
    await stranger.goto("./")
    await log_in(hands, running)

    await hands.go("Positions")
    await watch_one_come_and_go(hands, tape, symbol, contract)
    await hands.go("Decisions")
    await read_why_one_was_refused(hands, tape, symbol)
    await hands.go("Positions")
    await close_one_by_hand(hands, tape, symbol, contract)
    await halt_and_resume(hands)
    await hands.go("Controls")
    await change_a_limit(hands, limit)
    await switch_theme(hands)


async def log_in(hands: Hands, running: Platform) -> None:
    page = hands.page
    await hands.write(page.get_by_label("Name"), running.endpoints["username"])
    await hands.write(page.get_by_label("Password"), running.endpoints["password"])
    await hands.press(page.get_by_role("button", name="Log in"))
    await expect(page.get_by_role("heading", level=1)).to_have_text("Today")
    await expect(page.get_by_title("Connection to the platform")).to_contain_text("live")


async def watch_one_come_and_go(hands: Hands, tape: Tape, symbol: str, contract: str) -> None:
    row = held(hands.page, symbol)
    await expect(row).to_have_count(0)
    await asyncio.to_thread(enter, tape, symbol, contract)
    await expect(row).to_have_count(1)
    await expect(row).to_contain_text("$3.45")
    await asyncio.to_thread(tape.quote, contract, 3.60, 3.64)
    await expect(row).to_contain_text("$3.62")

    # half above what was paid: the target, at which the next quote fills
    await asyncio.to_thread(tape.quote, contract, 5.30, 5.34)
    await asyncio.to_thread(tape.running.settle)
    await asyncio.to_thread(tape.quote, contract, 5.30, 5.34)
    await expect(row).to_have_count(0)
    await hands.go("Today")
    feed = hands.page.get_by_role("table", name="What happened").locator("tbody tr")
    exits = feed.filter(has_text=symbol).filter(has=hands.page.get_by_text("exit", exact=True))
    await expect(exits).to_have_count(1)
    await expect(exits).to_contain_text("profit target")


async def read_why_one_was_refused(hands: Hands, tape: Tape, symbol: str) -> None:
    page = hands.page
    signals = page.get_by_role("table", name="Signals").locator("tbody tr")
    await asyncio.to_thread(tape.alert, symbol, timeframe="15m", confidence=12)
    refused = signals.filter(has_text=symbol).filter(has_text="refused")
    await expect(refused).to_have_count(1)
    await hands.open_row(refused.locator("[data-opener]"))
    await expect(page.get_by_role("heading", level=1)).to_contain_text(f"{symbol} long on 15m")
    said = page.get_by_role("region", name="In a sentence")
    await expect(said).to_contain_text("rejected")
    await expect(said).to_contain_text("confidence 12, needed at least 50 points (38 short)")
    rung = page.get_by_role("listitem").filter(has_text="refused").filter(has_text="38 short").first
    await expect(rung).to_be_visible()


async def close_one_by_hand(hands: Hands, tape: Tape, symbol: str, contract: str) -> None:
    page = hands.page
    await asyncio.to_thread(enter, tape, symbol, contract, "1h")
    await hands.open_row(held(page, symbol).locator("[data-opener]"))
    await expect(page.get_by_role("heading", level=1)).to_contain_text(f"{symbol} 2021-01-15 {STRIKE} C")
    await hands.press(page.get_by_role("button", name="Close …"))
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("Expected price")
    await hands.press(dialog.get_by_role("button", name="Close all of it"))
    await expect(dialog).to_contain_text("The order works")
    await asyncio.to_thread(tape.quote, contract, 3.50, 3.54)
    await expect(dialog).to_contain_text("Done.")
    await expect(dialog).to_contain_text("$3.52")
    await hands.leave_dialog()
    await expect(page.get_by_text("closed", exact=True).first).to_be_visible()


async def halt_and_resume(hands: Hands) -> None:
    page = hands.page
    await hands.open_kill_switch()
    dialog = page.get_by_role("dialog", name="Kill switch")
    async with hands.holding(dialog.get_by_role("button", name="Stop entries", exact=True)):
        await expect(dialog).to_contain_text("Entries are stopped.")
    await expect(page.get_by_text("halted", exact=True)).to_have_count(1)
    async with hands.holding(dialog.get_by_role("button", name="Let entries through", exact=True)):
        await expect(dialog).to_contain_text("again.")
    await expect(page.get_by_text("halted", exact=True)).to_have_count(0)
    await hands.leave_dialog()
    await expect(dialog).to_be_hidden()


async def change_a_limit(hands: Hands, limit: int) -> None:
    page = hands.page
    form = page.get_by_role("region", name="Risk limits")
    field = form.get_by_label("Open positions", exact=True)
    await hands.write(field, str(limit))
    await hands.press(form.get_by_role("button", name="Review and save"))
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text(f"→ {limit}")
    await hands.press(dialog.get_by_role("button", name="Save the change"))
    await expect(page.get_by_text("saved, in force from the next event on")).to_be_visible()
    await expect(form).to_contain_text(f"in force {limit}")
    await hands.go("Today")
    await expect(page.get_by_role("meter", name="open positions")).to_have_attribute("aria-valuemax", str(limit))


async def switch_theme(hands: Hands) -> None:
    page = hands.page
    await hands.choose_theme("Dark")
    assert await background(page) < 0.2
    await hands.choose_theme("Light")
    assert await background(page) > 0.8


async def background(page: Page) -> float:
    """Return how light the page is, 0 to 1."""
    colour: str = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    parts = [float(part) for part in colour[colour.index("(") + 1 : -1].split(",")[:3]]
    return sum(parts) / 765


def held(page: Page, symbol: str) -> Locator:
    return page.get_by_role("table", name="Open positions").locator("tbody tr").filter(has_text=symbol)


def enter(tape: Tape, symbol: str, contract: str, timeframe: str = "5m") -> None:
    """Have an alert traded at 3.45; two that are alike within a minute are one."""
    tape.alert(symbol, timeframe=timeframe)
    tape.running.settle()
    tape.quote(contract, 3.40, 3.50)


async def test_a_viewer_sees_all_and_is_told_why_nothing_can_be_done(
    browser: Browser, page_address: str, running: Platform, collect: Complaints
) -> None:
    viewer = {"username": fresh_symbol().lower(), "password": PASSWORD}
    account = running.get("/auth/me")["account_id"]
    running.client.post("/users", json={**viewer, "role": "viewer", "account_id": account}).raise_for_status()
    async with new_page(browser, page_address, collect) as page:
        await open_as(page, running, **viewer)
        await page.keyboard.press("Shift+K")
        dialog = page.get_by_role("dialog", name="Kill switch")
        for name in ("Stop entries", "Stop and close all"):
            button = dialog.get_by_role("button", name=name, exact=True)
            await expect(button).to_be_disabled()
            await expect(button).to_have_accessible_description(
                "Your role may look, not trade: ask for the role trader."
            )
        await page.keyboard.press("Escape")
        await page.keyboard.press("g")
        await page.keyboard.press("c")
        limits = page.get_by_role("region", name="Risk limits")
        await expect(limits).to_contain_text(WHY_NOT)
        await expect(limits.get_by_role("button", name="Review and save")).to_be_disabled()
        await page.keyboard.press("g")
        await page.keyboard.press("p")
        await expect(page.get_by_role("button", name="New order")).to_be_disabled()
