"""Frames read as one piece of tape and parted by underlying."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.codec import Undecodable, encode
from schemas.occ import underlying_of
from schemas.ticks import Tick, TickFrame
from streams.processors.frames import FrameReader, frame_in
from streams.topics import PRICE_TICKS, partition_of
from tests.agents.strategies import few
from tests.streams.staging import delivery

HOME = partition_of("SPY")
UNDERLYINGS = [
    "SPY",
    *(name for letters in product("ABCDE", repeat=3) if partition_of(name := "".join(letters)) == HOME),
][:4]
SYMBOLS = [name for root in UNDERLYINGS for name in (root, f"{root}260220C00596000", f"{root}260220P00595000")]
ticks = st.tuples(st.sampled_from(SYMBOLS), st.integers(0, 99), st.integers(-1, 9)).map(
    lambda drawn: Tick(*drawn, bid=3)
)
tapes = st.lists(st.lists(ticks, min_size=1, max_size=12), min_size=1, max_size=6)


def message(frame: TickFrame, *, offset: int = 0, partition: int = HOME) -> object:
    return delivery(PRICE_TICKS, encode(frame), partition=partition, offset=offset).message


def framed(found: list[Tick]) -> TickFrame:
    return TickFrame.of(found, source="feed", sequence=1)


@few
@given(tapes, st.integers(1, 6))
def test_frames_are_parted_by_underlying_and_each_keeps_its_order(tape: list[list[Tick]], cut: int) -> None:
    reader = FrameReader()
    for together in (tape[:1], tape):  # what one reading has numbered the next one knows
        messages = [message(framed(found), offset=offset) for offset, found in enumerate(together)]
        read = [frame_in(each) for each in messages]
        pieces = [reader.read(found, messages[0]) for found in (read[:cut], read[cut:]) if found]
        parts = reader.parted(pieces)
        whole = [tick._replace(bid_size=-1, ask_size=-1) for found in together for tick in found]
        assert len(parts) == len({underlying_of(tick.symbol) for tick in whole})
        for part in parts:
            own = [tick for tick in whole if underlying_of(tick.symbol) == part.symbol]
            assert list(part.ticks.ticks()) == own
            assert [whole[place] for place in part.place.tolist()] == own


def test_an_instrument_that_a_frame_lists_twice_is_one() -> None:
    twice = framed([Tick("SPY", 1, 5), Tick(SYMBOLS[1], 2, 6)]).model_copy(update={"instruments": ("SPY", "SPY")})
    reader = FrameReader()
    (part,) = reader.parted([reader.read([frame_in(message(twice))], message(twice))])
    assert [(tick.symbol, tick.price) for tick in part.ticks.ticks()] == [("SPY", 5), ("SPY", 6)]


@pytest.mark.parametrize(
    "changes",
    [
        {"size": b""},
        {"ask_size": b"\0" * 7},
        {"at": b"\0" * 9},
        {"instruments": ()},
        {"instrument": (-1).to_bytes(8, "little", signed=True)},
    ],
)
def test_columns_that_do_not_fit_each_other_are_no_frame(changes: dict[str, object]) -> None:
    wrong = framed([Tick("SPY", 1, 5)]).model_copy(update=changes)
    right = framed([Tick("SPY", 1, 5)])
    with pytest.raises(Undecodable, match="TickFrame"):
        FrameReader().read([frame_in(message(each)) for each in (right, wrong)], message(right))


def test_an_underlying_of_another_partition_is_refused_unless_it_has_no_tick() -> None:
    other = next(name for name in ("QQQ", "IWM", "DIA", "TLT") if partition_of(name) != HOME)
    listed = framed([Tick("SPY", 1, 5)]).model_copy(update={"instruments": ("SPY", other)})
    reader = FrameReader()
    assert [part.symbol for part in reader.parted([reader.read([frame_in(message(listed))], message(listed))])] == [
        "SPY"
    ]
    with pytest.raises(Undecodable, match="partition"):
        reader.read([frame_in(message(framed([Tick(other, 1, 5)])))], message(listed))
