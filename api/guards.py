"""Breakers and rate limiters of the processes that ask others, read from their own metrics when somebody asks."""

from collections import defaultdict
from collections.abc import Sequence

from prometheus_client.parser import text_string_to_metric_families
from pydantic import BaseModel, Field

from api.metrics import scraped
from streams.metrics import BREAKER_STATE, GUARDS, LIMITER_LIMIT, LIMITER_USED, LIMITER_WAITS, BreakerState

_FIGURES = {LIMITER_USED: "used", LIMITER_LIMIT: "limit", f"{LIMITER_WAITS}_total": "waits"}


class LimiterNow(BaseModel):
    """A rate limiter."""

    used: int = Field(description="requests within its window")
    limit: int = Field(description="requests that there may be in it")
    waits: int = Field(description="requests that had to wait, were not made, or were refused, since the process began")


class GuardsOf(BaseModel):
    """What stands between a process and those it asks, by their names."""

    process: str
    answers: bool = Field(description="false: the process is not there, or does not say")
    breakers: dict[str, BreakerState] = {}
    limiters: dict[str, LimiterNow] = {}


async def guards_of(addresses: Sequence[str]) -> list[GuardsOf]:
    """Return what the processes at these name=host:port say."""
    named = [address.partition("=") for address in addresses]
    texts = await scraped([address for _, _, address in named])
    return [guards_in(name, text) for (name, _, _), text in zip(named, texts, strict=True)]


def guards_here(process: str) -> GuardsOf:
    """Return the guards of this process itself."""
    return GuardsOf(
        process=process,
        answers=True,
        breakers={name: state() for name, state in sorted(GUARDS.breakers.items())},
        limiters={
            name: LimiterNow(used=found.used, limit=found.limit, waits=found.waits)
            for name, found in ((name, fill()) for name, fill in sorted(GUARDS.limiters.items()))
        },
    )


def guards_in(process: str, text: str | None) -> GuardsOf:
    """Return the guards in a process's metrics; None when it gave none."""
    breakers: dict[str, str] = {}
    limiters: defaultdict[str, dict[str, float]] = defaultdict(dict)
    try:
        for sample in (found for family in text_string_to_metric_families(text or "") for found in family.samples):
            if sample.name == BREAKER_STATE and sample.value:
                breakers[sample.labels["name"]] = sample.labels[BREAKER_STATE]
            elif figure := _FIGURES.get(sample.name):
                limiters[sample.labels["name"]][figure] = sample.value
        told = {"process": process, "answers": text is not None, "breakers": breakers, "limiters": limiters}
        return GuardsOf.model_validate(told)
    except (ValueError, KeyError):
        return GuardsOf(process=process, answers=False)
