"""Wall clocks that jump: a preloaded library shifts the clock of one process by what stands in a file."""

import shutil
import struct
import subprocess
from collections.abc import Mapping
from pathlib import Path

SOURCE = Path(__file__).with_name("clock_shim.c")
_NANOS = struct.Struct("=q")


class Clocks:
    """The clocks of a round's processes, by name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._library = _compiled(folder)
        self._ahead: dict[str, float] = {}
        self._jumps: dict[str, float] = {}

    @property
    def may_jump(self) -> bool:
        """Whether there was a C compiler."""
        return self._library is not None

    def environment(self, name: str) -> Mapping[str, str]:
        """Return what a process must be started with so that its clock can be shifted."""
        if self._library is None:
            return {}
        self.shift(name, seconds=0)
        return {"LD_PRELOAD": str(self._library), "CLOCK_SHIFT_FILE": str(self._file(name))}

    def shift(self, name: str, *, seconds: float) -> None:
        """Let a process' wall clock jump so many seconds ahead of where it runs; below 0, behind."""
        self._jumps[name] = seconds
        self._write(name)

    def run_ahead(self, name: str, *, seconds: float) -> None:
        """Have a process' wall clock run so many seconds ahead of the machine's; below 0, behind."""
        self._ahead[name] = seconds
        self._write(name)

    def _write(self, name: str) -> None:
        seconds = self._ahead.get(name, 0) + self._jumps.get(name, 0)
        file = self._file(name)
        with file.open("r+b" if file.exists() else "wb") as shared:  # in place: the process has it mapped
            shared.write(_NANOS.pack(round(seconds * 1_000_000_000)))

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.clock"


def _compiled(folder: Path) -> Path | None:
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        return None
    library = folder / "clock_shim.so"
    arguments = [compiler, "-shared", "-fPIC", "-O2", "-o", str(library), str(SOURCE), "-ldl"]
    done = subprocess.run(arguments, capture_output=True, check=False, timeout=60)
    return library if done.returncode == 0 else None
