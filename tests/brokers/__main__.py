"""`python -m tests.brokers --orders 1000`: orders at the fake broker, everything going wrong, the executor killed."""

import argparse
import asyncio
import contextlib
import tempfile
from pathlib import Path

from compose import postgres
from compose.shared import shared
from compose.topic_admin import ensure_topics
from sinks.database import migrate
from tests.brokers.alpaca.running import fake_alpaca
from tests.brokers.many_orders import carry_out


def main() -> int:
    """Print what became of the orders; returns 1 when one was doubled or lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=6)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        folder.chmod(0o755)
        kafka = stack.enter_context(shared("kafka", folder))
        address = postgres.at_database(stack.enter_context(shared("postgres", folder)), "orders")
        fake = stack.enter_context(fake_alpaca(folder, rate_limit=0, most_connections=0, cash="1000000000"))
        asyncio.run(ensure_topics(kafka))
        asyncio.run(postgres.ensure_database(address))
        migrate(address)
        outcome = asyncio.run(
            carry_out(fake, kafka, address, orders=wanted.orders, kills=wanted.kills, seed=wanted.seed, folder=folder)
        )
    print(outcome)  # noqa: T201 -- it is what was asked for
    return 1 if outcome.doubled or outcome.lost else 0


if __name__ == "__main__":
    raise SystemExit(main())
