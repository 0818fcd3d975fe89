"""What has to be done once before a service starts, as a process of its own: it may take long and can be killed.

`python -m compose.prepare kafka|postgres FOLDER`, or `migrations` with DATABASE_URL set.
"""

import os
import sys
from pathlib import Path

from compose import kafka, postgres
from compose.kafka_jars import JarsUnavailable, fetch_jars


def main() -> None:
    """Prepare what the first argument names; exits with a text when it cannot be done."""
    try:
        match sys.argv[1:]:
            case ["jars"]:
                fetch_jars()
            case ["kafka", folder]:
                kafka.prepare(Path(folder))
            case ["postgres", folder]:
                postgres.prepare(Path(folder), password=os.environ["POSTGRES_PASSWORD"])
            case ["migrations"]:
                from sinks.database import migrate

                migrate(os.environ["DATABASE_URL"])
            case _:
                sys.exit(__doc__)
    except (JarsUnavailable, kafka.KafkaNotStarted, postgres.PostgresNotStarted) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
