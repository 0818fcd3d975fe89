"""Files that only their owner may read."""

import json
import os
from collections.abc import Mapping
from pathlib import Path


def write_private(file: Path, values: Mapping[str, str]) -> None:
    """Write values as JSON to a file of mode 0600, at once: a reader finds the old or the new, never a half."""
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    # the mode is given when the file is made, so that there is no moment at which others could open it
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
        json.dump(dict(values), handle, indent=2)
        handle.write("\n")
        handle.flush()
        os.fsync(handle.fileno())
    draft.replace(file)


def read_private(file: Path) -> dict[str, str]:
    """Return a file's values; empty when there is none. Raises ValueError when it is not what was written."""
    if not file.exists():
        return {}
    found = json.loads(file.read_text())
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise ValueError(f"{file} does not hold texts by name")
    return found
