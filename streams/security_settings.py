"""Settings that are secrets, and who may show them."""

import re
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, BeforeValidator, Field, SecretStr, model_validator
from pydantic_settings import NoDecode

from streams.setting_group import Group, Network, empty_is_none, listed

HASHED = "sha256:"
_HASH = re.compile(rf"{HASHED}[0-9a-f]{{64}}")


class Security(Group):
    """Secrets. `tapestream run` generates those that are not set, once for each home.

    webhook_token         the signal token, or `sha256:` and its hash in hex: nobody can read it off the settings then
    webhook_token_before  the one before it, in the same forms, taken until a time
    webhook_networks      where the signal token may be shown from; anywhere when empty
    """

    jwt_secret: SecretStr = Field(default=SecretStr(""), alias="JWT_SECRET")
    hmac_secret: SecretStr = Field(default=SecretStr(""), alias="HMAC_SECRET")
    webhook_token: SecretStr = Field(default=SecretStr(""), alias="WEBHOOK_TOKEN")
    webhook_token_before: SecretStr = Field(default=SecretStr(""), alias="WEBHOOK_TOKEN_BEFORE")
    webhook_token_before_until: Annotated[AwareDatetime | None, BeforeValidator(empty_is_none)] = Field(
        default=None, alias="WEBHOOK_TOKEN_BEFORE_UNTIL"
    )
    webhook_networks: Annotated[tuple[Network, ...], NoDecode, BeforeValidator(listed)] = Field(
        default=(), alias="WEBHOOK_NETWORKS"
    )
    webhook_url_id: SecretStr = Field(default=SecretStr(""), alias="WEBHOOK_URL_ID")
    webhook_auth: Literal["required", "none"] = Field(default="required", alias="WEBHOOK_AUTH")
    username: str = Field(default="", alias="TAPESTREAM_USERNAME")
    password_hash: SecretStr = Field(default=SecretStr(""), alias="TAPESTREAM_PASSWORD_HASH")

    @model_validator(mode="after")
    def _long_enough(self) -> Self:
        if 0 < len(self.jwt_secret.get_secret_value()) < 32:
            raise ValueError("JWT_SECRET needs at least 32 characters")
        return self

    @model_validator(mode="after")
    def _tokens_are_whole(self) -> Self:
        tokens = {"WEBHOOK_TOKEN": self.webhook_token, "WEBHOOK_TOKEN_BEFORE": self.webhook_token_before}
        for name, token in tokens.items():
            text = token.get_secret_value()
            if text.startswith(HASHED) and not _HASH.fullmatch(text):
                raise ValueError(f"{name} needs 64 hex digits, in small letters, after {HASHED}")
        if bool(self.webhook_token_before.get_secret_value()) != (self.webhook_token_before_until is not None):
            raise ValueError("WEBHOOK_TOKEN_BEFORE and WEBHOOK_TOKEN_BEFORE_UNTIL are set together")
        return self
