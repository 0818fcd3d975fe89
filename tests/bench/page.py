"""How long what happens takes to the screen: from Kafka to the pixel in a browser, with a hundred positions that move.

The page notes when a text came to stand in it, at the frame after the change; browser and sender share a clock.
"""

import asyncio
import secrets
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.async_api import Page, async_playwright, expect

from schemas.event import to_micros
from schemas.ticks import Tick, TickFrame
from streams.publisher import Publisher
from streams.topics import ORDERS, PRICE_TICKS, partition_of
from tests.api.stream_facts import placed
from tests.bench.kill_switch import LIMITS, chain_of, names_of
from tests.e2e import trace
from tests.e2e.running import Platform, platform, until
from tests.page.browsing import chromium, open_as

POSITIONS, HERTZ, ROUNDS = 100, 4, 60
FACTS, PACE_S = 80, 0.25
CENT = 10_000_000
LOWEST_CENTS = 320
"""Round by round a cent more: between stop and target of what was bought at 3.45, and no text comes twice."""
OPENED_AT = datetime(2026, 2, 13, 15, 31, tzinfo=UTC)

WATCH = """
({row, text}) => {
  window.seen = {};
  window.watching?.disconnect();
  window.watching = new MutationObserver(changes => {
    const rows = new Set(changes.map(({target}) => (target.closest ? target : target.parentElement)?.closest("tr")));
    for (const change of changes) for (const added of change.addedNodes) if (added.matches?.("tr")) rows.add(added);
    requestAnimationFrame(() => {
      for (const found of rows) {
        const key = `${found?.querySelector(row)?.textContent} ${found?.querySelector(text)?.textContent}`;
        window.seen[key] ??= Date.now();
      }
    });
  });
  window.watching.observe(document.querySelector("main"), {subtree: true, childList: true, characterData: true});
}
"""
"""Note when each text came to stand in a row of a table, at the frame after it did."""
FRAMES = """
() => {
  window.frameTimes = [];
  let last = performance.now();
  const frame = now => {
    window.frameTimes.push(now - last);
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}
"""
"""Note how long each frame takes."""
DROPPED_MS = 25
"""Between a frame of 60 Hz and two."""


def measure(folder: Path) -> list[tuple[str, float, str, str]]:
    """Return rows of (figure, value, unit, beside it). Raises AssertionError when the page misses anything."""
    names = names_of(POSITIONS)
    with platform(folder / "home", "--feed", "none", "--clock", "tape", **LIMITS) as running:
        _hold(running, names)
        return asyncio.run(_watched(running, names))


def _contract(name: str) -> str:
    return trace.CONTRACT.replace("SPY", name)


def _hold(running: Platform, names: list[str]) -> None:
    """Have a position in each underlying."""
    for name in names:
        running.market("/api/webhooks/chain", chain_of(name))
        running.market("/api/webhooks/price", {**trace.PRICE, "symbol": name})
    running.settle()
    for name in names:
        running.alert({**trace.ALERT, "symbol": name})
    running.settle()
    asyncio.run(_quote(running, names))
    until(lambda: len(running.items("/orders/positions")) == len(names), what="the positions", within_s=120)


async def _quote(running: Platform, names: list[str]) -> None:
    async with Publisher(running.endpoints["kafka_bootstrap_servers"], linger_ms=0) as publisher:
        await _send_round(publisher, names, 0, 345)


async def _send_round(publisher: Publisher, names: list[str], number: int, cents: int) -> None:
    """Send a quote of each contract, a frame for each partition."""
    at = to_micros(OPENED_AT + timedelta(seconds=number / HERTZ))
    shards: dict[int, list[str]] = {}
    for name in names:
        shards.setdefault(partition_of(name), []).append(_contract(name))
    for partition, contracts in shards.items():
        ticks = [
            Tick(it, at, bid=(cents - 2) * CENT, ask=(cents + 2) * CENT, bid_size=10, ask_size=10) for it in contracts
        ]
        frame = TickFrame.of(ticks, source=f"bench-{partition}", sequence=number + 1)
        await publisher.send(PRICE_TICKS, frame, key=str(partition), partition=partition)


async def _watched(running: Platform, names: list[str]) -> list[tuple[str, float, str, str]]:
    servers = running.endpoints["kafka_bootstrap_servers"]
    async with async_playwright() as playwright, Publisher(servers, linger_ms=0) as publisher:
        arguments = ["--no-sandbox", "--disable-dev-shm-usage"]
        browser = await playwright.chromium.launch(executable_path=chromium(), args=arguments)
        page = await browser.new_page(
            base_url=f"{running.endpoints['api_url']}/app/", viewport={"width": 1280, "height": 900}
        )
        await open_as(page, running)
        rows = await _facts(page, publisher) + await _marks(page, publisher, names)
        await browser.close()
    return rows


