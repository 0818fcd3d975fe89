"""A desk decides on each signal once: enrichment, experiment, policy, both engines, proposal. Some signals wait."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from agents import gates
from agents.confluence import gate as confluence_gate
from agents.enrichment import context_hash, enrich, newest_at
from agents.experiment import assign, policy_for
from agents.judgement import Asked, judge_all
from agents.proposal import propose, shadow_trades
from agents.rules import Rules
from schemas.accounts import AccountSnapshot
from schemas.decisions import SignalEnriched, SignalUpdated, TradeProposed
from schemas.desks import DECIDED_MAX, Desk, WaitingSignal
from schemas.event import Event, to_micros
from schemas.ids import derived_id
from schemas.market import Market
from schemas.operations import ClockAdvanced
from schemas.session import MarketSession
from schemas.signals import SignalReceived

Outcome = tuple[Desk, tuple[Event, ...]]
View = Callable[[str], tuple[Rules, AccountSnapshot | None]]
"""The rules in force and the newest snapshot, by account."""

WAITING_MAX = 1_000
"""Signals of one underlying that may wait; further ones are decided on at once."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a desk decides by, beside the signal.

    market          the fold of the tape as far as it has been read
    session         the exchange's session at the time of judgement
    view            the rules in force and the newest snapshot of an account
    read_positions  newest offset read, by topic: with them a replay can merge the topics in the same order
    """

    market: Market
    session: MarketSession
    view: View
    read_positions: dict[str, int]


def on_signal(desk: Desk, signal: SignalReceived, *, seen: Seen) -> Outcome:
    """Return the desk and what follows from a signal; nothing when it was taken in before."""
    if signal.event_id in desk.decided or any(item.signal.event_id == signal.event_id for item in desk.waiting):
        return desk, ()
    desk = desk.model_copy(update={"decided": (*desk.decided, signal.event_id)[-DECIDED_MAX:]})
    rules, _ = seen.view(signal.account_id)
    if _waits_for_the_open(signal, seen.session, rules) and len(desk.waiting) < WAITING_MAX:
        until = seen.session.next_open_at
        waiting = WaitingSignal(
            signal=signal,
            until=until,
            give_up_at=until + rules.session.market_data_age_max,
            reason="queued_market_closed",
        )
        return _waiting(desk, waiting, at=signal.occurred_at, status="queued")
    events, failed = _judged(signal, at=signal.occurred_at, seen=seen)
    if failed and len(desk.waiting) < WAITING_MAX:
        until = signal.occurred_at + rules.session.retry_delay
        waiting = WaitingSignal(
            signal=signal, until=until, give_up_at=until, reason=f"retry_scheduled:{failed}", retries=1
        )
        return _waiting(desk, waiting, at=signal.occurred_at, status="retrying")
    return desk, events


def on_clock(desk: Desk, clock: ClockAdvanced, *, seen: Seen) -> Outcome:
    """Decide on the signals whose waiting is over.

    One that waited for the open waits on while its prices are missing, for as long as prices may be old.
    """
    at = judged_at(clock, seen.market)
    kept: list[WaitingSignal] = []
    emitted: list[Event] = []
    for waiting in desk.waiting:
        if clock.occurred_at < waiting.until:
            kept.append(waiting)
            continue
        events, _ = _judged(waiting.signal, at=at, seen=seen)
        if at < waiting.give_up_at and _lacks_prices(events):
            kept.append(waiting)
            continue
        emitted += [_update(waiting.signal, at=at, status="released", reason=clock.kind, until=None), *events]
    if not emitted:
        return desk, ()
    return desk.model_copy(update={"waiting": tuple(kept)}), tuple(emitted)


def judged_at(clock: ClockAdvanced, market: Market) -> datetime:
    """Return when waiting signals are judged: the tape may have gone on since the boundary that a print of it told."""
    return max(clock.occurred_at, newest_at(market) or clock.occurred_at)


def _waits_for_the_open(signal: SignalReceived, session: MarketSession, rules: Rules) -> bool:
    """Return whether a signal that came while the market is closed is decided on at the open."""
    limits = rules.session
    if limits.decision_only_when_closed or gates.tradable(session.phase, rules):
        return False
    return signal.occurred_at - signal.timestamp <= limits.signal_age_max


def _waiting(desk: Desk, waiting: WaitingSignal, *, at: datetime, status: str) -> Outcome:
    told = _update(waiting.signal, at=at, status=status, reason=waiting.reason, until=waiting.until)
    return desk.model_copy(update={"waiting": (*desk.waiting, waiting)}), (told,)


def _update(signal: SignalReceived, *, at: datetime, status: str, reason: str, until: datetime | None) -> SignalUpdated:
    return SignalUpdated.model_validate(
        {
            "event_id": derived_id("signal-update", signal.event_id, status, to_micros(at)),
            "occurred_at": at,
            "signal_id": signal.event_id,
            "account_id": signal.account_id,
            "symbol": signal.symbol,
            "status": status,
            "reason": reason,
            "until": until,
        }
    )


def _lacks_prices(events: tuple[Event, ...]) -> bool:
    return any(isinstance(event, TradeProposed) and "market_data_unavailable" in event.codes for event in events)


def _judged(signal: SignalReceived, *, at: datetime, seen: Seen) -> tuple[tuple[Event, ...], str | None]:
    """Return what follows from a signal judged now, and what failed: an exception's class, or None."""
    rules, account = seen.view(signal.account_id)
    experiment = assign(signal, rules.engine)
    policy = policy_for(experiment, rules.engine)
    try:
        context = enrich(signal, seen.market, seen.session, at=at, rules=rules, account=account)
    except Exception as error:
        raised = type(error).__name__
        gate = gates.failure("enrichment", raised, engine=None)
        return (
            propose(signal, experiment, policy, at=at, context=None, context_hash="", shared=(gate,), judged={}),
        ), raised
    digest = context_hash(context)
    enriched = SignalEnriched(
        event_id=derived_id("enrichment", signal.event_id),
        occurred_at=at,
        signal_id=signal.event_id,
        account_id=signal.account_id,
        symbol=signal.symbol,
        context=context,
        context_hash=digest,
        read_positions=seen.read_positions,
    )
    shared = (
        gates.market_session(signal, context, rules),
        gates.market_data(context, rules),
        gates.processing_time(context, rules),
        confluence_gate(context.confluence, rules.engine.confluence),
    )
    asked = Asked(signal, context, digest, experiment, policy, rules)
    judged = judge_all(asked) if shared[1].verdict == "pass" else {}
    proposal = propose(
        signal,
        experiment,
        policy,
        at=at,
        context=context,
        context_hash=digest,
        shared=shared,
        judged={engine: judgement for engine, (judgement, _) in judged.items()},
    )
    reports = tuple(report for _, said in judged.values() for report in said)
    shadows = shadow_trades(asked, proposal) if rules.engine.shadows else ()
    failed_gates = [gate for gate in proposal.gates if gate.code == "processing_failed"]
    failed = failed_gates[0].inputs["error"] if failed_gates and proposal.codes else None
    return (enriched, *reports, proposal, *shadows), failed
