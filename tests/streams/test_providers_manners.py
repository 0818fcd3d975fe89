"""How providers are asked: cached, in order, again after a while, not when they are down, and never too often."""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.market import ChainState, HistoryState
from streams.providers import limits
from streams.providers.breaker import FAILURES_MAX, OPEN_S
from streams.providers.cache import KEPT_S, Cache, Hits
from streams.providers.failures import (
    LimitReached,
    NobodyAnswered,
    NoData,
    ProviderFailed,
    Refused,
    Throttled,
    Unavailable,
    Unreadable,
    Unsupported,
)
from streams.providers.fallback import MarketData
from streams.providers.guarded import ATTEMPTS_MAX, RETRY_AFTER_MAX_S, Guarded, backoff_s
from streams.providers.limits import WAIT_MAX_S, Limit
from streams.providers.provider import EVERYTHING, PriceSeen, QuoteSeen
from tests.agents.strategies import few
from tests.streams.provider_lines import Passing

AT = datetime(2026, 2, 13, 15, 30, tzinfo=UTC)


@dataclass
class Scripted:
    """A provider that does what it is told, one after the other, the last for ever."""

    name: str
    outcomes: Sequence[str]
    offers: frozenset[str] = EVERYTHING
    calls: int = 0
    asked: list[str] = field(default_factory=list)

    async def aclose(self) -> None: ...

    async def price(self, symbol: str) -> PriceSeen:
        return self._outcome(symbol)

    async def option_quote(self, option_symbol: str) -> QuoteSeen:
        raise Unsupported(self.name, option_symbol, "not offered")

    async def candles(self, symbol: str, timeframe: str, limit: int) -> HistoryState:
        self._outcome(symbol)
        return HistoryState(timeframe=timeframe)

    async def chain(self, symbol: str) -> ChainState:
        self._outcome(symbol)
        return ChainState(timestamp=AT)

    def _outcome(self, symbol: str) -> PriceSeen:
        outcome = self.outcomes[min(self.calls, len(self.outcomes) - 1)]
        self.calls += 1
        self.asked.append(symbol)
        if outcome != "answer":
            raise failure(outcome, self.name, symbol)
        return PriceSeen(symbol, Decimal(self.calls), AT, self.name)


def failure(outcome: str, provider: str = "any", symbol: str = "SPY") -> ProviderFailed:
    kinds: dict[str, ProviderFailed] = {
        "no_data": NoData(provider, symbol, outcome),
        "refused": Refused(provider, symbol, outcome),
        "throttled": Throttled(provider, symbol, outcome),
        "patience": Throttled(provider, symbol, outcome, retry_after_s=12.0),
        "too_long": Throttled(provider, symbol, outcome, retry_after_s=RETRY_AFTER_MAX_S + 1),
        "unavailable": Unavailable(provider, symbol, outcome),
        "unreadable": Unreadable(provider, symbol, outcome),
    }
    return kinds[outcome]


PASSING = ("throttled", "patience", "unavailable", "unreadable")
FINAL = ("no_data", "refused", "too_long")


def ask(guarded: Guarded, symbol: str = "SPY") -> Awaitable[PriceSeen]:
    return guarded.ask("price", symbol, lambda: guarded.provider.price(symbol))


async def outcome_of(work: Awaitable[object]) -> str:
    """Return `answer`, or the name of the failure."""
    try:
        await work
    except ProviderFailed as error:
        return type(error).__name__
    return "answer"


seconds = st.floats(min_value=0, max_value=90, allow_nan=False)


@few
@given(st.lists(st.tuples(seconds, st.sampled_from(["SPY", "QQQ", "IWM"]), st.integers(1, 4)), max_size=30))
def test_what_was_asked_for_within_a_minute_is_not_asked_for_again(steps: list[tuple[float, str, int]]) -> None:
    """Property 6: Cache consistency

    Whoever asks for the same within a minute of the answer gets that very answer, at the cost of no request; callers
    at the same time share one; afterwards it is asked for anew.
    """

    async def check() -> None:
        passing = Passing()
        provider = Scripted("any", ["answer"])
        market = MarketData([Guarded(provider, timing=passing.timing)], timing=passing.timing)
        fetched: dict[str, tuple[float, PriceSeen]] = {}
        asked = served = 0
        for wait, symbol, callers in steps:
            passing.at += wait
            before = provider.calls
            answers = await asyncio.gather(*(market.price(symbol) for _ in range(callers)))
            asked += callers
            assert answers == [answers[0]] * callers
            known = fetched.get(symbol)
            if known is not None and passing.at < known[0] + KEPT_S:
                assert provider.calls == before
                assert answers[0] is known[1]
                served += callers
            else:
                assert provider.calls == before + 1
                fetched[symbol] = (passing.at, answers[0])
                served += callers - 1
        hits = market.hits
        assert hits.hits + hits.shared == served
        assert hits.misses == provider.calls == asked - served
        assert hits.rate == (served / asked if asked else 0)

    asyncio.run(check())


