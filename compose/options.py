"""What `tapestream run` was asked for, checked before anything starts."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

SESSIONS = Path(__file__).resolve().parent.parent / "streams" / "feeds" / "sessions"


class BadOption(Exception):
    """An option or setting is bad; the text names it and says what would do."""


@dataclass(frozen=True, slots=True)
class Feed:
    """Where prices come from; `name` is a recorded session's, or a simulated market's ticks a second."""

    kind: Literal["replay", "simulated", "alpaca", "none"]
    name: str = ""


@dataclass(frozen=True, slots=True)
class RunOptions:
    """The options of `tapestream run`.

    port   None takes PORT, 0 picks a free one and keeps it for the home
    speed  tape seconds a second, or `max`
    clock  None follows CLOCK where that is set, else the feed
    demo   whether a replay posts the alerts of its script
    """

    home: Path
    port: int | None
    workers: int
    feed: Feed
    speed: str
    clock: Literal["tape", "wall"] | None
    demo: bool


def recorded_sessions(folder: Path = SESSIONS) -> tuple[str, ...]:
    """Return the names of the recorded sessions that ship with the project."""
    return tuple(sorted(found.name for found in folder.iterdir() if found.is_dir() and found.name[0] not in "._"))


def feed_of(text: str) -> Feed:
    """Return the feed that `replay:NAME`, `simulated[:RATE]`, `alpaca` or `none` names; raises BadOption."""
    kind, _, name = text.partition(":")
    if kind == "replay":
        known = recorded_sessions()
        if name not in known:
            choices = ", ".join(f"replay:{session}" for session in known)
            raise BadOption(f"--feed: there is no recorded session {name!r}; there are {choices}")
        return Feed("replay", name)
    if kind == "simulated":
        return Feed("simulated", _rate(name) if name else "")
    if text == "alpaca":
        return Feed("alpaca")
    if text == "none":
        return Feed("none")
    raise BadOption(f"--feed: {text!r} is none of replay:NAME, simulated[:RATE], alpaca, none")


def _rate(text: str) -> str:
    try:
        good = 0 < float(text) < float("inf")
    except ValueError:
        good = False
    if not good:
        raise BadOption(f"--feed: simulated:{text} is no number of ticks a second above 0")
    return text


def speed_of(text: str) -> str:
    """Return a speed as the feed takes it: a number above 0, or `max`; raises BadOption."""
    try:
        good = text == "max" or 0 < float(text) < float("inf")
    except ValueError:
        good = False
    if not good:
        raise BadOption(f"--speed: {text!r} is neither max nor a number above 0")
    return text


def clock_of(text: str | None) -> Literal["tape", "wall"] | None:
    """Return a clock; raises BadOption."""
    if text == "tape":
        return "tape"
    if text == "wall":
        return "wall"
    if text is None:
        return None
    raise BadOption(f"--clock: {text!r} is neither tape nor wall")


def first_symbol(feed: Feed, *, symbols: tuple[str, ...]) -> str:
    """Return a symbol that the feed has prices of, for the example alert."""
    if feed.kind == "replay":
        return feed.name.partition("-")[0].upper()
    return symbols[0] if symbols else "SPY"
