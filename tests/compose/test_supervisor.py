"""Children are started in order, kept running, and stopped in order; fake ones, but real processes."""

import asyncio
import os
import signal
import sys
import textwrap
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from compose.notify import listening
from compose.processes import Command
from compose.supervisor import Child, ChildFailed, Supervisor

READY = "from streams.readiness import ready\nready()\n"
SLEEP = "import time\ntime.sleep(60)\n"
DEADLINE_S = 20.0


def python(script: str) -> Command:
    return Command(arguments=(sys.executable, "-c", textwrap.dedent(script)), environment=dict(os.environ))


def writes(word: str, file: Path) -> str:
    return f"open({str(file)!r}, 'a').write({word + ' '!r})\n"


async def until(condition: Callable[[], bool], *, deadline_s: float = DEADLINE_S) -> None:
    async with asyncio.timeout(deadline_s):
        while not condition():  # noqa: ASYNC110 - the effect is outside this process
            await asyncio.sleep(0.02)


class Told(list[tuple[str, str]]):
    """What the supervisor said."""

    def __call__(self, name: str, text: str) -> None:
        self.append((name, text))

    def about(self, name: str) -> str:
        return "\n".join(text for about, text in self if about == name)


@pytest.fixture
def told() -> Told:
    return Told()


@asynccontextmanager
async def supervising(folder: Path, told: Told) -> AsyncIterator[Supervisor]:
    with listening() as line:
        async with Supervisor(logs=folder / "logs", say=told, line=line) as supervisor:
            yield supervisor


async def test_children_spawn_in_order_and_are_awaited_until_they_say_they_are_ready(
    tmp_path: Path, told: Told
) -> None:
    file = tmp_path / "order"
    slow = python("import time\ntime.sleep(0.3)\n" + writes("slow", file) + READY + SLEEP)
    quick = python(writes("quick", file) + READY + SLEEP)
    async with supervising(tmp_path, told) as supervisor:
        await supervisor.start([Child("slow", slow)])
        assert file.read_text() == "slow "
        await supervisor.start([Child("quick", quick)])
        assert file.read_text() == "slow quick "
        pids = [supervisor.pid_of("slow"), supervisor.pid_of("quick")]
    assert not any(pid is not None and _alive(pid) for pid in pids)


async def test_a_child_that_dies_is_started_again_later_each_time(tmp_path: Path, told: Told) -> None:
    async with supervising(tmp_path, told) as supervisor:
        await supervisor.start([Child("feed", python(READY + SLEEP))])
        for wait in ("0.5", "1"):
            before = supervisor.pid_of("feed")
            assert before is not None
            os.kill(before, signal.SIGKILL)
            await until(lambda: told[-1:] == [("feed", "is ready again")])
            assert f"ended by signal 9; starting it again in {wait} s" in told.about("feed")
            assert supervisor.pid_of("feed") not in (None, before)
            told.append(("test", "next"))


async def test_a_child_that_never_gets_ready_is_given_up_with_the_end_of_its_log(tmp_path: Path, told: Told) -> None:
    async with supervising(tmp_path, told) as supervisor:
        with pytest.raises(ChildFailed, match=r"(?s)api ended with code 3 .*api\.log.*port is taken"):
            await supervisor.start([Child("api", python("print('port is taken')\nraise SystemExit(3)"))])
    assert told.about("api").count("starting it again") == 2


async def test_a_child_that_hangs_while_it_starts_is_killed_and_tried_again(tmp_path: Path, told: Told) -> None:
    file = tmp_path / "tries"
    script = (
        f"import os\nagain = os.path.exists({str(file)!r})\n" + writes("x", file) + f"if again:\n    {READY.strip()}"
    )
    hangs_once = python(script.replace("\nready()", "\n    ready()") + "\n" + SLEEP)
    async with supervising(tmp_path, told) as supervisor:
        await supervisor.start([Child("worker-0", hangs_once, start_deadline_s=3)])
        assert "was not ready within 3 s" in told.about("worker-0")


async def test_a_finite_child_may_end(tmp_path: Path, told: Told) -> None:
    async with supervising(tmp_path, told) as supervisor:
        await supervisor.start([Child("feed", python(READY), finite=True)])
        await until(lambda: ("feed", "has finished") in told)


async def test_the_loss_of_a_child_that_cannot_be_replaced_is_told(tmp_path: Path, told: Told) -> None:
    async with supervising(tmp_path, told) as supervisor:
        await supervisor.start([Child("kafka", python(READY + "import time; time.sleep(0.3)"), replaceable=False)])
        async with asyncio.timeout(DEADLINE_S):
            with pytest.raises(ChildFailed, match="kafka ended with code 0"):
                await supervisor.lost


async def test_children_stop_in_the_order_asked_for(tmp_path: Path, told: Told) -> None:
    file = tmp_path / "stopped"
    names = ["kafka", "worker-0", "api"]
    async with supervising(tmp_path, told) as supervisor:
        for name in names:
            handler = (
                f"import signal, sys, time\ndef end(*_):\n    time.sleep(0.1)\n    {writes(name, file)}    sys.exit()\n"
            )
            await supervisor.start([Child(name, python(handler + "signal.signal(15, end)\n" + READY + SLEEP))])
        await supervisor.stop([["api"], ["worker-0"]])
        assert file.read_text() == "api worker-0 kafka "
    assert told == []


async def test_a_child_that_ignores_the_signal_is_killed_at_its_deadline(tmp_path: Path, told: Told) -> None:
    deaf = python("import signal\nsignal.signal(15, signal.SIG_IGN)\n" + READY + SLEEP)
    async with supervising(tmp_path, told) as supervisor:
        await supervisor.start([Child("worker-0", deaf, stop_deadline_s=0.3)])
        pid = supervisor.pid_of("worker-0")
        async with asyncio.timeout(5):
            await supervisor.stop([["worker-0"]])
        assert pid is not None
        assert not _alive(pid)
    assert told == [("worker-0", "did not stop within 0.3 s and was killed")]


async def test_what_a_child_has_started_ends_with_it(tmp_path: Path, told: Told) -> None:
    file = tmp_path / "pid"
    script = f"import subprocess\np = subprocess.Popen(['sleep', '60'])\nopen({str(file)!r}, 'w').write(str(p.pid))\n"
    async with supervising(tmp_path, told) as supervisor:
        await supervisor.start([Child("feed", python(script + READY + SLEEP))])
        grandchild = int(file.read_text())
        await supervisor.stop([["feed"]])
    await until(lambda: not _alive(grandchild))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of their parent's death")
async def test_children_end_when_the_supervisor_is_killed(tmp_path: Path) -> None:
    file = tmp_path / "pid"
    supervisor = f"""
        import subprocess, sys, time
        from pathlib import Path
        from compose.processes import Command, spawn
        child = spawn(Command(arguments=("sleep", "60")), log=Path({str(tmp_path / "log")!r}))
        Path({str(file)!r}).write_text(str(child.pid))
        time.sleep(60)
    """
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", textwrap.dedent(supervisor))
    try:
        await until(lambda: file.exists() and file.read_text() != "")
        child = int(file.read_text())
        assert _alive(child)
        process.kill()
        await until(lambda: not _alive(child))
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        # what nobody has waited for yet is there, but no longer runs
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except ProcessLookupError:
        return False
    except FileNotFoundError:
        return sys.platform != "linux"