behaviours = st.sampled_from(["answer", "not_offered", *PASSING, *FINAL])


@few
@given(st.lists(behaviours, max_size=5))
def test_the_first_provider_that_answers_is_the_last_that_is_asked(behaviour: list[str]) -> None:
    """Property 8: API fallback behavior

    Providers are asked in their order until one answers; when none does, the failure tells of each.
    """

    async def check() -> None:
        passing = Passing()
        providers = [
            Scripted(f"p{n}", ["answer" if what == "not_offered" else what])
            if what != "not_offered"
            else Scripted(f"p{n}", ["answer"], offers=frozenset({"candles"}))
            for n, what in enumerate(behaviour)
        ]
        market = MarketData([Guarded(item, timing=passing.timing) for item in providers], timing=passing.timing)
        answering = behaviour.index("answer") if "answer" in behaviour else len(behaviour)
        if answering < len(behaviour):
            assert (await market.price("SPY")).provider == f"p{answering}"
        else:
            with pytest.raises(NobodyAnswered) as caught:
                await market.price("SPY")
            assert [item.provider for item in caught.value.failures] == [item.name for item in providers]
            assert all(item.name in str(caught.value) for item in providers)
            assert str(caught.value).startswith("SPY: ")
        for n, (what, provider) in enumerate(zip(behaviour, providers, strict=True)):
            attempts = ATTEMPTS_MAX if what in PASSING else 1
            assert provider.calls == (0 if n > answering or what == "not_offered" else attempts)

    asyncio.run(check())


@few
@given(st.lists(st.sampled_from(["answer", *PASSING, *FINAL]), min_size=1, max_size=6))
def test_the_wait_before_asking_again_doubles(outcomes: list[str]) -> None:
    """Property 38: API retry with exponential backoff

    After attempt n (from 0) that failed in passing comes a wait of 2^n seconds, or what the provider asks for where
    that is more; at most four attempts; what is final is not tried again.
    """

    async def check() -> None:
        passing = Passing()
        provider = Scripted("any", outcomes)
        told = await outcome_of(ask(Guarded(provider, timing=passing.timing)))
        made = [outcomes[min(n, len(outcomes) - 1)] for n in range(ATTEMPTS_MAX)]
        ending = next((n for n, what in enumerate(made) if what not in PASSING), ATTEMPTS_MAX - 1)
        assert provider.calls == ending + 1
        assert told == ("answer" if made[ending] == "answer" else type(failure(made[ending])).__name__)
        waits = [max(float(2**n), 12.0 if what == "patience" else 0.0) for n, what in enumerate(made[:ending])]
        assert passing.slept == waits

    asyncio.run(check())


runs = st.tuples(st.sampled_from(["answer", "no_data", "refused", "refused"]), st.integers(1, FAILURES_MAX + 1))
waits = st.sampled_from([0.5, OPEN_S - 1, OPEN_S, OPEN_S + 1])
operations = st.lists(st.one_of(runs.map(lambda run: [run[0]] * run[1]), waits.map(lambda wait: [wait])), max_size=25)


@few
@given(operations)
def test_a_breaker_opens_after_failures_in_a_row_and_is_tried_after_a_minute(
    operations: list[list[str] | list[float]],
) -> None:
    """Property 41: Circuit breaker state transitions

    Closed; opened by five failures in a row, when nobody is let through; half-open after a minute, when one request
    decides: an answer closes it, a failure opens it for another minute.
    """

    async def check() -> None:
        passing = Passing()
        provider = Scripted("any", ["answer"])
        guarded = Guarded(provider, timing=passing.timing)
        state, in_a_row, opened_at = "closed", 0, 0.0
        steps: list[str | float] = [step for run in operations for step in run]
        for step in steps:
            if isinstance(step, float):
                passing.at += step
                continue
            if state == "opened" and passing.at >= opened_at + OPEN_S:
                state = "half-opened"
            provider.outcomes, before = [step], provider.calls
            told = await outcome_of(ask(guarded))
            if state == "opened":
                assert (told, provider.calls) == ("Paused", before)
                continue
            assert provider.calls == before + 1
            assert told == ("answer" if step == "answer" else type(failure(step)).__name__)
            in_a_row = in_a_row + 1 if step == "refused" else 0
            if step != "refused":
                state = "closed"
            elif state == "half-opened" or in_a_row == FAILURES_MAX:
                state, in_a_row, opened_at = "opened", 0, passing.at
            assert guarded.breaker.state == state

    asyncio.run(check())


