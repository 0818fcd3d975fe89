from typer.testing import CliRunner

from compose.cli import app
from streams.topics import TOPICS


def test_every_topic_of_the_registry_is_listed() -> None:
    listed = CliRunner().invoke(app, ["topics"], terminal_width=200)
    assert listed.exit_code == 0
    assert [topic.name for topic in TOPICS if topic.name not in listed.output] == []
