"""A publisher whose messages wait in the producer, under a lease. Run with `python -m tests.streams.slow_publisher`.

Arguments: bootstrap servers, topic, key, seconds that a message waits, seconds of a session.
"""

import asyncio
import sys

from streams.lease import Lease
from streams.publisher import Publisher


async def main(servers: str, topic: str, key: str, waits_s: float, session_s: float) -> None:
    lease = Lease(session_s)
    async with Publisher(servers, linger_ms=int(waits_s * 1000), guard=lease.check) as publisher:
        lease.check()
        future = await publisher.send_encoded(topic, key=key, value=b"late", partition=0, headers=[])
        print("handed over", flush=True)  # noqa: T201 -- whoever started it waits for this line
        await future


if __name__ == "__main__":
    servers, topic, key, waits_s, session_s = sys.argv[1:6]
    asyncio.run(main(servers, topic, key, float(waits_s), float(session_s)))
