"""What the stream tells of how things are: positions, marks, prices, risk. The newest takes the place of all before."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from agents.controls import in_force
from agents.rules import Rules
from api.live_view import Mark
from api.orders import held_position
from api.stream.rows import MarketTold, MarkTold, PositionTold, RiskTold
from schemas.accounts import AccountSnapshot
from schemas.controls import Controls
from schemas.event import from_micros
from schemas.money import cents, to_usd
from schemas.positions import Position


def position_changes(before: Sequence[Position], after: Sequence[Position]) -> Iterator[tuple[str, Position]]:
    """Yield (change, position) for what a book's positions have become; one that is gone has its outcome elsewhere."""
    known = {position.position_id: position for position in before}
    for position in after:
        was = known.get(position.position_id)
        if was is None:
            yield ("closing" if position.status == "closing" else "opened"), position
        elif _shown(position) != _shown(was):
            yield ("closing" if (was.status, position.status) == ("open", "closing") else "changed"), position


def _shown(position: Position) -> dict[str, object]:
    """Return what a row shows of a position: bookkeeping changes without anybody seeing it."""
    return held_position(position, None).model_dump()


def position_told(change: str, position: Position, mark: Mark | None) -> PositionTold:
    """Return a position at a mark, as the queries show it."""
    return PositionTold.model_validate(held_position(position, mark).model_dump() | {"change": change})


def mark_told(position: Position, mark: Mark) -> MarkTold:
    """Return what a position is worth at a mark."""
    price = to_usd(mark.price)
    return MarkTold(
        position_id=position.position_id,
        account_id=position.account_id,
        symbol=position.symbol,
        option_symbol=position.option_symbol,
        current_price=price,
        unrealized_pnl=position.unrealized_pnl(price),
        position_pnl_percent=position.pnl_percent(price),
        marked_at=from_micros(mark.at),
    )


def market_told(symbol: str, mark: Mark) -> MarketTold:
    """Return an underlying's newest price."""
    return MarketTold(symbol=symbol, price=to_usd(mark.price), price_at=from_micros(mark.at))


def risk_told(account_id: str, snapshot: AccountSnapshot | None, controls: Controls, rules: Rules) -> RiskTold:
    """Return what an account carries beside its limits in force."""
    limits = in_force(rules, controls, account_id=account_id).limits
    held = None if snapshot is None else snapshot.positions
    percent: Decimal | None = None
    if snapshot is not None and snapshot.equity > 0:
        percent = cents(snapshot.exposure / snapshot.equity * 100)
    return RiskTold(
        account_id=account_id,
        enabled=limits.enabled,
        halted=limits.halted or (snapshot is not None and snapshot.halted),
        equity=None if snapshot is None else snapshot.equity,
        exposure=None if snapshot is None else snapshot.exposure,
        max_total_exposure=limits.exposure_max,
        exposure_percent=percent,
        max_exposure_percent=limits.exposure_pct_max,
        open_positions=None if held is None else sum(held.values()),
        max_open_positions=limits.open_positions_max,
        most_positions_in_a_symbol=None if held is None else max(held.values(), default=0),
        max_positions_per_symbol=limits.positions_per_symbol_max,
        max_position_size=limits.position_size_max,
        max_daily_loss=limits.daily_loss_max,
        max_daily_trades=limits.daily_trades_max,
    )
