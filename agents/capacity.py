"""Room for a signal in an account at its capacity: a position that has done its work, or done nothing, makes way."""

from dataclasses import dataclass
from datetime import datetime

from agents.limits import positions
from agents.rules import ReplacementRules, RiskLimits
from schemas.accounts import Account, Holding
from schemas.decisions import GateResult, TradeProposed
from schemas.ids import derived_id
from schemas.orders import CloseRequested, ExitReason

CODES = frozenset({"max_open_positions_exceeded", "max_positions_per_symbol_exceeded"})
"""Why an account is at its capacity: room helps against these alone."""

PER_SYMBOL, IN_ALL = "positions_per_symbol", "open_positions"


@dataclass(frozen=True, slots=True)
class Room:
    """The account with its positions that make way, the gates that say so, and what is asked of their books."""

    account: Account
    gates: tuple[GateResult, ...] = ()
    requests: tuple[CloseRequested, ...] = ()
    made_for: frozenset[str] = frozenset()
    """limits for which a position has made way"""


def make_room(
    account: Account, proposal: TradeProposed, *, symbol: str, limits: RiskLimits, made_for: frozenset[str]
) -> Room | None:
    """Return room for one more position in `symbol`, or None when the rules find none.

    A position that has asked to close for its capacity is counted no longer, but is still exposed. The limit of the
    symbol is looked at first: what makes way there makes room in all.

    made_for  limits for which the same proposal has closed a position already: each gives way once
    """
    rules = limits.replacement
    if not rules.enabled or proposal.confidence is None or proposal.confidence < rules.confidence_min:
        return None
    room = Room(account, made_for=made_for)
    for limit in (PER_SYMBOL, IN_ALL):
        if limit not in _reached(room.account, symbol, limits):
            continue
        if limit in room.made_for:
            return None
        candidates = [item for item in account.holdings if limit == IN_ALL or item.symbol == symbol]
        if (chosen := _choose(candidates, at=proposal.occurred_at, rules=rules)) is None:
            return None
        room = _with(room, *chosen, limit=limit, proposal=proposal, rules=rules)
    return None if _reached(room.account, symbol, limits) else room


def _reached(account: Account, symbol: str, limits: RiskLimits) -> frozenset[str]:
    counts = positions(account)
    reached = {
        PER_SYMBOL: counts.get(symbol, 0) >= limits.positions_per_symbol_max,
        IN_ALL: sum(counts.values()) >= limits.open_positions_max,
    }
    return frozenset(limit for limit, yes in reached.items() if yes)


def _choose(candidates: list[Holding], *, at: datetime, rules: ReplacementRules) -> tuple[Holding, ExitReason] | None:
    """Return the position that makes way: one near its target before an aged one, the oldest first."""
    found: list[tuple[bool, datetime, str, Holding, ExitReason]] = []
    for item in candidates:
        since = item.entry_timestamp
        if item.is_closing or since is None or at - since < rules.hold_min:
            continue
        if rules.close_near_target and item.band == "near_target":
            found.append((False, since, item.position_id, item, "capacity_near_target"))
        elif rules.close_aged and item.band == "low" and at - since >= rules.aged_from:
            found.append((True, since, item.position_id, item, "capacity_aged"))
    if not found:
        return None
    *_, chosen, reason = min(found, key=lambda item: item[:3])
    return chosen, reason


def _with(
    room: Room, chosen: Holding, reason: ExitReason, *, limit: str, proposal: TradeProposed, rules: ReplacementRules
) -> Room:
    request = CloseRequested(
        event_id=derived_id("close-request", proposal.event_id, chosen.position_id),
        occurred_at=proposal.occurred_at,
        account_id=proposal.account_id,
        symbol=chosen.symbol,
        position_id=chosen.position_id,
        reason=reason,
        requested_by="account",
    )
    gate = GateResult(
        gate="capacity_replacement",
        verdict="pass",
        inputs={
            "limit": limit,
            "confidence": str(proposal.confidence),
            "position_id": chosen.position_id,
            "option_symbol": chosen.option_symbol,
            "reason": reason,
        },
        limit=f"confidence {rules.confidence_min}, positions held for {rules.hold_min}",
        detail=f"position {chosen.position_id} of {chosen.option_symbol} closes to make room",
    )
    holdings = tuple(
        item.model_copy(update={"is_closing": True}) if item.position_id == chosen.position_id else item
        for item in room.account.holdings
    )
    return Room(
        account=room.account.model_copy(update={"holdings": holdings}),
        gates=(*room.gates, gate),
        requests=(*room.requests, request),
        made_for=room.made_for | {limit},
    )
