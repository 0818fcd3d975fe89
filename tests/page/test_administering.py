"""What an administrator does on the System screen, and what the API knows of it: dead letters, users, keys."""

import asyncio
import re
from typing import Any

import httpx
from playwright.async_api import Locator, Page, expect

from streams.publisher import Publisher
from streams.topics import SIGNALS, partition_of
from tests.e2e.running import Platform, until
from tests.page.browsing import Complaints
from tests.page.hands import Keyboard
from tests.sinks.running import fresh_symbol

PASSWORD = "a password of some length"


async def test_a_dead_letter_is_sent_again_and_the_one_that_comes_back_is_discarded(
    page: Page, running: Platform
) -> None:
    hands = Keyboard(page)
    await to_tab(hands, "Dead letters")
    first = await asyncio.to_thread(unreadable, running)
    await hands.open_row(opener(page, first))
    dialog = page.get_by_role("dialog", name="A dead letter")
    await expect(dialog).to_contain_text("undecodable")
    await hands.press(dialog.get_by_role("button", name="Send it again"))
    await expect(page.get_by_text("The letter was sent again.")).to_be_visible()
    await expect(opener(page, first)).to_have_count(0)

    # nobody can read it this time either: it comes back as another, beside what became of the first
    second = await asyncio.to_thread(another, running, first)
    was = await asyncio.to_thread(dealt_with, running, first)
    assert (was["status"], was["attempts"], was["changed_by"]) == ("redriven", 1, running.endpoints["username"])
    await hands.open_row(opener(page, second))
    discard = dialog.get_by_role("button", name="Discard it")
    await expect(discard).to_be_disabled()
    await hands.write(dialog.get_by_label("Or discard it for good, because"), "it is no signal")
    await hands.press(discard)
    await expect(page.get_by_text("The letter was discarded")).to_be_visible()
    await expect(opener(page, second)).to_have_count(0)
    now = await asyncio.to_thread(dealt_with, running, second)
    assert (now["status"], now["change_reason"]) == ("discarded", "it is no signal")
    await hands.press(page.get_by_role("group", name="Status").get_by_role("button", name="discarded"))
    await expect(opener(page, second)).to_be_visible()


async def test_a_user_is_added_made_a_trader_and_disabled(page: Page, running: Platform, collect: Complaints) -> None:
    collect.expected.append("422")
    name = fresh_symbol().lower()
    await to_tab(Keyboard(page), "Users")
    await page.get_by_role("button", name="Add a user").click()
    dialog = page.get_by_role("dialog", name="Add a user")
    await dialog.get_by_label("Name").fill(name)
    await dialog.get_by_label("Password").fill("short")
    await dialog.get_by_role("button", name="Add the user").click()
    await expect(dialog.get_by_label("Password")).to_have_accessible_description(re.compile("12"))
    await dialog.get_by_label("Password").fill(PASSWORD)
    await dialog.get_by_role("button", name="Add the user").click()
    await expect(dialog).to_be_hidden()
    row = page.get_by_role("table", name="Users").locator("tbody tr").filter(has_text=name)
    await expect(row).to_contain_text("may log in")
    user = await asyncio.to_thread(log_in, running, name)

    await row.get_by_label(f"Role of {name}").select_option("trader")
    asked = page.get_by_role("dialog", name=f"{name}: viewer → trader?")
    await asked.get_by_role("button", name="Change it").click()
    await expect(row.get_by_label(f"Role of {name}")).to_have_value("trader")
    assert (await asyncio.to_thread(user.get, "/auth/me")).json()["role"] == "trader"

    await row.get_by_role("button", name=f"disable {name}").click()
    await expect(page.get_by_role("dialog")).to_contain_text("Its sessions end at once.")
    await page.get_by_role("dialog").get_by_role("button", name="Change it").click()
    await expect(row).to_contain_text("disabled")
    assert (await asyncio.to_thread(user.get, "/auth/me")).status_code == 401
    assert user.post("/auth/login", json={"username": name, "password": PASSWORD}).status_code == 401
    user.close()
    own = page.get_by_role("button", name=f"disable {running.endpoints['username']}")
    await expect(own).to_be_disabled()


