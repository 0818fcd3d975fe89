"""The risk agent: the one that may veto."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType

from agents.engine_b.output import RISK, UNKNOWN, AgentOutput, output
from agents.gates import tradable
from agents.rules import Rules
from schemas.decisions import AccountSeen, EnrichedContext
from schemas.signals import SignalReceived

LIMITS: Mapping[str, str] = MappingProxyType(
    {
        "market_closed": "a session in which orders may be made",
        "position_limit_exceeded": "fewer than {open_positions_max}, and than {positions_per_symbol_max} in the symbol",
        "exposure_exceeded": "below {exposure_max} dollars and {exposure_pct_max} % of equity",
        "kill_switch": "an account that is not halted",
    }
)
"""What each code is held against, by code; to be filled in with the output's metadata."""

DETAILS: Mapping[str, str] = MappingProxyType(
    {
        "market_closed": "the market is closed",
        "position_limit_exceeded": "the account holds, or has ordered, as many positions as it may",
        "exposure_exceeded": "the account's exposure is at its limit",
        "kill_switch": "the kill switch is on",
    }
)
"""Sentences for a person, by code."""

_UNDECIDED = 50
_CERTAIN = 100


def assess(signal: SignalReceived, context: EnrichedContext, rules: Rules) -> AgentOutput:
    """Return a veto with all of its codes, else a neutral word. An account that is not known holds nothing."""
    limits = rules.limits
    account = context.account or AccountSeen(
        open_positions=0, positions_in_symbol=0, exposure=Decimal(0), equity=limits.opening_equity
    )
    codes = tuple(_codes(signal, context, account, rules))
    return output(
        RISK,
        bias="neutral",
        confidence=_CERTAIN if codes else _UNDECIDED,
        reasons=codes,
        block=bool(codes),
        metadata={
            "session": context.session,
            "account": UNKNOWN if context.account is None else signal.account_id,
            "open_positions": str(account.open_positions),
            "positions_in_symbol": str(account.positions_in_symbol),
            "exposure": str(account.exposure),
            "equity": str(account.equity),
            "open_positions_max": str(limits.open_positions_max),
            "positions_per_symbol_max": str(limits.positions_per_symbol_max),
            "exposure_max": str(limits.exposure_max),
            "exposure_pct_max": str(limits.exposure_pct_max),
        },
    )


def _codes(signal: SignalReceived, context: EnrichedContext, account: AccountSeen, rules: Rules) -> Iterator[str]:
    limits = rules.limits
    if not tradable(context.session, rules):
        yield "market_closed"
    full = (
        account.open_positions >= limits.open_positions_max
        or account.positions_in_symbol >= limits.positions_per_symbol_max
    )
    if limits.enabled and full and not _may_replace(signal, context, rules):
        yield "position_limit_exceeded"
    if limits.enabled and (
        account.exposure >= limits.exposure_max or account.exposure * 100 >= account.equity * limits.exposure_pct_max
    ):
        yield "exposure_exceeded"
    if limits.halted:  # the controls in force; what the account was last told of them may be older
        yield "kill_switch"


def _may_replace(signal: SignalReceived, context: EnrichedContext, rules: Rules) -> bool:
    """Return whether the account may close a position to make room for this signal: that is for the account to say."""
    sure = signal.confidence
    if sure is None and context.bias is not None:
        sure = context.bias.confidence
    replacement = rules.limits.replacement
    return replacement.enabled and sure is not None and sure >= replacement.confidence_min