@few
@given(
    most=st.integers(1, 8),
    window_s=st.sampled_from([10.0, 20.0, 60.0]),
    steps=st.lists(st.tuples(st.floats(0, 30), st.integers(1, 5)), max_size=25),
)
def test_no_window_holds_more_requests_than_the_limit(
    most: int, window_s: float, steps: list[tuple[float, int]]
) -> None:
    """Property 45: API rate limit enforcement

    However requests come, no window holds more than the limit; the rest wait in their order for at most WAIT_MAX_S, and
    a request fails at once only when the limit would keep it waiting longer.
    """

    async def check() -> None:
        passing = Passing()
        limit = Limit("any", most, window_s=window_s, timing=passing.timing)
        sent: list[float] = []

        async def request() -> None:
            came, free_at = passing.at, sent[-most] + window_s if len(sent) >= most else 0.0
            try:
                await limit.acquire("SPY")
            except LimitReached:
                assert passing.at == came
                assert free_at - came > WAIT_MAX_S
            else:
                sent.append(passing.at)
                assert passing.at == max(came, free_at)

        for wait, burst in steps:
            passing.at += wait
            for _ in range(burst):
                await request()
        assert sent == sorted(sent)
        assert all(later - sent[n] >= window_s - 1e-6 for n, later in enumerate(sent[most:]))

    asyncio.run(check())


async def test_callers_at_once_queue_up_in_their_order_and_the_queue_has_an_end() -> None:
    passing = Passing()
    limit = Limit("any", 2, window_s=15, timing=passing.timing)
    served: list[tuple[int, float]] = []

    async def caller(number: int) -> None:
        await limit.acquire("SPY")
        served.append((number, passing.at))

    callers = [asyncio.create_task(caller(number)) for number in range(8)]
    failed = [isinstance(end, LimitReached) for end in await asyncio.gather(*callers, return_exceptions=True)]
    assert failed == [False] * 6 + [True] * 2
    assert passing.slept == [15, 15, 30, 30]
    assert [number for number, _ in served] == [0, 1, 2, 3, 4, 5]


async def test_what_takes_several_requests_takes_as_many_slots() -> None:
    passing = Passing()
    limit = Limit("any", 12, window_s=20, timing=passing.timing)
    guarded = Guarded(Scripted("any", ["answer"]), timing=passing.timing, limit=limit, costs={"chain": 10})
    await ask(guarded)
    await guarded.ask("chain", "SPY", lambda: guarded.provider.chain("SPY"))
    await ask(guarded)
    assert passing.slept == []
    await ask(guarded)
    assert passing.slept == [20]
    with pytest.raises(LimitReached, match="any: SPY: limit of 12 in 20 s"):
        await asyncio.gather(*(limit.acquire("SPY", count=10) for _ in range(9)))


async def test_a_limit_warns_once_at_nine_tenths_and_again_the_next_time(monkeypatch: pytest.MonkeyPatch) -> None:
    warned: list[tuple[float, object]] = []

    class Log:
        def warning(self, _: str, **said: object) -> None:
            warned.append((passing.at, said["used"]))

    monkeypatch.setattr(limits, "_log", Log())
    passing = Passing()
    limit = Limit("any", 10, window_s=60, timing=passing.timing)
    for at in (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 100, 101, 102, 103, 104, 105, 106, 107, 108, 109):
        passing.at = max(passing.at, float(at))
        if at != 10:
            await limit.acquire("SPY")
    assert warned == [(8.0, 9), (108.0, 9)]


