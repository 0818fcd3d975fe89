"""How long the kill switch takes on a running platform: from the request to the last decision that opened something."""

import threading
import time
from pathlib import Path
from typing import Any

from schemas.codec import decode
from schemas.decisions import DecisionMade
from tests.e2e import trace
from tests.e2e.running import Platform, platform, read_topic

UNDERLYINGS, HALTED_AFTER = 120, 40
LIMITS = {
    "REQUIRE_MTF_BIAS_FOR_ENTRY": "false",
    "MAX_OPEN_POSITIONS": "1000000",
    "MAX_POSITIONS_PER_SYMBOL": "1000000",
    "MAX_TOTAL_EXPOSURE": "1000000000",
    "MAX_EXPOSURE_PERCENT": "100",
    "ACCOUNT_EQUITY": "1000000000",
}
_LETTERS = "ABCDEFGHIJ"


def measure(folder: Path) -> list[tuple[str, float, str, str]]:
    """Return rows of (figure, value, unit, beside it)."""
    names = names_of(UNDERLYINGS)
    with platform(folder / "home", "--feed", "none", "--clock", "tape", **LIMITS) as running:
        for name in names:
            running.market("/api/webhooks/chain", chain_of(name))
            running.market("/api/webhooks/price", {**trace.PRICE, "symbol": name})
        running.settle()
        halfway = threading.Event()
        sender = threading.Thread(target=_send, args=(running, names, halfway))
        sender.start()
        halfway.wait(60)
        asked_at = time.time()
        answer = running.client.post("/kill-switch", json={"action": "halt", "reason": "bench"})
        answered_at = time.time()
        assert answer.status_code == 202, answer.text
        sender.join()
        running.settle()
        messages = read_topic(running.endpoints["kafka_bootstrap_servers"], "decisions.v1")
    made = {event.event_id: (event.status, at) for event, at in map(_read, messages)}
    opening = [at for status, at in made.values() if status == "approved"]
    beside = f"{len(opening)} of {len(made)} decisions opened something; the answer took {answered_at - asked_at:.3f} s"
    assert 0 < len(opening) < len(made), beside
    return [("kill switch: from the request to the last opening decision", max(opening) - asked_at, "s", beside)]


def _send(running: Platform, names: list[str], halfway: threading.Event) -> None:
    for number, name in enumerate(names):
        if number == HALTED_AFTER:
            halfway.set()
        running.alert({**trace.ALERT, "symbol": name})


def names_of(count: int) -> list[str]:
    """Return so many underlyings."""
    return ["".join(_LETTERS[int(digit)] for digit in f"{number:04d}") for number in range(count)]


def chain_of(name: str) -> dict[str, Any]:
    """Return a chain of one contract."""
    contracts: Any = trace.CHAIN["contracts"]
    contract = {**contracts[0], "option_symbol": trace.CONTRACT.replace("SPY", name)}
    return {**trace.CHAIN, "symbol": name, "contracts": [contract]}


def _read(message: Any) -> tuple[DecisionMade, float]:
    """Return a decision and when it was sent, seconds of the wall's clock."""
    return decode(DecisionMade, message.value), message.timestamp / 1000
