"""Orders at Alpaca: its REST API and its stream of trade updates, as a `sinks.broker.Broker`."""

from sinks.alpaca.broker import AlpacaBroker

__all__ = ["AlpacaBroker"]
