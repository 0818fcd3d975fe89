"""Close requests: each comes to at most one exit, and none is lost on a position that is open."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from schemas.orders import CloseRequested, OrderPlaced
from schemas.positions import Position
from schemas.records import BookRecord
from tests.crash.facts import Facts
from tests.crash.log import Stored


def manual_exits(facts: Facts) -> Sequence[OrderPlaced]:
    """Return the orders on paper that close, or reduce, a position because somebody asked for it."""
    orders = (order for order in facts.orders.events if order.order_type != "live")
    return [order for order in orders if order.exit_reason == "manual"]


def wrong_requests(facts: Facts) -> Iterator[str]:
    """Yield exits nobody asked for, requests that came to two, and requests that a book passed over."""
    asked = {(request.position_id, request.occurred_at): request for request in facts.close_requests.events}
    if len(asked) != len(facts.close_requests.first):
        yield "two close requests have one position and time, which makes them hard to tell apart"
    exits = Counter((order.position_id, order.occurred_at) for order in manual_exits(facts))
    for cause, count in exits.items():
        if count > 1:
            yield f"{count} exits of position {cause[0]} by one close request, at {cause[1]}"
    for order in manual_exits(facts):
        request = asked.get((order.position_id, order.occurred_at))
        if request is None:
            yield f"exit {order.event_id} of position {order.position_id} was not asked for"
        elif request.account_id != order.account_id or order.quantity > (request.quantity or order.quantity):
            yield f"exit {order.event_id} is not what close request {request.event_id} asked for"
        elif request.quantity is None and order.remaining_quantity:
            yield f"exit {order.event_id} leaves {order.remaining_quantity}, and all was asked for"
    for stored in facts.close_requests.first.values():
        versions = facts.books.versions.get(f"{stored.record.account_id}|{stored.record.symbol}", ())
        yield from _passed_over(stored, versions)


def _passed_over(stored: Stored[CloseRequested], versions: Sequence[Stored[BookRecord]]) -> Iterator[str]:
    """A position that is open both in the version before a request was read and in the one after has noted it.

    Which versions these are is known where one worker has written both and had read the topic before the first: what a
    worker before it read, and had no use for, stands in no version.
    """
    source, request = f"{stored.topic}-{stored.partition}", stored.record
    taken_over = -1
    for before, after in pairwise(versions):
        read, read_then = (version.record.applied.get(source, -1) for version in (before, after))
        if before.record.epoch != after.record.epoch:
            taken_over = read
            continue
        if read == taken_over or not read < stored.offset <= read_then:
            continue
        old, new = _position(before.record, request), _position(after.record, request)
        if old is not None and new is not None and request.event_id not in new.close_requests:
            yield f"close request {request.event_id} was passed over by open position {request.position_id}"


def _position(record: BookRecord, request: CloseRequested) -> Position | None:
    return next(
        (held for held in record.state.positions if held.position_id == request.position_id and held.available), None
    )
