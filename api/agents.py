"""The agents there are: what each is, whether it is switched on, and what it said last."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from agents.engine_b.evaluate import AGENTS, META
from agents.engine_b.output import CHARACTERS
from agents.rules import AgentRules
from api.auth import Asking
from api.exact_json import exact
from api.in_force import rules_in_force
from api.live_view import LiveView
from api.pool import Pool, fetch
from api.problems import PROBLEMS
from schemas.market import Bias

router = APIRouter(tags=["results"], responses=PROBLEMS)

OPTIONAL = ("orb", "strat", "ttm", "satyland")
"""Agents with a switch of their own, by their names in `agents.rules.AgentRules`."""

_WORD: dict[str, Any] = {
    "signal_id": "b1f7c3de-2a55-5a43-9a0c-7d8e6f5a4b03",
    "bias": "bullish",
    "confidence": 70,
    "reasons": ["regime_trending"],
    "block": False,
    "created_at": "2026-02-13T15:30:00Z",
}
_EXAMPLE: dict[str, Any] = {
    "agent_name": "orb",
    "agent_type": "specialist",
    "engine": "B",
    "is_enabled": False,
    "switches": ["enable_variant_b", "enable_orb_specialist"],
    "confidence_lowest": 0,
    "confidence_highest": 100,
    "last_word": _WORD,
}


class LastWord(BaseModel):
    """What an agent said of the newest signal that it spoke on."""

    signal_id: UUID
    bias: Bias
    confidence: int = Field(description="0 to 100")
    reasons: list[str]
    block: bool
    created_at: datetime


class AgentCharacter(BaseModel):
    """An agent."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    agent_name: str
    agent_type: Literal["core", "specialist", "subagent"]
    engine: Literal["B"]
    is_enabled: bool = Field(description="by settings and flags: it is asked about every signal that comes now")
    switches: list[str] = Field(description="flags that must all be on")
    confidence_lowest: int
    confidence_highest: int
    last_word: LastWord | None = Field(description="on the caller's signals; null: it has not spoken")


class AgentList(BaseModel):
    """All agents, in the order in which they are asked; the meta decision, which weighs their words, comes last."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [_EXAMPLE]}]})

    items: list[AgentCharacter]


async def last_words(pool: Pool, *, account_id: str) -> Mapping[str, LastWord]:
    """Return what each agent said last on an account's signals, by name."""

    async def of(name: str) -> list[Any]:
        return await fetch(
            pool,
            f"""SELECT agent_name, {", ".join(LastWord.model_fields)} FROM agent_decisions
                 WHERE account_id = $1 AND agent_name = $2 ORDER BY created_at DESC LIMIT 1""",
            account_id,
            name,
        )

    found = await asyncio.gather(*(of(name) for name in (*AGENTS, META)))
    return {row["agent_name"]: LastWord.model_validate(dict(row)) for rows in found for row in rows}


def characters(rules: AgentRules, *, engine_b: bool, words: Mapping[str, LastWord]) -> list[AgentCharacter]:
    """Return all agents. `engine_b` says whether engine B judges at all: without it nobody is asked."""
    rows = []
    for name in (*AGENTS, META):
        character = CHARACTERS.get(name)
        switch = ["enable_satyland_subagent" if name == "satyland" else f"enable_{name}_specialist"]
        rows.append(
            AgentCharacter(
                agent_name=name,
                agent_type=character.agent_type if character else "core",
                engine="B",
                is_enabled=engine_b and (name not in OPTIONAL or bool(getattr(rules, name))),
                switches=["enable_variant_b", *(switch if name in OPTIONAL else ())],
                confidence_lowest=character.confidence_lowest if character else 0,
                confidence_highest=character.confidence_highest if character else 100,
                last_word=words.get(name),
            )
        )
    return rows


@router.get("/agents", operation_id="list_agents", summary="Agents", response_model=AgentList)
async def listed(asking: Asking, request: Request) -> Response:
    """The agents there are, whether they are switched on at this moment, and what each said last."""
    state = request.app.state
    view: LiveView = state.live.view
    rules = rules_in_force(state.settings, view).engine
    words = await last_words(state.pool, account_id=asking.account_id)
    return exact(AgentList(items=characters(rules.agents, engine_b="B" in rules.engines, words=words)))
