"""The OpenAPI document, without a server: `python -m api.openapi` writes it to standard output."""

import os
import sys

from argon2 import PasswordHasher

from api.exact_json import encode
from api.server import create_app
from streams.settings import load_settings

_NOWHERE = "127.0.0.1:9"
"""The discard port: an app that is only asked what it offers connects to nothing."""

_ENVIRONMENT = {
    "KAFKA_BOOTSTRAP_SERVERS": _NOWHERE,
    "DATABASE_URL": f"postgresql://nobody@{_NOWHERE}/nothing",
    "JWT_SECRET": "nothing is signed with it, long as it is",
    "TAPESTREAM_USERNAME": "nobody",
    "TAPESTREAM_PASSWORD_HASH": PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("nobody logs in"),
}


def main() -> None:
    """Write the document."""
    os.environ.update(_ENVIRONMENT)
    sys.stdout.write(encode(create_app(load_settings(env_file=None)).openapi()) + "\n")


if __name__ == "__main__":
    main()
