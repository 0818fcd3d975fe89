"""Misbehaviour: rules that say what goes wrong, how often, and for whom."""

import random
from collections import deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from tests.brokers.alpaca.refusals import unprocessable

KINDS: dict[str, dict[str, Any]] = {
    # of requests: `on` is a method and the beginning of a path ("POST /v2/orders", "GET /v2", "*")
    "slow": {"seconds": 0.3},
    "error_before": {"status": 503},
    "error_after": {"status": 504},
    "timeout_before": {"seconds": 3600.0},
    "timeout_after": {"seconds": 3600.0},
    "throttle": {"seconds": 1.0},
    "reset_before": {},
    "reset_after": {},
    # of orders
    "refuse_buying_power": {},
    "refuse_day_trade": {},
    "invisible": {"seconds": 0.5},
    "slow_routing": {"seconds": 0.3},
    "reject": {"seconds": 0.0},
    "partial_fills": {"pieces": 3},
    "unsolicited_cancel": {"seconds": 0.3},
    "unsolicited_expiry": {"seconds": 0.3},
    "replaced_by_other": {"seconds": 0.3},
    "slow_cancel": {"seconds": 0.3},
    "cancel_loses": {},
    "cancel_then_filled": {"seconds": 0.3},
    # of executions
    "bust": {"seconds": 0.5},
    "correct": {"seconds": 0.5, "by": "0.01"},
    "position_by_hand": {"seconds": 0.3, "by": "1"},
    "fee": {"seconds": 0.1, "by": "-0.65"},
    # of streams: `on` is "trade_updates", "stocks" or "options"
    "drop": {},
    "silence": {"seconds": 1.0},
    "lose": {},
    "duplicate": {},
    "reorder": {"seconds": 0.2},
    "delay": {"seconds": 0.3},
    "replay": {},
}
"""Every kind of misbehaviour, with the defaults of what it takes."""
_STREAMS = ("drop", "silence", "lose", "duplicate", "reorder", "delay", "replay")
_REQUESTS = tuple(KINDS)[: tuple(KINDS).index("refuse_buying_power")]
IN_MIX = tuple(kind for kind in KINDS if kind not in ("position_by_hand", "fee"))
"""What a mix is made of unless it says so: nothing that changes the account behind everybody's back."""


@dataclass(slots=True)
class Rule:
    """One misbehaviour. It applies `next` times (for ever if None), each time with a probability."""

    kind: str
    next: int | None = 1
    probability: float = 1.0
    symbol: str | None = None
    on: str = ""
    seconds: float = 0.0
    """How long, how late, or in `throttle` after how long to come again."""
    status: int = 503
    pieces: int = 3
    by: str = "0"
    """Dollars or quantity, signed."""

    def applies(self, kind: str, symbol: str | None, on: str) -> bool:
        return (
            self.kind == kind
            and self.next != 0
            and self.symbol in (None, symbol)
            and (self.on == "*" or on.startswith(self.on))
        )


class Behaviour:
    """The rules in force, and what was done by them."""

    def __init__(self, seed: int) -> None:
        self.rules: list[Rule] = []
        self.done: deque[dict[str, Any]] = deque(maxlen=100_000)
        self.chance = random.Random(seed)

    def add(self, asked: Mapping[str, Any]) -> list[Rule]:
        """Add a rule, or with `mix` one rule for each kind; raises Refused for what makes no sense."""
        if "mix" in asked:
            mix = dict(asked["mix"])
            if "seed" in mix:
                self.chance.seed(mix["seed"])
            settings = mix.get("settings", {})
            added = [
                _rule(
                    {"kind": kind, "next": None, "probability": mix.get("probability", 0.05), **settings.get(kind, {})}
                )
                for kind in mix.get("kinds", IN_MIX)
            ]
        else:
            added = [_rule(asked)]
        self.rules += added
        return added

    def take(self, kind: str, symbol: str | None = None, on: str = "", at: int = 0) -> Rule | None:
        """Return the rule by which this goes wrong now, if one does; it has been used then."""
        for rule in self.rules:
            if rule.applies(kind, symbol, on) and self.chance.random() < rule.probability:
                if rule.next is not None:
                    rule.next -= 1
                self.done.append({"kind": kind, "symbol": symbol, "on": on, "at": at})
                return rule
        return None

    def clear(self) -> None:
        self.rules.clear()

    def written(self) -> dict[str, Any]:
        return {"rules": [asdict(rule) for rule in self.rules], "done": list(self.done)}


def _rule(asked: Mapping[str, Any]) -> Rule:
    kind = asked.get("kind")
    if kind not in KINDS:
        raise unprocessable(f"kind {kind!r} is none of {', '.join(KINDS)}")
    if unknown := set(asked) - {each.name for each in fields(Rule)}:
        raise unprocessable(f"{', '.join(sorted(unknown))}: not a setting of a rule")
    on = "trade_updates" if kind in _STREAMS else "POST /v2/orders" if kind in _REQUESTS else ""
    often = {"next": None} if "probability" in asked else {}
    return Rule(**{"on": on, **often, **KINDS[kind], **asked})