async def test_a_key_is_made_shown_once_and_revoked(page: Page, running: Platform) -> None:
    hands, name = Keyboard(page), f"bot {fresh_symbol()}"
    await to_tab(hands, "API keys")
    await hands.press(page.get_by_role("button", name="Make a key"))
    dialog = page.get_by_role("dialog")
    await hands.write(dialog.get_by_label("Name of the service"), name)
    await page.keyboard.press("Enter")
    key = await dialog.get_by_role("region", name="The key").inner_text()
    await hands.press(dialog.get_by_role("button", name="I have kept it"))
    row = page.get_by_role("table", name="API keys").locator("tbody tr").filter(has_text=name)
    await expect(row).to_contain_text("read")
    await expect(page.get_by_text(key.strip())).to_have_count(0)

    def asks(method: str, path: str, **body: Any) -> int:
        with httpx.Client(base_url=running.endpoints["api_url"], headers={"X-API-Key": key.strip()}) as program:
            return program.request(method, path, **body).status_code

    assert asks("GET", "/orders/positions") == 200
    assert asks("PUT", "/exit-rules/SPY", json={}) == 403
    await hands.press(row.get_by_role("button", name=f"Revoke {name}"))
    await hands.press(page.get_by_role("dialog").get_by_role("button", name="Revoke it"))
    await expect(row).to_contain_text("revoked")
    assert asks("GET", "/orders/positions") == 401


async def to_tab(hands: Keyboard, title: str) -> None:
    """Come to a tab of System by keys: the tabs are one stop, and arrows move between them."""
    page = hands.page
    await hands.go("System")
    await expect(page.get_by_role("heading", level=1)).to_have_text("System")
    tab = page.get_by_role("tab", name=title)
    await hands.reach(page.get_by_role("tab", selected=True))
    while await tab.get_attribute("aria-selected") != "true":
        await page.keyboard.press("ArrowLeft")
    await expect(page.get_by_role("tabpanel", name=title)).to_be_visible()


def opener(page: Page, letter: dict[str, Any]) -> Locator:
    """Return what opens a letter in the list."""
    place = f"{letter['partition']}, {letter['offset']}"
    rows = page.get_by_role("table", name="Dead letters").locator("tbody tr")
    return rows.filter(has=page.get_by_text(place, exact=True)).locator("[data-opener]")


def unreadable(running: Platform) -> dict[str, Any]:
    """Send what is no signal; returns its letter."""
    symbol = fresh_symbol()
    before = known(running)

    async def send() -> None:
        async with Publisher(running.endpoints["kafka_bootstrap_servers"]) as publisher:
            sent = await publisher.send_encoded(
                SIGNALS.name, key=symbol, value=b"\x00no signal", partition=partition_of(symbol), headers=[]
            )
            await sent

    asyncio.run(send())
    return new_one(running, before)


def another(running: Platform, first: dict[str, Any]) -> dict[str, Any]:
    return new_one(running, {first["dead_letter_id"]})


def new_one(running: Platform, before: set[str]) -> dict[str, Any]:
    def letters() -> list[dict[str, Any]]:
        found = running.items("/dead-letters", topic=SIGNALS.name, status="open")
        return [letter for letter in found if letter["dead_letter_id"] not in before]

    (letter,) = until(letters, what="a letter", within_s=60)
    return letter


def known(running: Platform) -> set[str]:
    return {letter["dead_letter_id"] for letter in running.items("/dead-letters")}


def dealt_with(running: Platform, letter: dict[str, Any]) -> dict[str, Any]:
    """Return a letter once it is known what became of it."""

    def found() -> dict[str, Any] | None:
        detail: dict[str, Any] = running.get(f"/dead-letters/{letter['dead_letter_id']}")
        return None if detail["status"] == "open" else detail

    done = until(found, what="the letter's status", within_s=60)
    assert done is not None
    return done


def log_in(running: Platform, name: str) -> httpx.Client:
    """Return a client of a user."""
    client = httpx.Client(base_url=running.endpoints["api_url"], timeout=30)
    answer = client.post("/auth/login", json={"username": name, "password": PASSWORD})
    answer.raise_for_status()
    client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    return client
