"""Signals: as received, as enriched, and what was decided on them."""

import json
from collections.abc import Iterator

from schemas.decisions import SignalEnriched, SignalUpdated
from schemas.signals import SignalReceived
from sinks.writes import Derive, Effect, insert

STATUS = """
    UPDATE signals AS s
       SET status = d.status, rejection_reason = d.rejection_reason, processed = true,
           experiment_id = (d.experiment ->> 'experiment_id')::uuid
      FROM decisions AS d
     WHERE s.signal_id = ANY($1::uuid[]) AND d.signal_id = s.signal_id
"""

RISK_CHECK = """
    UPDATE refactored_signals AS r
       SET rejection_reason = d.rejection_reason,
           risk_check_result = jsonb_build_object('status', d.status, 'codes', to_jsonb(d.codes), 'gates', d.gates)
      FROM decisions AS d
     WHERE r.signal_id = ANY($1::uuid[]) AND d.signal_id = r.signal_id
"""

WAITED = """
    UPDATE signals AS s
       SET queued_at = u.queued_at, queued_until = u.queued_until, queue_reason = u.queue_reason,
           processing_attempts = u.retries, next_retry_at = u.next_retry_at
      FROM (
            SELECT signal_id,
                   min(created_at) FILTER (WHERE status = 'queued') AS queued_at,
                   (array_agg(until ORDER BY created_at DESC, update_id) FILTER (WHERE status = 'queued'))[1]
                       AS queued_until,
                   (array_agg(left(reason, 100) ORDER BY created_at DESC, update_id)
                       FILTER (WHERE status = 'queued'))[1] AS queue_reason,
                   count(*) FILTER (WHERE status = 'retrying') AS retries,
                   (array_agg(until ORDER BY created_at DESC, update_id) FILTER (WHERE status = 'retrying'))[1]
                       AS next_retry_at
              FROM signal_updates
             WHERE signal_id = ANY($1::uuid[])
             GROUP BY signal_id
           ) AS u
     WHERE s.signal_id = u.signal_id
"""

DEALER = """
    UPDATE signals AS s
       SET meta_gamma = nullif(r.enriched_data -> 'dealer', 'null'::jsonb)
      FROM refactored_signals AS r
     WHERE s.signal_id = ANY($1::uuid[]) AND r.signal_id = s.signal_id
"""


def received(event: SignalReceived) -> Iterator[Effect]:
    """Store a signal; it is pending until its decision is stored."""
    yield insert(
        "signals",
        "signal_id",
        signal_id=event.event_id,
        account_id=event.account_id,
        symbol=event.symbol,
        direction=event.direction,
        timeframe=event.timeframe,
        timestamp=event.timestamp,
        price=event.price,
        confidence=event.confidence,
        sequence_number=event.sequence_number,
        raw_payload=payload(event.raw_payload),
        signal_hash=event.signal_hash,
        is_test=event.is_test,
        test_session_id=event.test_session_id,
        test_scenario=event.test_scenario,
        created_at=event.occurred_at,
    )
    yield Derive(STATUS, event.event_id)
    yield Derive(WAITED, event.event_id)
    yield Derive(DEALER, event.event_id)


def updated(event: SignalUpdated) -> Iterator[Effect]:
    """Store that a signal waits, or goes on; the signal's row says since when, until when and why."""
    yield insert(
        "signal_updates",
        "update_id",
        update_id=event.event_id,
        signal_id=event.signal_id,
        account_id=event.account_id,
        symbol=event.symbol,
        status=event.status,
        reason=event.reason,
        until=event.until,
        created_at=event.occurred_at,
    )
    yield Derive(WAITED, event.signal_id)


def enriched(event: SignalEnriched) -> Iterator[Effect]:
    """Store what was known when a signal was judged. The volume is of the newest closed minute, in shares."""
    minute = event.context.indicators.get("1m")
    yield insert(
        "refactored_signals",
        "refactored_signal_id",
        refactored_signal_id=event.event_id,
        signal_id=event.signal_id,
        account_id=event.account_id,
        enriched_data=event.context.model_dump(mode="json"),
        context_hash=event.context_hash,
        read_positions=event.read_positions,
        processed_at=event.occurred_at,
    )
    yield insert(
        "market_contexts",
        "context_id",
        context_id=event.event_id,
        signal_id=event.signal_id,
        account_id=event.account_id,
        timestamp=event.context.at,
        symbol=event.symbol,
        current_price=event.context.price,
        volume=minute.candles[-1].volume if minute and minute.candles else None,
        indicators={name: found.model_dump(mode="json") for name, found in event.context.indicators.items()},
        context_hash=event.context_hash,
    )
    yield Derive(RISK_CHECK, event.signal_id)
    yield Derive(DEALER, event.signal_id)


def payload(text: str) -> object:
    """Return an alert's JSON as a value, or its text when Postgres could not hold it as JSON."""
    # Postgres has no NUL, neither in text nor in JSON
    readable = text.replace("\x00", "")
    if "\\u0000" in readable:
        return readable
    try:
        return json.loads(readable, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return readable


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")
