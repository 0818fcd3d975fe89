"""The block that `tapestream run` prints once all is ready."""

from rich.console import Console
from rich.text import Text

from api.tradingview import tradingview_message
from compose.alert import alert_body, curl_command
from compose.options import first_symbol
from compose.platform import Ready
from compose.postgres import without_password

BROKERS = {
    "given": "as set",
    "java": "Apache Kafka, started here",
    "mock": "mock cluster, in memory: nothing on Kafka outlives it",
}


def print_ready(console: Console, ready: Ready) -> None:
    """Print where everything listens, how to log in and how to send an alert."""
    options, secrets = ready.options, ready.secrets
    symbol = first_symbol(options.feed, symbols=ready.settings.feeds.symbols)
    body = alert_body(symbol=symbol, direction="long", timeframe="5m", confidence=75, is_test=True)
    feed = {"replay": f"replay of {options.feed.name} at speed {options.speed}"}.get(
        options.feed.kind, options.feed.kind
    )
    rows = {
        "dashboard, API": ready.api_url,
        "login": f"{secrets.username} / {secrets.password or '(the password of TAPESTREAM_PASSWORD_HASH)'}",
        "Kafka": f"{ready.bootstrap_servers}  ({BROKERS[ready.broker]})",
        "Postgres": without_password(ready.database_url),
        "prices": feed,
        "home": f"{options.home}  (endpoints.json has all of this, logs/ what each process says)",
    }
    console.rule("[bold green]Tapestream is ready")
    for name, value in rows.items():
        _line(console, Text(f"{name:<15}", style="bold") + Text(value))
    for title, text in (
        ("Send a test alert:", curl_command(ready.api_url, body, token=secrets.webhook_token)),
        (
            f"From TradingView, webhook URL {ready.webhook_url}, message:",
            tradingview_message(token=secrets.webhook_token),
        ),
    ):
        _line(console, Text(f"\n{title}", style="bold"))
        _line(console, Text(text))
    console.rule("[dim]Ctrl-C stops everything; the same home goes on where it was")


def _line(console: Console, text: Text) -> None:
    # not wrapped: what is copied must be one line
    console.print(text, soft_wrap=True, highlight=False)
