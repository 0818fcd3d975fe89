"""An executor as a process of its own, with little patience: settings from the environment, as `sinks.executor`."""

from sinks import executor
from sinks.process import run
from streams.settings import Settings
from tests.brokers.executor_at_work import PATIENCE


async def trade(settings: Settings) -> None:
    broker = executor.alpaca(settings)
    try:
        group = executor.group_of(settings.risk.account_id)
        await executor.trade(settings, broker=broker, group=group, patience=PATIENCE)
    finally:
        broker.close()


if __name__ == "__main__":
    run("executor", trade)