async def _facts(page: Page, publisher: Publisher) -> list[tuple[str, float, str, str]]:
    """Orders, told on Today."""
    await expect(page.get_by_title("Connection to the platform")).to_contain_text("live", timeout=60_000)
    await expect(page.get_by_role("table", name="What happened")).to_be_visible(timeout=60_000)
    await expect(page.locator("canvas").first).to_be_visible(timeout=60_000)  # the last thing to be loaded
    await page.evaluate(WATCH, {"row": "td:nth-child(3)", "text": "td:nth-child(2)"})
    sent: dict[str, float] = {}
    source = f"bench-{secrets.token_hex(4)}"
    for number in range(FACTS):
        symbol = f"F{number:03d}"
        numbered: dict[str, Any] = {"source": source, "sequence": number + 1, "occurred_at": datetime.now(UTC)}
        sent[f"{symbol} order"] = time.time() * 1e3
        await publisher.publish(ORDERS, placed(f"{source}-{number}", "paper", symbol, **numbered), key=symbol)
        await asyncio.sleep(PACE_S)
    late = await _late(page, sent, share=1.0)
    return [("a fact from Kafka to the pixel, p95", _share(late, 0.95), "ms", _beside(late, f"{FACTS} facts"))]


async def _marks(page: Page, publisher: Publisher, names: list[str]) -> list[tuple[str, float, str, str]]:
    """Marks of all positions, on Positions."""
    await page.keyboard.press("g")
    await page.keyboard.press("p")
    table = page.get_by_role("table", name="Open positions")
    # of so many only those in sight are drawn; all of them move
    await expect(table).to_have_attribute("aria-rowcount", str(len(names) + 1), timeout=60_000)
    await page.evaluate(WATCH, {"row": "td:nth-child(1)", "text": "td:nth-child(4)"})
    titles = await table.locator("tbody tr:not([aria-hidden]) td:first-child").all_inner_texts()
    await page.evaluate(FRAMES)
    sent: dict[str, float] = {}
    begun = time.perf_counter()
    for number in range(ROUNDS):
        cents = LOWEST_CENTS + number
        at = time.time() * 1e3
        sent |= {f"{title} ${cents / 100:.2f}": at for title in titles}
        await _send_round(publisher, names, number + 1, cents)
        await asyncio.sleep(max(0.0, begun + (number + 1) / HERTZ - time.perf_counter()))
    frames: list[float] = await page.evaluate("window.frameTimes")
    # a mark that the next one overtook before it was drawn is none that is late
    late = await _late(page, sent, share=0.5)
    moved = f"{len(names)} positions at {HERTZ} Hz, {len(titles)} of them in sight"
    dropped = 100 * sum(frame > DROPPED_MS for frame in frames) / len(frames)
    beside = (
        f"of {len(frames)}, none is wanted; p99 {_share(frames, 0.99):.0f} ms, longest {max(frames):.0f} ms; {moved}"
    )
    return [
        ("a mark from Kafka to the pixel, p95", _share(late, 0.95), "ms", _beside(late, moved)),
        ("frames dropped meanwhile", dropped, "%", beside),
    ]


async def _late(page: Page, sent: dict[str, float], *, share: float) -> list[float]:
    """Return how late each text was, ms, once so large a share of them has been there."""
    seen: dict[str, float] = {}
    end = time.perf_counter() + 30
    while time.perf_counter() < end:
        seen = await page.evaluate("window.seen")
        if all(text in seen for text in list(sent)[-1:]):
            break
        await asyncio.sleep(0.2)
    late = [seen[text] - at for text, at in sent.items() if text in seen]
    assert len(late) >= share * len(sent), f"{len(late)} of {len(sent)} were drawn, such as {list(seen)[:3]}"
    return late


def _share(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def _beside(late: list[float], of_what: str) -> str:
    return f"p50 {_share(late, 0.5):.0f}; {of_what}"


def main() -> None:
    """Measure and print."""
    import sys
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        for figure, value, unit, beside in measure(Path(folder)):
            sys.stdout.write(f"{figure}: {value:,.1f} {unit} ({beside})\n")


if __name__ == "__main__":
    main()
