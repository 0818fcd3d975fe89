"""Replays a recorded session in lockstep with its alerts, so that a recorded day has one result at any speed.

The feed keeps no state of its own: what it left in Kafka says how far it came, and a restart goes on from there.
Alerts, bias states and boundaries that it may have sent already go out again under the same ids.
"""

import argparse
import asyncio
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from schemas.event import from_micros, to_micros
from schemas.market import MarketContextReceived
from streams import logs, metrics
from streams.boundaries import MINUTE, floor_minute, tell
from streams.feeds.chain import chain_payload
from streams.feeds.framing import Framer
from streams.feeds.lockstep import Progress, progress_of, settled
from streams.feeds.pace import Pace
from streams.feeds.plan import Boundaries, Plan, Post, Stretch, plan_of
from streams.feeds.posting import Poster, api_url, poster
from streams.feeds.recorded import RecordedSession, SessionUnavailable, facts_of, open_session, ticks_of
from streams.feeds.resume import Reached, newest_on_tape, newest_ticks, ordinals_of, reached_by, tape_has_expired
from streams.feeds.script import script_of
from streams.feeds.warm_up import warm_up
from streams.publisher import Publisher
from streams.readiness import ready
from streams.sessions import SessionCalendar
from streams.settings import InvalidSettings, Settings, load_settings
from streams.stopping import run_until_stopped
from streams.tail import newest_times, reader
from streams.topics import CLOCK, MARKET_CONTEXT, PARTITIONS

_log = logs.logger(__name__)


@dataclass(frozen=True, slots=True)
class Lines:
    """What a replay talks to."""

    publisher: Publisher
    framer: Framer
    progress: Progress
    poster: Poster


def source_of(session: RecordedSession) -> str:
    """Return the source that a session's frames and boundaries name."""
    return f"feeds/{session.name}"


def plan_for(session: RecordedSession, *, demo: bool) -> Plan:
    """Return the whole replay of a session, with its script's posts when `demo`; raises SessionUnavailable."""
    ticks = ticks_of(session)
    return plan_of(
        ticks,
        sessions=SessionCalendar(session.manifest.calendar),
        source=source_of(session),
        chain=chain_payload(session.underlying, facts_of(session), at=floor_minute(from_micros(ticks[0].at))),
        script=script_of(session).steps if demo else (),
    )


async def run(settings: Settings, *, session: RecordedSession, speed: float | None, demo: bool) -> None:
    """Replay a session, or the rest of it, then stay idle until cancelled.

    raises   NotSettled, ApiUnavailable, PostRefused, TapeDiffers, aiokafka.errors.KafkaError
    """
    servers, source = settings.kafka.bootstrap_servers, source_of(session)
    plan = plan_for(session, demo=demo)
    async with (
        progress_of(servers) as progress,
        reader(servers) as consumer,
        poster(settings, api_url=api_url()) as line,
        Publisher(servers, client_id="replay") as publisher,
    ):
        # whatever a killed run still had on its way is in Kafka once the workers are through with it
        await settled(progress)
        told = await newest_times(consumer, CLOCK, source=source)
        reached = reached_by(plan.ticks, await newest_ticks(consumer, source=source))
        if (reason := await _reason_to_rest(consumer, plan, reached, told)) is not None:
            _log.warning("nothing is replayed", session=session.name, reason=reason)
            ready()
        else:
            _log.info("replaying", session=session.name, ticks=len(plan.ticks), from_tick=reached.position, speed=speed)
            async with Framer(publisher, source=source) as framer:
                await perform(
                    plan,
                    Lines(publisher, framer, progress, line),
                    reached=reached,
                    told=told,
                    pace=Pace(speed, free_until=_before_open(plan, session)),
                    on_streaming=ready,
                    history=warm_up(session, at=floor_minute(from_micros(plan.ticks[0].at)), source=source),
                )
            _log.info("the session is complete", session=session.name, ticks_sent=framer.ticks_sent)
        await asyncio.Event().wait()


