"""The dashboard opens: logging in, what is seen first, and what the browser has to say to it."""

import re

from playwright.async_api import Page, expect

from tests.e2e.running import Platform
from tests.page.browsing import TOKEN, Complaints

EXPIRED = "Your session is over"


async def log_in(page: Page, username: str, password: str) -> None:
    await page.get_by_label("Name").fill(username)
    await page.get_by_label("Password").fill(password)
    await page.get_by_role("button", name="Log in").click()


async def test_a_user_logs_in_and_sees_today_live_and_drawn(
    stranger: Page, running: Platform, collect: Complaints
) -> None:
    collect.expected.append("401")
    await stranger.goto("./")
    await log_in(stranger, running.endpoints["username"], "not the password")
    await expect(stranger.get_by_role("alert")).to_have_text("Name or password is wrong.")
    await log_in(stranger, running.endpoints["username"], running.endpoints["password"])
    await expect(stranger.get_by_role("heading", level=1)).to_have_text("Today")
    await expect(stranger.get_by_title("Connection to the platform")).to_contain_text("live")
    await expect(stranger.get_by_label("The account")).to_contain_text(re.compile(r"Net liquidation\$[\d,]+\.\d\d"))
    await expect(stranger.get_by_role("meter", name="open positions")).to_be_visible()
    await expect(stranger.get_by_role("img", name="Net liquidation").locator("canvas").first).to_be_visible()
    await expect(stranger.get_by_role("link", name="TradingView")).to_be_visible()
    await stranger.get_by_role("button", name="Table: Net liquidation").click()
    await expect(stranger.get_by_role("table", name="Net liquidation")).to_be_visible()


async def test_whose_session_is_over_logs_in_and_is_back_where_he_was(
    page: Page, running: Platform, collect: Complaints
) -> None:
    collect.expected.append("401")
    await page.keyboard.press("g")
    await page.keyboard.press("d")
    heading = page.get_by_role("heading", level=1)
    await expect(heading).to_have_text("Signals and decisions")
    await expect(heading).to_be_focused()
    token = await page.evaluate("name => sessionStorage.getItem(name)", TOKEN)
    running.client.post("/auth/logout", headers={"Authorization": f"Bearer {token}"}).raise_for_status()
    await expect(page.get_by_text(EXPIRED)).to_be_visible()
    await log_in(page, running.endpoints["username"], running.endpoints["password"])
    await expect(page.get_by_role("heading", level=1)).to_have_text("Signals and decisions")


async def test_the_kill_switch_is_held_by_keyboard_and_released(page: Page) -> None:
    await expect(page.get_by_title("Connection to the platform")).to_contain_text("live")
    await page.keyboard.press("Shift+K")
    dialog = page.get_by_role("dialog", name="Kill switch")
    for name, said, halted in (
        ("Stop entries", "Entries are stopped.", True),
        ("Let entries through", "again.", False),
    ):
        button = dialog.get_by_role("button", name=name, exact=True)
        await button.focus()
        await page.keyboard.press("Enter")  # not held
        await expect(button).to_be_enabled()
        await page.keyboard.down("Enter")
        await expect(dialog.get_by_text(said)).to_be_visible()
        await page.keyboard.up("Enter")
        await expect(page.get_by_text("halted", exact=True)).to_have_count(1 if halted else 0)
    await page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()
