from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.rules import StrikeRules
from agents.strike_scores import hint_for, look, refusal, score
from agents.strikes import Choice, candidates, choose, wished_contract
from schemas.decisions import ContractSeen, StrikeSelection
from schemas.market import BiasState, ListedContract, Market
from schemas.occ import OptionContract
from schemas.signals import Direction
from tests.agents.strategies import AT, DAY, EXPIRATION, SPY, bias, few, listed, signal

PRICE = Decimal("595.42")
ATM = StrikeRules()
SCORED = StrikeRules(mode="scored")


def contract(strike: int = 596, ahead: int = 7, *, kind: str = "call", **changes: Any) -> ContractSeen:
    """Return a contract that every filter lets pass."""
    expiration = DAY + timedelta(days=ahead)
    named = OptionContract(SPY, expiration, "call" if kind == "call" else "put", Decimal(strike))
    return ContractSeen(
        **{
            "option_symbol": named.symbol,
            "strike": named.strike,
            "expiration": expiration,
            "type": named.type,
            "listed": True,
            "bid": Decimal("3.40"),
            "ask": Decimal("3.60"),
            "price": Decimal("3.50"),
            "price_at": AT,
            "volume": 100,
            "open_interest": 1000,
            **changes,
        }
    )


def chosen(
    *contracts: ContractSeen,
    rules: StrikeRules = ATM,
    direction: Direction = "long",
    known: BiasState | None = None,
    age_max: timedelta | None = None,
    **named: Any,
) -> Choice:
    return choose(
        contracts,
        direction=direction,
        price=PRICE,
        day=DAY,
        signal=signal(**named),
        bias=known,
        rules=rules,
        at=AT,
        price_age_max=age_max,
    )


def test_at_the_money_the_nearest_to_the_wish_of_the_direction_s_type_is_chosen() -> None:
    far, near, put = contract(600), contract(597), contract(596, kind="put")
    assert chosen(far, put, near) == Choice(
        near,
        StrikeSelection(
            mode="atm",
            considered=3,
            refused={"type": 1},
            reasons=("nearest_to_wish", "strike 597", "expiration 2026-02-20"),
            runner_up=far.option_symbol,
            runner_up_reasons=("nearest_to_wish", "strike 600", "expiration 2026-02-20"),
        ),
    )
    assert chosen(far, put, near, direction="short").contract == put


def test_a_wish_that_is_listed_is_chosen_as_wished() -> None:
    only = chosen(contract(596))
    assert only.selection == StrikeSelection(
        mode="atm", considered=1, reasons=("as_wished", "strike 596", "expiration 2026-02-20")
    )
    half = chosen(contract(596).model_copy(update={"strike": Decimal("596.5000")}))
    assert half.selection.reasons[1] == "strike 596.5"


@pytest.mark.parametrize("rules", [ATM, SCORED])
def test_of_nothing_nothing_is_chosen(rules: StrikeRules) -> None:
    assert chosen(rules=rules) == Choice(None, StrikeSelection(mode=rules.mode, considered=0))
    put = chosen(contract(kind="put"), contract(597, kind="put"), rules=rules)
    assert put == Choice(None, StrikeSelection(mode=rules.mode, considered=2, refused={"type": 2}))


def test_at_the_money_the_price_is_not_asked_for() -> None:
    unpriced = contract(bid=None, ask=None, price=None, price_at=None)
    assert chosen(unpriced).contract == unpriced


def test_where_no_chain_is_known_the_wish_is_chosen_and_says_so() -> None:
    wishes = candidates(Market(symbol=SPY), signal=signal(), price=PRICE, day=DAY, rules=ATM)
    found = chosen(*wishes)
    assert found.contract == wishes[0]
    assert found.selection.reasons == ("as_wished", "strike 596", "expiration 2026-02-20", "no_chain_known")
    assert chosen(*wishes, direction="short").contract == wishes[1]


def test_by_score_the_best_is_chosen_and_the_second_named() -> None:
    near, liquid = contract(596, volume=20), contract(598, volume=100)
    found = chosen(near, liquid, rules=SCORED)
    assert found.contract == liquid
    assert found.selection.score is not None
    assert found.selection.runner_up_score is not None
    assert found.selection.score - found.selection.runner_up_score == Decimal("0.30") * 80 / 3
    assert found.selection.runner_up == near.option_symbol
    assert found.selection.reasons[0] == "liquidity 81.0"
    assert found.selection.runner_up_reasons[0] == "liquidity 54.3"
    assert (found.selection.mode, found.selection.considered, found.selection.refused) == ("scored", 2, {})


def test_of_two_with_one_score_the_nearer_to_the_wish_is_chosen() -> None:
    for first, second in ((contract(600), contract(597)), (contract(597), contract(600))):
        assert chosen(first, second, rules=SCORED).contract == contract(597)