async def perform(
    plan: Plan,
    lines: Lines,
    *,
    reached: Reached,
    told: dict[int, datetime],
    pace: Pace,
    on_streaming: Callable[[], None],
    history: Sequence[MarketContextReceived] = (),
) -> None:
    """Do what is left of a plan.

    told          by partition, the newest boundary that is on clock.v1
    on_streaming  called before the first tick is sent
    history       published before anything else, as long as no tick has been sent
    """
    for event in () if reached.sent else history:
        await lines.publisher.publish(MARKET_CONTEXT, event, key=event.symbol)
    ordinals = ordinals_of(plan.ticks)
    for shard, count in reached.sent.items():
        lines.framer.begin_at(shard, ordinal=count)
    streaming = False
    for part in plan.parts:
        if isinstance(part, Stretch):
            if not streaming:
                streaming = True
                on_streaming()
            async for ticks in pace.due(reached.left_of(part, ordinals)):
                await lines.framer.offer(ticks)
        elif part.position >= reached.position:
            await lines.framer.flush()
            await settled(lines.progress)
            await _step(part, lines, told=told, pace=pace)
            await settled(lines.progress)
            pace.restart()
    await lines.framer.flush()


async def _step(part: Boundaries | Post, lines: Lines, *, told: dict[int, datetime], pace: Pace) -> None:
    match part:
        case Boundaries(events=events):
            # only time passes between them, so the workers need not be waited for after each
            for event in events:
                await pace.until(to_micros(event.occurred_at))
                await tell(lines.publisher, event, told=told)
        case Post(path=path, payload=payload):
            status = await lines.poster.post(path, payload)
            _log.info("posted", path=path, at=payload.get("timestamp"), status=status)


async def _reason_to_rest(consumer: Any, plan: Plan, reached: Reached, told: dict[int, datetime]) -> str | None:
    """Why this home's tape has no room for the session, or None when it has."""
    if len(told) == PARTITIONS and min(told.values()) >= plan.ends_at:
        return "it is complete; a new home replays it again"
    if reached.sent:
        return None
    begins = floor_minute(from_micros(plan.ticks[0].at))
    newest = await newest_on_tape(consumer)
    if newest is not None and newest > begins:
        return f"the tape of this home has reached {newest.isoformat()}, and never goes back; use a new home"
    if await tape_has_expired(consumer):
        return "this home's tape is older than what Kafka keeps, so how far it came is not known; use a new home"
    return None


def _before_open(plan: Plan, session: RecordedSession) -> int:
    """The minute before the open, UTC microseconds; nobody wants to sit through the quiet before it."""
    sessions = SessionCalendar(session.manifest.calendar)
    opens_at = sessions.trading_day(sessions.local_date(from_micros(plan.ticks[0].at))).open_at
    return 0 if opens_at is None else to_micros(opens_at - MINUTE)


def _speed(text: str) -> float | None:
    if text == "max":
        return None
    speed = float(text)
    if not speed > 0:
        raise argparse.ArgumentTypeError(f"{text} is not above 0")
    return speed


def main() -> None:
    """Run until SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m streams.feeds.replay", description=__doc__)
    parser.add_argument("--session", required=True, help="a folder of streams/feeds/sessions, e.g. spx-2021-01-04")
    parser.add_argument("--speed", type=_speed, default=60.0, help="tape seconds a second, or max")
    parser.add_argument("--no-demo", action="store_true", help="post no alerts and no bias of our own")
    arguments = parser.parse_args()
    try:
        settings = load_settings()
        logs.configure(settings.server.log_level, process="replay")
        metrics.serve(settings.server.metrics_host, settings.server.metrics_port)
        session = open_session(arguments.session)
    except (InvalidSettings, SessionUnavailable) as error:
        sys.exit(str(error))
    if not api_url():
        sys.exit("API_URL: a replay posts its chain and alerts to the API")
    run_until_stopped(run(settings, session=session, speed=arguments.speed, demo=not arguments.no_demo))


if __name__ == "__main__":
    main()
