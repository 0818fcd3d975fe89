"""The newest bias of each underlying."""

from collections.abc import Iterator

from schemas.market import MarketContextReceived
from sinks.writes import Effect, Write

# Equal timestamps fall to the greater id, so that any order of arrival ends alike.
_NEWEST = """
    INSERT INTO bias_state_current AS b (symbol, state, event_id, updated_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT (symbol) DO UPDATE
       SET state = EXCLUDED.state, event_id = EXCLUDED.event_id, updated_at = EXCLUDED.updated_at
     WHERE (EXCLUDED.updated_at, EXCLUDED.event_id) > (b.updated_at, b.event_id)
"""


def learnt(event: MarketContextReceived) -> Iterator[Effect]:
    """Store a bias unless a newer one is stored."""
    if event.bias is not None:
        state = event.bias.model_dump(mode="json")
        yield Write(_NEWEST, (event.symbol, state, event.event_id, event.bias.timestamp))
