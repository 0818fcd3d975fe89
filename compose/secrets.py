"""The secrets of a home: generated once, kept in a file of mode 0600; what the environment sets goes before them."""

import secrets
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from argon2 import PasswordHasher

from compose.private_files import read_private, write_private
from streams.settings import HASHED, Security

FILE = "secrets.json"


@dataclass(frozen=True, slots=True, repr=False)
class HomeSecrets:
    """Everything secret of a running platform.

    webhook_token      the signal token, or its hash where only that was set
    password           of the login; empty when only its hash was set, as nobody here knows it then
    password_hash      argon2
    database_password  of a Postgres started here
    """

    jwt_secret: str
    hmac_secret: str
    webhook_token: str
    webhook_url_id: str
    username: str
    password: str
    password_hash: str
    database_password: str

    @property
    def signal_token(self) -> str:
        """What senders show; empty when only its hash was set."""
        return "" if self.webhook_token.startswith(HASHED) else self.webhook_token


def home_secrets(home: Path, *, security: Security) -> HomeSecrets:
    """Return the secrets of a home, generating those that are neither set nor known; raises OSError, ValueError."""
    file = home / FILE
    kept = read_private(file)
    wanted = {field.name for field in fields(HomeSecrets)}
    if missing := wanted - kept.keys():
        kept |= {name: value for name, value in _generated().items() if name in missing}
        if missing & {"password", "password_hash"}:
            kept["password_hash"] = PasswordHasher().hash(kept["password"])
        write_private(file, kept)
    known = HomeSecrets(**{name: kept[name] for name in wanted})
    chosen_hash = security.password_hash.get_secret_value()
    given = {
        "jwt_secret": security.jwt_secret.get_secret_value(),
        "hmac_secret": security.hmac_secret.get_secret_value(),
        "webhook_token": security.webhook_token.get_secret_value(),
        "webhook_url_id": security.webhook_url_id.get_secret_value(),
        "username": security.username,
        "password_hash": chosen_hash,
    }
    merged = asdict(known) | {name: value for name, value in given.items() if value}
    if chosen_hash:
        merged["password"] = ""
    return HomeSecrets(**merged)


def _generated() -> dict[str, str]:
    return {
        "jwt_secret": secrets.token_urlsafe(48),
        "hmac_secret": secrets.token_hex(32),
        "webhook_token": secrets.token_urlsafe(24),
        "webhook_url_id": secrets.token_urlsafe(18),
        "username": "admin",
        "password": secrets.token_urlsafe(12),
        "database_password": secrets.token_urlsafe(24),
    }
