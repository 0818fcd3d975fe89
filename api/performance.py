"""What closed trades have come to: figures by agent, and by what they have in common."""

import asyncio
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.auth import Asking
from api.exact_json import Number, exact
from api.pool import Pool, fetch
from api.problems import PROBLEMS
from api.shadows import Agent
from schemas.performance import Dimension

router = APIRouter(tags=["results"], responses=PROBLEMS)


class Figures(BaseModel):
    """What closed trades come to. A win made more than nothing."""

    trades: int
    wins: int
    win_rate: Number = Field(description="percent")
    avg_win: Number | None = Field(description="dollars")
    avg_loss: Number | None = Field(description="dollars, not positive")
    expectancy: Number = Field(description="dollars a trade")
    pnl_r: Number = Field(description="sum of R")
    duration_minutes: int = Field(description="sum")
    updated_at: datetime


class AgentRow(BaseModel):
    """An agent: what it said, and what trades came to that it spoke on.

    A trade's P&L counts for an agent that agreed with its direction, and with its sign turned for one that spoke for
    the contrary.
    """

    agent_name: str
    total_signals: int = Field(description="signals it spoke on")
    approved_signals: int
    rejected_signals: int
    avg_confidence: Number | None = Field(description="0 to 100")
    real: Figures | None = Field(description="of real trades")
    shadow: Figures | None = Field(description="of shadow trades")


class Agents(BaseModel):
    """All agents that have spoken, by name."""

    items: list[AgentRow]


class FiguresRow(Figures):
    """Figures of trades that have something in common."""

    dimension: Dimension
    name: str
    is_shadow: bool


class Performance(BaseModel):
    """An account's figures."""

    items: list[FiguresRow]


async def agents(pool: Pool, *, account_id: str, agent: str | None) -> list[AgentRow]:
    """Return what an account's agents have said and come to, by name. What was said on tests is left out."""
    spoken, figures = await asyncio.gather(
        fetch(
            pool,
            """SELECT a.agent_name, count(*) AS total_signals, round(avg(a.confidence), 2) AS avg_confidence,
                      count(*) FILTER (WHERE d.status = 'approved') AS approved_signals,
                      count(*) FILTER (WHERE d.status = 'rejected') AS rejected_signals
                 FROM agent_decisions AS a LEFT JOIN decisions AS d USING (signal_id)
                WHERE a.account_id = $1 AND ($2::text IS NULL OR a.agent_name = $2) AND d.is_test IS NOT TRUE
                GROUP BY a.agent_name""",
            account_id,
            agent,
        ),
        fetch(
            pool,
            """SELECT * FROM agent_performance
                WHERE account_id = $1 AND ($2::text IS NULL OR agent_name = $2)""",
            account_id,
            agent,
        ),
    )
    silent = {"total_signals": 0, "approved_signals": 0, "rejected_signals": 0, "avg_confidence": None}
    told: dict[str, dict[str, Any]] = {}
    for row in (*figures, *spoken):
        told.setdefault(row["agent_name"], {"agent_name": row["agent_name"], "real": None, "shadow": None, **silent})
    for row in spoken:
        told[row["agent_name"]] |= dict(row)
    for row in figures:
        told[row["agent_name"]]["shadow" if row["is_shadow"] else "real"] = dict(row)
    return [AgentRow.model_validate(told[name]) for name in sorted(told)]


async def performance(pool: Pool, *, account_id: str, dimension: str | None) -> list[FiguresRow]:
    """Return an account's figures by dimension and name."""
    rows = await fetch(
        pool,
        """SELECT * FROM performance_figures WHERE account_id = $1 AND ($2::text IS NULL OR dimension = $2)
            ORDER BY dimension, name, is_shadow""",
        account_id,
        dimension,
    )
    return [FiguresRow.model_validate(dict(row)) for row in rows]


@router.get("/agents/performance", operation_id="get_agents", summary="Agents' performance", response_model=Agents)
async def agents_performance(asking: Asking, request: Request, agent: Agent = None) -> Response:
    """How often agents spoke, how sure they were, and what following them has come to."""
    return exact(Agents(items=await agents(request.app.state.pool, account_id=asking.account_id, agent=agent)))


@router.get("/performance", operation_id="get_performance", summary="Figures", response_model=Performance)
async def account_performance(
    asking: Asking, request: Request, dimension: Annotated[Dimension | None, Query()] = None
) -> Response:
    """Figures of closed trades by regime, entry mode, macro class, engine and exit reason; real and shadow apart."""
    found = await performance(request.app.state.pool, account_id=asking.account_id, dimension=dimension)
    return exact(Performance(items=found))
