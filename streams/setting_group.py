"""What all groups of settings have in common, and how a setting is read."""

from decimal import Decimal
from ipaddress import IPv4Network, IPv6Network
from typing import Annotated, Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

Percent = Annotated[Decimal, Field(ge=0, le=100)]
Share = Annotated[Decimal, Field(gt=0, le=1)]
Provider = Literal["twelvedata", "marketdata", "alpaca"]

Network = IPv4Network | IPv6Network
"""An address, or a range such as 10.0.0.0/8."""
Origin = Annotated[str, Field(pattern=r"^https?://[^\s/*?#@]+$")]
"""Of a page: scheme, host and port. No pattern: each is named."""


def listed(value: object) -> object:
    """Read parts between commas; what is no text is left as it is."""
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def upper_listed(value: object) -> object:
    """Read as `listed` does, in capitals."""
    return listed(value.upper()) if isinstance(value, str) else value


def empty_is_zero(value: object) -> object:
    """Read an empty setting as 0."""
    return 0 if value == "" else value


def empty_is_none(value: object) -> object:
    """Read an empty setting as none."""
    return None if value == "" else value


class Group(BaseSettings):
    """Settings that belong together; frozen, and each known by its alias."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_file_encoding="utf-8", case_sensitive=False)
