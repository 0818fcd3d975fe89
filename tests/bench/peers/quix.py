"""The job on Quix Streams: a message a tick, or the platform's frames; state by contract, with its changelog."""

from typing import Any

from quixstreams import Application, State

from tests.bench.peers.stops import Clock, framed_quotes, job, judged, mid


def main() -> None:
    """Work through the topic."""
    asked = job()
    clock, opened = Clock(asked.total), asked.positions
    quotes = framed_quotes(asked.schema)
    app = Application(
        broker_address=asked.servers,
        consumer_group=f"quix-{asked.topic}",
        auto_offset_reset="earliest",
        loglevel="WARNING",
    )
    ticks = app.topic(asked.topic, value_deserializer="bytes" if asked.framed else "json")
    exits = app.topic(asked.exits, value_serializer="json")

    def count() -> None:
        if clock():
            app.stop()

    def is_quote(tick: dict[str, Any]) -> bool:
        count()
        return "bid" in tick

    def on_tick(tick: dict[str, Any], state: State) -> list[dict[str, Any]]:
        return look(tick["symbol"], tick["at"], mid(tick["bid"], tick["ask"]), state)

    def on_frame(value: bytes, state: State) -> list[dict[str, Any]]:
        found = [each for symbol, at, mark in quotes(value) for each in look(symbol, at, mark, state)]
        count()
        return found

    def look(symbol: str, at: int, mark: int, state: State) -> list[dict[str, Any]]:
        held = state.get(symbol)
        if held is None:
            held = opened.get(symbol, [])
            state.set(symbol, held)
        found, after = judged(symbol, held, at, mark)
        if after is not None:
            state.set(symbol, after)
        return found

    stream = app.dataframe(ticks)
    if asked.framed:
        stream = stream.apply(on_frame, stateful=True, expand=True)
    else:
        stream = stream.filter(is_quote).apply(on_tick, stateful=True, expand=True)
    stream.to_topic(exits, key=lambda found: found["symbol"])
    app.run()
    clock.say()


if __name__ == "__main__":
    main()
