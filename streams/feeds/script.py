"""A session's script: the alerts and bias snapshots that are posted while it is replayed.

A bias snapshot of the same instant goes before each alert. It brings the API's tape clock to that instant, so that the
alert is stamped with it however far the API itself has read the tape.
"""

from datetime import UTC
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue, ValidationError, model_validator

from streams.feeds.chain import iso
from streams.feeds.posting import ALERT_PATH, BIAS_PATH, Payload
from streams.feeds.recorded import RecordedSession, SessionUnavailable

_PATHS = {"alert": ALERT_PATH, "bias": BIAS_PATH}


class ScriptedPost(BaseModel):
    """Something to post once the tape has reached `at`. The payload's timestamp is that instant."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: AwareDatetime
    kind: Literal["alert", "bias"]
    payload: dict[str, JsonValue]

    @property
    def path(self) -> str:
        return _PATHS[self.kind]

    def body(self) -> Payload:
        """Return what is posted."""
        return {**self.payload, "timestamp": iso(self.at.astimezone(UTC))}


class Script(BaseModel):
    """Posts in the order of their instants."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    steps: Annotated[tuple[ScriptedPost, ...], Field(max_length=1_000)] = ()

    @model_validator(mode="after")
    def _in_order(self) -> "Script":
        instants = [step.at for step in self.steps]
        if instants != sorted(instants):
            raise ValueError("steps: not in the order of their instants")
        return self


def script_of(session: RecordedSession) -> Script:
    """Return the script in the session's folder; raises SessionUnavailable."""
    try:
        return Script.model_validate_json((session.folder / "script.json").read_bytes())
    except (OSError, ValidationError) as error:
        raise SessionUnavailable(f"{session.name}/script.json: {error}") from error
