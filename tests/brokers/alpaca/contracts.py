"""The option contracts that are listed: those that were set, and those that have ever been quoted."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from tests.brokers.alpaca.instruments import Contract, asset_id, contract_of, text
from tests.brokers.alpaca.market import Market
from tests.brokers.alpaca.moments import Clock, trading_date
from tests.brokers.alpaca.refusals import malformed, not_found

_PAGE = 100
_LONGEST_PAGE = 10_000


class Listing:
    """Contracts, with what was said of each."""

    def __init__(self, market: Market, clock: Clock) -> None:
        self._market = market
        self._clock = clock
        self._set: dict[str, dict[str, Any]] = {}

    def clear(self) -> None:
        """Forget what was set."""
        self._set.clear()

    def put(self, symbol: str, facts: Mapping[str, Any]) -> None:
        """List a contract; `facts` overrides what its listing says. Raises Refused."""
        if contract_of(symbol) is None:
            raise malformed(f"{symbol} is no option symbol")
        self._set[symbol] = {**self._set.get(symbol, {}), **facts}

    def find(self, symbol: str) -> dict[str, Any]:
        """Return a contract as `GET /v2/options/contracts/{symbol}` does; raises Refused."""
        contract = contract_of(symbol)
        if contract is None or symbol not in self._symbols():
            raise not_found(f"option contract not found for {symbol}")
        return self._written(contract)

    def page(self, query: Mapping[str, str]) -> dict[str, Any]:
        """Return a page of what a query asks for: if it gives no expiration, up to the weekend that comes."""
        if not any(name.startswith("expiration_date") for name in query):
            today = trading_date(self._clock.now())
            query = {**query, "expiration_date_lte": (today + timedelta(days=6 - today.weekday())).isoformat()}
        token = query.get("page_token", "")
        size = min(int(query.get("limit", _PAGE)), _LONGEST_PAGE)
        found = [
            contract
            for symbol in sorted(self._symbols())
            if (contract := contract_of(symbol)) and symbol > token and _suits(contract, query)
        ]
        page = [self._written(contract) for contract in found[:size]]
        page = [each for each in page if each["status"] == query.get("status", "active")]
        return {"option_contracts": page, "next_page_token": found[size - 1].symbol if len(found) > size else None}

    def _symbols(self) -> set[str]:
        return self._set.keys() | {each for each in self._market.quotes if contract_of(each)}

    def _written(self, contract: Contract) -> dict[str, Any]:
        return {
            "id": asset_id(contract.symbol),
            "symbol": contract.symbol,
            "name": f"{contract.root} {contract.expiration:%b %d %Y} {text(contract.strike)} {contract.kind.title()}",
            "status": "active",
            "tradable": True,
            "expiration_date": contract.expiration.isoformat(),
            "root_symbol": contract.root,
            "underlying_symbol": contract.underlying,
            "underlying_asset_id": asset_id(contract.underlying),
            "type": contract.kind,
            "style": "european" if contract.underlying in ("SPX", "NDX", "RUT", "VIX") else "american",
            "strike_price": text(contract.strike),
            "multiplier": "100",
            "size": "100",
            "open_interest": "100",
            "open_interest_date": (contract.expiration - timedelta(days=7)).isoformat(),
            "close_price": None,
            "close_price_date": None,
            "ppind": True,
            **self._set.get(contract.symbol, {}),
        }


def _suits(contract: Contract, query: Mapping[str, str]) -> bool:
    """Say whether a contract is what a query asks for."""
    expiration = contract.expiration.isoformat()
    wanted = [
        "underlying_symbols" not in query or contract.underlying in query["underlying_symbols"].split(","),
        query.get("root_symbol", contract.root) == contract.root,
        query.get("type", contract.kind) == contract.kind,
        query.get("expiration_date", expiration) == expiration,
        query.get("expiration_date_gte", expiration) <= expiration,
        query.get("expiration_date_lte", expiration) >= expiration,
        Decimal(query.get("strike_price_gte", contract.strike)) <= contract.strike,
        Decimal(query.get("strike_price_lte", contract.strike)) >= contract.strike,
    ]
    return all(wanted)
