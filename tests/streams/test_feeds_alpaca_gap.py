"""However a connection breaks, history and stream together are the tape: nothing missing, nothing twice, in order."""

from collections import Counter, defaultdict

from hypothesis import example, given
from hypothesis import strategies as st

from schemas.ticks import Tick
from streams.feeds.alpaca.gap import Key, Tape, kind_of
from tests.agents.strategies import few


@st.composite
def tapes(draw: st.DrawFn) -> list[Tick]:
    """Return a true tape, in order; things happen at the same instant, and the same thing does twice."""
    at, ticks = 1_000, []
    for _ in range(draw(st.integers(0, 30))):
        at += draw(st.sampled_from([0, 0, 1, 5]))
        symbol, price = draw(st.sampled_from(["SPY", "QQQ"])), draw(st.integers(1, 2))
        is_trade = draw(st.booleans())
        ticks.append(Tick(symbol, at, price=price, size=1) if is_trade else Tick(symbol, at, bid=price, ask=price + 1))
    return ticks


cuts = st.lists(st.integers(0, 30), min_size=4, max_size=4).map(sorted)


def by_key(ticks: list[Tick]) -> dict[Key, list[tuple[int, Tick]]]:
    found = defaultdict(list)
    for tick in ticks:
        found[tick.symbol, kind_of(tick)].append((tick.at, tick))
    return found


@few
@given(tapes(), cuts, st.integers(0, 10))
@example([Tick("SPY", 5, price=1)] * 3, [0, 1, 2, 2], 0)
def test_a_filled_gap_gives_the_tape(tape: list[Tick], places: list[int], margin: int) -> None:
    """heard before the drop | lost | on the stream again, history still covers it | only the stream"""
    drop, back, meanwhile, covered = places
    start = min([tick.at for tick in tape[drop:]], default=0) - margin
    # history covers whole instants
    end = max([tick.at for tick in tape[:covered]], default=0)
    history = [tick for tick in tape if start <= tick.at <= end]
    seen = Tape()
    published = seen.live(tape[:drop])
    filled = seen.filled(history, tape[back:meanwhile])
    published += filled
    published += seen.live(tape[meanwhile:])
    assert Counter(published) == Counter(tape)
    assert [tick.at for tick in filled] == sorted(tick.at for tick in filled)
    for key, ticks in by_key(published).items():
        assert [at for at, _ in ticks] == [at for at, _ in by_key(tape)[key]]


@few
@given(tapes(), st.integers(0, 30), st.integers(0, 30))
def test_two_gaps_one_after_the_other_are_filled_too(tape: list[Tick], first: int, second: int) -> None:
    first, second = sorted((first, second))
    seen = Tape()
    published = seen.live(tape[:first])
    published += seen.filled(tape[: second + 1], [])
    published += seen.filled(tape, tape[second + 1 :])
    published += seen.live([])
    assert Counter(published) == Counter(tape)


@few
@given(tapes(), tapes())
def test_what_others_tell_never_goes_back(told: list[Tick], polled: list[Tick]) -> None:
    seen = Tape()
    seen.live(told)
    newest = {symbol: max(tick.at for tick in told if tick.symbol == symbol) for symbol in {t.symbol for t in told}}
    fresh = seen.latest(polled)
    assert all(tick.at > newest.get(tick.symbol, 0) for tick in fresh)
    assert seen.latest(polled) == []
    # history, too, begins after it
    known = {tick.symbol: tick.at for tick in fresh}
    assert all(tick.at >= known.get(tick.symbol, 0) for tick in seen.filled([*told, *polled], []))
    for symbol in {tick.symbol for tick in polled}:
        assert (seen.newest_at(symbol) or 0) >= max(tick.at for tick in polled if tick.symbol == symbol)


def test_a_stream_may_tell_the_same_twice_where_it_happened_twice() -> None:
    trade = Tick("SPY", 5, price=1, size=1)
    seen = Tape()
    assert seen.live([trade, trade]) == [trade, trade]
    assert seen.filled([trade, trade, trade], []) == [trade]
    # history told one that the stream tells as well; another one is new
    assert seen.live([trade, trade]) == [trade]


def test_what_history_told_is_remembered_no_longer_than_it_may_be_repeated() -> None:
    seen = Tape()
    old, new = Tick("SPY", 5, price=1), Tick("SPY", 6, price=2)
    assert seen.filled([old], []) == [old]
    assert seen.live([new, old]) == [new, old]
    assert not seen._owed