def test_what_is_refused_is_counted_by_the_first_filter_that_refuses_it() -> None:
    refused = [
        contract(kind="put", volume=0),
        contract(590, ahead=1, volume=0),
        contract(591, ahead=46),
        contract(592, bid=None, price=None, volume=0),
        contract(593, ask=Decimal(9), volume=0),
        contract(594, volume=0, open_interest=0),
        contract(595, open_interest=0, theta=Decimal(9)),
        contract(596, theta=Decimal(9), delta=Decimal(1)),
        contract(597, delta=Decimal(1)),
        contract(598, delta=Decimal("0.5"), gamma=Decimal(0), implied_volatility=Decimal("0.01")),
    ]
    counts = {
        "delta": 1,
        "dte": 2,
        "open_interest": 1,
        "price": 1,
        "reward_to_risk": 1,
        "spread": 1,
        "theta": 1,
        "type": 1,
        "volume": 1,
    }
    nothing = chosen(*refused, rules=SCORED)
    assert nothing == Choice(None, StrikeSelection(mode="scored", considered=10, refused=counts))
    assert list(nothing.selection.refused) == sorted(counts)
    left = chosen(*refused, contract(599), rules=SCORED)
    assert left.contract == contract(599)
    assert left.selection.refused == counts
    assert left.selection.runner_up is None


def test_the_bias_s_confidence_says_which_deltas() -> None:
    deep, middle = contract(590, delta=Decimal("0.65")), contract(596, delta=Decimal("0.5"))
    for confidence, expected in (("70", deep), ("69", middle)):
        known = bias(confidence=Decimal(confidence))
        assert chosen(deep, middle, rules=SCORED, known=known).contract == expected
    assert chosen(deep, middle, rules=SCORED).contract == middle


def test_by_score_an_old_price_refuses_where_an_age_is_given() -> None:
    old = contract(price_at=AT - timedelta(seconds=61))
    assert chosen(old, rules=SCORED, age_max=timedelta(seconds=61)).contract == old
    assert chosen(old, rules=SCORED, age_max=timedelta(seconds=60)).selection.refused == {"price": 1}


@pytest.mark.parametrize("rules", [ATM, SCORED])
@pytest.mark.parametrize(
    "named",
    [
        {"strike": Decimal(610), "expiration": DAY + timedelta(days=60)},
        {"strike": Decimal(610)},
        {"expiration": DAY + timedelta(days=60)},
    ],
)
def test_what_an_alert_names_wins_in_both_modes_where_it_is_listed(rules: StrikeRules, named: dict[str, Any]) -> None:
    ahead = 60 if "expiration" in named else 7
    wanted = contract(610 if "strike" in named else 596, ahead=ahead, volume=0, price=None, bid=None)
    others = [contract(597), contract(598)]
    found = chosen(*others, wanted, rules=rules, **named)
    assert found.contract == wanted
    assert found.selection.reasons[0] == "named_by_alert"
    assert (found.selection.mode, found.selection.score) == (rules.mode, None)
    assert found.selection.runner_up in {item.option_symbol for item in others}
    assert found.selection.runner_up_reasons[0] == "nearest_to_wish"


@pytest.mark.parametrize("rules", [ATM, SCORED])
def test_what_an_alert_names_but_is_not_listed_is_only_a_wish(rules: StrikeRules) -> None:
    found = chosen(contract(597), contract(611), rules=rules, strike=Decimal(610))
    assert found.contract == contract(611)
    assert found.selection.reasons[0] != "named_by_alert"
    assert chosen(contract(610, ahead=8), rules=rules, strike=Decimal(610)).selection.reasons[0] != "named_by_alert"


def test_by_score_the_named_expiration_is_the_one_that_fits_best() -> None:
    week, month = contract(597), contract(597, ahead=28)
    assert chosen(week, month, rules=SCORED).contract == week
    assert chosen(week, month, rules=SCORED, expiration=DAY + timedelta(days=28)).contract == month


def test_what_an_alert_names_does_not_count_in_the_turned_direction() -> None:
    put, named = contract(595, kind="put"), contract(610, kind="put", volume=0)
    for rules in (ATM, SCORED):
        found = chosen(put, named, rules=rules, direction="short", strike=Decimal(610))
        assert found.contract == put
        assert "named_by_alert" not in found.selection.reasons
    assert chosen(contract(596, volume=0), contract(597), rules=SCORED).contract == contract(597)


def some(strike: int, ahead: int, kind: str, numbers: tuple[int | None, ...]) -> ListedContract:
    volume, interest, delta, theta = numbers
    item = listed(str(strike), expiration=DAY + timedelta(days=ahead), kind=kind, bid="3.40", ask="3.60")
    return item.model_copy(
        update={
            "volume": volume,
            "open_interest": interest,
            "delta": None if delta is None else Decimal(delta) / 100,
            "theta": None if theta is None else -Decimal(theta) / 100,
        }
    )


