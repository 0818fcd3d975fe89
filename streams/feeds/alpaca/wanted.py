"""What to subscribe to: what is held first, then what may be chosen, as far as the subscription's limit goes."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import chain, zip_longest
from typing import NamedTuple

from agents.rules import StrikeRules
from agents.strikes import candidates
from schemas.event import from_micros
from schemas.market import BiasState, ListedContract, Market
from schemas.occ import parse_option_symbol
from schemas.positions import Book
from schemas.signals import SignalReceived


@dataclass(frozen=True, slots=True)
class Listing:
    """What is known of an underlying's contracts. `price` is its own, dollars a share."""

    contracts: Mapping[str, ListedContract]
    """by option symbol"""
    price: Decimal | None = None
    bias: BiasState | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """Symbols that one connection may subscribe to."""

    stocks: int
    options: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Symbols to subscribe to, the most important first."""

    stocks: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    held: frozenset[str] = frozenset()
    """contracts that somebody holds or has ordered, within the limit or not"""


class Changes(NamedTuple):
    """What to ask for, the most important first, and what to give up."""

    add: tuple[str, ...]
    drop: tuple[str, ...]


def wanted(
    *,
    symbols: Iterable[str],
    books: Collection[Book],
    listings: Mapping[str, Listing],
    day: date,
    rules: StrikeRules,
    limits: Limits,
) -> Wanted:
    """Return what to subscribe to.

    symbols   the underlyings that are watched; those of books with something in them come before
    listings  by underlying
    day       the exchange's date
    """
    held = held_contracts(books)
    busy = sorted({book.symbol for book in books if book.positions or book.working})
    stocks = tuple(dict.fromkeys((*busy, *symbols)))[: limits.stocks]
    eligible = [
        may_be_chosen(symbol, listings[symbol], day=day, rules=rules) for symbol in stocks if symbol in listings
    ]
    # in turns, so that each underlying has its nearest
    in_turns = (item for turn in zip_longest(*eligible) for item in turn if item is not None)
    options = tuple(dict.fromkeys(chain(held, in_turns)))
    return Wanted(stocks, options[: limits.options], frozenset(held))


def held_contracts(books: Iterable[Book]) -> tuple[str, ...]:
    """Return the contracts that books hold or have ordered: positions first, and shadow books after all others."""
    found: list[tuple[bool, bool, str]] = []
    for book in books:
        found += [(book.is_shadow, False, position.option_symbol) for position in book.positions]
        found += [(book.is_shadow, True, order.option_symbol) for order in book.working]
    return tuple(dict.fromkeys(symbol for *_, symbol in sorted(found) if parse_option_symbol(symbol) is not None))


def may_be_chosen(symbol: str, listing: Listing, *, day: date, rules: StrikeRules) -> tuple[str, ...]:
    """Return the contracts that an alert without a strike or expiration could lead to, calls and puts in turns."""
    if listing.price is None or listing.price <= 0 or not listing.contracts:
        return ()
    market = Market(symbol=symbol, chain=dict(listing.contracts), bias=listing.bias)
    found = candidates(market, signal=_plain_alert(symbol), price=listing.price, day=day, rules=rules)
    calls, puts = ([item.option_symbol for item in found if item.type == kind] for kind in ("call", "put"))
    return tuple(_alternating(calls, puts))


def changes(current: Collection[str], target: Sequence[str]) -> Changes:
    """Return what leads from one set of subscriptions to another."""
    kept = set(target)
    have = set(current)
    return Changes(
        add=tuple(symbol for symbol in dict.fromkeys(target) if symbol not in have),
        drop=tuple(sorted(have - kept)),
    )


def _alternating(first: Sequence[str], second: Sequence[str]) -> Iterator[str]:
    return (item for pair in zip_longest(first, second) for item in pair if item is not None)


def _plain_alert(symbol: str) -> SignalReceived:
    """The choice of candidates looks at an alert's symbol, direction, strike and expiration only."""
    never = from_micros(0)
    return SignalReceived(
        event_id="",
        occurred_at=never,
        account_id="",
        symbol=symbol,
        direction="long",
        timeframe="1d",
        timestamp=never,
        signal_hash="",
    )
