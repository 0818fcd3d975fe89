"""Stored samples of every version of every record; `python -m tests.schemas.golden_samples` adds what is missing.

A sample is what Kafka may still hold, so one that is there is never written again.
"""

import json
import sys
from pathlib import Path
from typing import Any

from schemas import catalogue
from schemas.codec import decode, encode
from tests.schemas.specimens import specimens

FOLDER = Path(__file__).parent / "golden"


def samples() -> list[Path]:
    """Return the stored samples, `<Name>.v<n>.bin` each, with its fields in the .json of the same name."""
    return sorted(FOLDER.glob("*.bin"))


def plain(value: Any) -> Any:
    """Return a record's fields as JSON holds them; bytes as hexadecimal digits."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value if isinstance(value, bool | int | float | None) else str(value)


def add(folder: Path = FOLDER) -> list[str]:
    """Store a sample of each record's newest version unless there is one, and return what was stored."""
    folder.mkdir(exist_ok=True)
    added = []
    for name, record in specimens().items():
        key = f"{name}.v{catalogue.newest(name).version}"
        if (folder / f"{key}.bin").exists():
            continue
        value = encode(record)
        # read again, as a default may have fewer decimals than what Avro stores of it
        fields = plain(decode(type(record), value).model_dump())
        (folder / f"{key}.bin").write_bytes(value)
        (folder / f"{key}.json").write_text(json.dumps(fields, indent=2, ensure_ascii=False) + "\n")
        added.append(key)
    return added


if __name__ == "__main__":
    sys.stdout.write("".join(f"added {key}\n" for key in add()))