numbers = st.tuples(
    st.none() | st.integers(0, 30),
    st.none() | st.integers(50, 300),
    st.none() | st.integers(35, 75),
    st.none() | st.integers(0, 50),
)
chains = st.lists(
    st.builds(some, st.integers(588, 604), st.integers(0, 50), st.sampled_from(["call", "put"]), numbers),
    min_size=1,
    max_size=40,
)
biases = st.none() | st.sampled_from(["20", "50", "75"]).map(lambda confidence: bias(confidence=Decimal(confidence)))
modes = st.sampled_from([ATM, SCORED])
directions: st.SearchStrategy[Direction] = st.sampled_from(["long", "short"])
named = st.fixed_dictionaries(
    {},
    optional={
        "strike": st.integers(588, 604).map(Decimal),
        "expiration": st.integers(0, 50).map(lambda ahead: DAY + timedelta(days=ahead)),
    },
)


def pool(chain: list[ListedContract], rules: StrikeRules, known: BiasState | None, names: Any) -> list[ContractSeen]:
    market = Market(symbol=SPY, chain={item.option_symbol: item for item in chain}, bias=known)
    found = candidates(market, signal=signal(**names), price=PRICE, day=DAY, rules=rules)
    return [item.model_copy(update={"bid": Decimal("3.4"), "ask": Decimal("3.6")}) for item in found]


@few
@given(chains, modes, biases, directions, named)
def test_only_what_is_listed_of_the_right_type_and_lives_long_enough_is_ever_chosen(
    chain: list[ListedContract], rules: StrikeRules, known: BiasState | None, direction: Direction, names: Any
) -> None:
    contracts = pool(chain, rules, known, names)
    found = chosen(*contracts, rules=rules, direction=direction, known=known, **names)
    selection = found.selection
    assert selection.considered == len(contracts)
    eligible = selection.considered - sum(selection.refused.values())
    assert (found.contract is None) == (eligible == 0)
    assert (selection.runner_up is None) == (eligible < 2)
    if found.contract is not None:
        assert found.contract.option_symbol in {item.option_symbol for item in chain}
        assert found.contract.type == ("call" if direction == "long" else "put")
        assert (found.contract.expiration - DAY).days > rules.dte_min
        assert selection.runner_up != found.contract.option_symbol


@few
@given(chains, modes, biases, directions, named, st.randoms(use_true_random=False))
def test_the_order_in_which_contracts_come_does_not_matter(
    chain: list[ListedContract],
    rules: StrikeRules,
    known: BiasState | None,
    direction: Direction,
    names: Any,
    random: Any,
) -> None:
    contracts = pool(chain, rules, known, names)
    shuffled = random.sample(contracts, len(contracts))
    assert chosen(*shuffled, rules=rules, direction=direction, known=known, **names) == chosen(
        *contracts, rules=rules, direction=direction, known=known, **names
    )


@few
@given(chains, biases)
def test_by_score_what_is_chosen_passes_every_filter_and_none_that_does_scores_more(
    chain: list[ListedContract], known: BiasState | None
) -> None:
    contracts = pool(chain, SCORED, known, {})
    found = chosen(*contracts, rules=SCORED, known=known)
    hint = hint_for(known, SCORED)
    passing = [
        score(seen, hint, SCORED, dte_wished=(EXPIRATION - DAY).days).total
        for seen in (look(item, underlying=PRICE, day=DAY, hold_days=5) for item in contracts if item.type == "call")
        if refusal(seen, hint, SCORED, at=AT, price_age_max=None) is None
    ]
    best = sorted(passing, reverse=True)
    assert found.selection.score == (best[0].quantize(Decimal("0.0001")) if best else None)
    assert found.selection.runner_up_score == (best[1].quantize(Decimal("0.0001")) if len(best) > 1 else None)


@few
@given(chains, modes, st.data())
def test_a_named_contract_that_is_listed_is_chosen_whatever_else_is(
    chain: list[ListedContract], rules: StrikeRules, data: st.DataObject
) -> None:
    item = data.draw(st.sampled_from(chain))
    if (item.expiration - DAY).days <= rules.dte_min:
        return
    direction: Direction = "long" if item.type == "call" else "short"
    names: dict[str, Any] = {"strike": item.strike, "expiration": item.expiration, "direction": direction}
    found = choose(
        pool(chain, rules, None, names),
        direction=direction,
        price=PRICE,
        day=DAY,
        signal=signal(**names),
        bias=None,
        rules=rules,
        at=AT,
    )
    assert found.contract is not None
    assert found.contract.option_symbol == item.option_symbol
    wish = wished_contract(signal(**names), direction, price=PRICE, day=DAY, rules=replace(rules, hold_days=30))
    assert (wish.strike, wish.expiration) == (item.strike, item.expiration)


@pytest.mark.parametrize(("days", "chosen"), [(1, False), (2, True)])
def test_what_a_time_rule_would_close_at_once_is_not_chosen_though_nothing_is_listed(days: int, chosen: bool) -> None:
    asked = signal(expiration=DAY + timedelta(days=days))
    wished = candidates(Market(symbol=SPY), signal=asked, price=PRICE, day=DAY, rules=ATM)
    found = choose(wished, direction="long", price=PRICE, day=DAY, signal=asked, bias=None, rules=ATM, at=AT)
    assert (found.contract is not None) is chosen
    assert found.selection.refused.get("dte", 0) == (0 if chosen else 1)
