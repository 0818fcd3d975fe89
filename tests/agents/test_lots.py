from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from agents.exits import rearmed, rebased
from agents.lots import bought_lots, contracts, held_lots, joined, repriced, split, worth
from schemas.positions import Lot
from tests.agents.strategies import few, nanos
from tests.agents.test_book import RULES, opened

lots = st.lists(
    st.builds(Lot, quantity=st.integers(0, 4), price=st.sampled_from([Decimal(1), Decimal("1.5"), Decimal(2)])),
    max_size=6,
).map(tuple)


def lot(quantity: int, price: str) -> Lot:
    return Lot(quantity=quantity, price=Decimal(price))


def flat(some: tuple[Lot, ...]) -> list[Decimal]:
    return [one.price for one in some for _ in range(one.quantity)]


@few
@given(lots, st.integers(0, 24))
def test_the_oldest_contracts_are_split_off(some: tuple[Lot, ...], quantity: int) -> None:
    first, rest = split(some, quantity)
    assert flat(first) == flat(some)[:quantity]
    assert flat(rest) == flat(some)[quantity:]
    assert (contracts(some), worth(some)) == (len(flat(some)), sum(flat(some)))
    for part in (first, rest):
        assert part == joined(*part)


@few
@given(lots)
def test_neighbours_of_one_price_are_one_lot(some: tuple[Lot, ...]) -> None:
    one = joined(*some)
    assert flat(one) == flat(some)
    assert all(lot.quantity > 0 for lot in one)
    assert all(before.price != after.price for before, after in pairwise(one))


@few
@given(lots, st.integers(0, 6), st.sampled_from([None, Decimal(7)]))
def test_the_newest_contracts_of_a_price_get_another_one(
    some: tuple[Lot, ...], quantity: int, price: Decimal | None
) -> None:
    was, expected = Decimal("1.5"), flat(some)
    places = [place for place, known in enumerate(expected) if known == was]
    others = [place for place, known in enumerate(expected) if known != was]
    chosen = places[max(0, len(places) - quantity) :]
    missing = quantity - len(chosen)
    chosen += others[max(0, len(others) - missing) :] if missing else []
    kept = [price if place in chosen else known for place, known in enumerate(expected)]
    assert flat(repriced(some, was=was, quantity=quantity, price=price)) == [one for one in kept if one is not None]


def test_a_position_without_lots_is_one_at_its_entry_price() -> None:
    (position,) = opened().positions
    assert held_lots(position) == bought_lots(position) == (lot(9, "3.52"),)
    parted = position.model_copy(update={"lots": (lot(2, "3.60"),), "sold_lots": (lot(7, "3.50"),)})
    assert held_lots(parted) == (lot(2, "3.60"),)
    assert bought_lots(parted) == (lot(7, "3.50"), lot(2, "3.60"))


def test_another_entry_price_arms_a_position_anew() -> None:
    (position,) = opened().positions
    after = rebased(position, RULES, entry_price=Decimal("3.60"))
    assert (after.entry_price, after.target_at_or_above, after.peak_pct) == (Decimal("3.60"), nanos("5.40"), 0)
    assert after == rearmed(position, RULES, entry_price=Decimal("3.60"))


def test_the_highest_mark_of_a_trailing_stop_stays_where_it_was() -> None:
    (position,) = opened().positions
    trailing = rearmed(position, RULES, peak_pct=40, entry_price=Decimal("3.00"))
    assert trailing.stop_at_or_below == nanos("3.36")
    cheaper = rebased(trailing, RULES, entry_price=Decimal("2.80"))
    assert (cheaper.peak_pct, cheaper.stop_at_or_below, cheaper.stop_reason) == (50, nanos("3.36"), "trailing_stop")
    dearer = rebased(trailing, RULES, entry_price=Decimal("4.00"))
    assert (dearer.peak_pct, dearer.stop_at_or_below, dearer.stop_reason) == (5, nanos("2.00"), "stop_loss")
    gone = rebased(trailing, RULES, entry_price=Decimal("5.00"))
    assert gone.peak_pct == 0


def test_contracts_bought_elsewhere_at_the_same_price_keep_it() -> None:
    some = (lot(2, "1.50"), lot(1, "2"), lot(2, "1.50"), lot(3, "1"))
    dearer = repriced(some, was=Decimal("1.50"), quantity=3, price=Decimal(7))
    assert dearer == (lot(1, "1.50"), lot(1, "7"), lot(1, "2"), lot(2, "7"), lot(3, "1"))
    gone = repriced(some, was=Decimal("1.50"), quantity=1, price=None)
    assert gone == (lot(2, "1.50"), lot(1, "2"), lot(1, "1.50"), lot(3, "1"))