async def test_only_one_request_tries_a_breaker_that_was_open() -> None:
    passing = Passing()
    provider = Scripted("any", ["refused"])
    guarded = Guarded(provider, timing=passing.timing)
    for _ in range(FAILURES_MAX):
        await outcome_of(ask(guarded))
    passing.at += OPEN_S
    answered = asyncio.Event()

    async def slow() -> str:
        await answered.wait()
        return "answer"

    trial = asyncio.create_task(guarded.ask("price", "SPY", slow))
    await asyncio.sleep(0)
    assert await outcome_of(ask(guarded)) == "Paused"
    answered.set()
    assert await trial == "answer"
    provider.outcomes = ["answer"]
    assert await outcome_of(ask(guarded)) == "answer"


@pytest.mark.parametrize("is_cancelled", [True, False])
async def test_a_trial_that_never_took_place_leaves_the_breaker_open(is_cancelled: bool) -> None:
    passing = Passing()
    limit = Limit("any", FAILURES_MAX, window_s=200, timing=passing.timing)
    provider = Scripted("any", ["refused"])
    guarded = Guarded(provider, timing=passing.timing, limit=None if is_cancelled else limit)
    for _ in range(FAILURES_MAX):
        await outcome_of(ask(guarded))
    passing.at += OPEN_S
    if is_cancelled:
        trial = asyncio.create_task(guarded.ask("price", "SPY", asyncio.Event().wait))
        await asyncio.sleep(0)
        trial.cancel()
        with pytest.raises(asyncio.CancelledError):
            await trial
    else:
        assert await outcome_of(ask(guarded)) == "LimitReached"
    assert guarded.breaker.state == "opened"
    assert await outcome_of(ask(guarded)) == "Paused"
    passing.at += 200
    provider.outcomes = ["answer"]
    assert await outcome_of(ask(guarded)) == "answer"


async def test_our_own_limit_does_not_open_a_breaker() -> None:
    passing = Passing()
    limit = Limit("any", 1, window_s=100, timing=passing.timing)
    guarded = Guarded(Scripted("any", ["answer"]), timing=passing.timing, limit=limit)
    assert [await outcome_of(ask(guarded)) for _ in range(8)] == ["answer", *["LimitReached"] * 7]
    assert guarded.breaker.state == "closed"


async def test_a_paused_provider_uses_up_nothing_of_its_limit() -> None:
    passing = Passing()
    limit = Limit("any", FAILURES_MAX + 1, window_s=1000, timing=passing.timing)
    provider = Scripted("any", ["refused"])
    guarded = Guarded(provider, timing=passing.timing, limit=limit)
    for _ in range(FAILURES_MAX + 20):
        await outcome_of(ask(guarded))
    passing.at += OPEN_S
    provider.outcomes = ["answer"]
    assert await outcome_of(ask(guarded)) == "answer"


async def test_a_failure_is_shared_by_those_who_wait_and_not_kept() -> None:
    passing = Passing()
    cache = Cache(timing=passing.timing)
    calls = 0

    async def fetch() -> int:
        nonlocal calls
        calls += 1
        await asyncio.sleep(0)
        if calls == 1:
            raise Unavailable("any", "SPY", "down")
        return calls

    ends = await asyncio.gather(*(cache.get("key", fetch) for _ in range(3)), return_exceptions=True)
    assert [type(end) for end in ends] == [Unavailable] * 3
    assert await cache.get("key", fetch) == 2
    assert cache.hits == Hits(hits=0, shared=2, misses=2)


async def test_a_caller_that_leaves_does_not_take_the_answer_from_the_others() -> None:
    passing = Passing()
    cache = Cache(timing=passing.timing)
    answered = asyncio.Event()

    async def fetch() -> str:
        await answered.wait()
        return "answer"

    leaving = asyncio.create_task(cache.get("key", fetch))
    await asyncio.sleep(0)
    staying = asyncio.create_task(cache.get("key", fetch))
    await asyncio.sleep(0)
    leaving.cancel()
    answered.set()
    assert await staying == "answer"
    left = asyncio.create_task(cache.get("other", asyncio.Event().wait))
    await asyncio.sleep(0)
    await cache.aclose()
    with pytest.raises(asyncio.CancelledError):
        await left


def test_the_first_waits_are_one_two_and_four_seconds() -> None:
    assert [backoff_s(attempt) for attempt in (1, 2, 3)] == [1.0, 2.0, 4.0]
    assert (ATTEMPTS_MAX, RETRY_AFTER_MAX_S, FAILURES_MAX, OPEN_S, KEPT_S, WAIT_MAX_S) == (4, 30, 5, 60, 60, 30)
