"""The environment of the children: every setting under its own name, as the supervisor read it."""

from decimal import Decimal

from pydantic import SecretStr
from pydantic_settings import BaseSettings

from api.signatures import hashed
from compose.secrets import HomeSecrets
from streams.settings import Security, Settings


def settings_environment(settings: Settings) -> dict[str, str]:
    """Return all settings as environment variables, so that a child restarted later has the same as the others."""
    environment: dict[str, str] = {}
    for group in (getattr(settings, name) for name in type(settings).model_fields):
        assert isinstance(group, BaseSettings)
        for name, field in type(group).model_fields.items():
            environment[field.alias or name.upper()] = _text(getattr(group, name))
    return environment


def secrets_environment(secrets: HomeSecrets, security: Security) -> dict[str, str]:
    """Return the secrets that children need as environment variables.

    The password itself is not among them, nor the signal tokens: their hashes will do.
    """
    return {
        "JWT_SECRET": secrets.jwt_secret,
        "HMAC_SECRET": secrets.hmac_secret,
        "WEBHOOK_TOKEN": hashed(secrets.webhook_token),
        "WEBHOOK_TOKEN_BEFORE": hashed(security.webhook_token_before.get_secret_value()),
        "WEBHOOK_URL_ID": secrets.webhook_url_id,
        "TAPESTREAM_USERNAME": secrets.username,
        "TAPESTREAM_PASSWORD_HASH": secrets.password_hash,
    }


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case SecretStr():
            return value.get_secret_value()
        case bool():
            return "true" if value else "false"
        case tuple():
            return ",".join(map(str, value))
        case Decimal():
            return format(value, "f")
        case _:
            return str(value)
