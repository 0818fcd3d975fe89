"""Two people at the same rules: nobody overwrites what another has just saved without having seen it."""

import asyncio
import re

from playwright.async_api import Page, expect

from tests.e2e.running import Platform
from tests.page.browsing import Complaints
from tests.sinks.running import fresh_symbol


async def test_rules_that_somebody_has_saved_meanwhile_are_chosen_from_and_confirmed(
    page: Page, running: Platform, collect: Complaints
) -> None:
    collect.expected.append("412")
    symbol = fresh_symbol()
    await page.keyboard.press("g")
    await page.keyboard.press("c")
    panel = page.get_by_role("region", name="Exit rules")
    await panel.get_by_label("Another underlying").fill(symbol)
    await panel.get_by_role("button", name="Show its rules").click()
    target = panel.get_by_label("Profit target (percent)", exact=True)
    await expect(target).to_have_accessible_description(re.compile("Takes more than 0 to 10,000."))
    await target.fill("40")
    theirs = {"profit_target_percent": 60, "stop_loss_percent": 30}
    saved = await asyncio.to_thread(running.client.put, f"/exit-rules/{symbol}", json=theirs)
    saved.raise_for_status()

    dialog = page.get_by_role("dialog")
    await panel.get_by_role("button", name="Review and save").click()
    await expect(dialog).to_contain_text("→ 40 %")
    await dialog.get_by_role("button", name="Save the change").click()
    await expect(dialog).to_contain_text("Nothing of yours is saved yet.")
    choice = dialog.get_by_role("group", name="Profit target")
    await choice.get_by_label("Yours: 40").check()
    await dialog.get_by_role("button", name="Review and save what is chosen").click()

    # what they saved is the old value now, and what is theirs alone stays
    await expect(dialog).to_contain_text("Profit target: 60 % → 40 %")
    await expect(dialog).not_to_contain_text("Stop loss")
    assert running.get(f"/exit-rules/{symbol}")["control"]["profit_target_percent"] == 60
    await dialog.get_by_role("button", name="Save the change").click()
    await expect(page.get_by_text(f"Exit rules of {symbol}: saved")).to_be_visible()
    control = running.get(f"/exit-rules/{symbol}")["control"]
    assert (control["profit_target_percent"], control["stop_loss_percent"]) == (40, 30)
