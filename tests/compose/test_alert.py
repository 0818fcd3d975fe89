"""The examples that are printed are alerts that the platform takes."""

import json
import shlex
import threading
from datetime import UTC, datetime, timedelta
from email.message import Message
from http.server import BaseHTTPRequestHandler, HTTPServer

from api.signatures import Shown, is_signed, shown_in
from api.tradingview import tradingview_message
from compose.alert import alert_body, curl_command, send
from compose.options import Feed, first_symbol


def test_the_curl_command_carries_one_json_body_with_the_token() -> None:
    body = alert_body(symbol="spx", direction="long", timeframe="5m", is_test=True)
    words = shlex.split(curl_command("http://127.0.0.1:1", body, token="it's"))
    assert words[2] == "http://127.0.0.1:1/webhook"
    assert json.loads(words[-1]) == {
        "symbol": "SPX",
        "direction": "long",
        "timeframe": "5m",
        "is_test": True,
        "secret": "it's",
    }


def test_the_tradingview_message_is_json_once_its_fields_are_filled_in() -> None:
    message = tradingview_message(token='a"b')
    filled = {"{{ticker}}": "SPX", "{{interval}}": "5", "{{close}}": "3700.65", "{{timenow}}": "2021-01-04T14:30:00Z"}
    for field, value in filled.items():
        assert field in message
        message = message.replace(field, value)
    assert json.loads(message) == {
        "symbol": "SPX",
        "direction": "long",
        "timeframe": "5",
        "price": 3700.65,
        "timestamp": "2021-01-04T14:30:00Z",
        "secret": 'a"b',
    }


def test_the_example_names_a_symbol_that_has_prices() -> None:
    assert first_symbol(Feed("replay", "twx-2014-06-05"), symbols=("SPY",)) == "TWX"
    assert first_symbol(Feed("simulated"), symbols=("QQQ", "SPY")) == "QQQ"
    assert first_symbol(Feed("none"), symbols=()) == "SPY"


def test_each_alert_is_signed_under_a_name_and_a_time_of_its_own() -> None:
    seen: list[tuple[Message, bytes]] = []

    class Listening(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            seen.append((self.headers, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

    body = alert_body(symbol="spx", direction="long", timeframe="5m", is_test=True)
    with HTTPServer(("127.0.0.1", 0), Listening) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            for _ in range(2):
                assert send(f"http://127.0.0.1:{server.server_port}", body, hmac_secret="a secret") == (200, "")
        finally:
            server.shutdown()
            thread.join()
    now = datetime.now(UTC)
    shown = [shown_in({name.lower(): value for name, value in headers.items()}) for headers, _ in seen]
    assert shown[0].id != shown[1].id
    for each, (_, raw) in zip(shown, seen, strict=True):
        assert is_signed(raw, shown=each, secret="a secret", at=now)
        assert not is_signed(raw, shown=each, secret="a secret", at=now + timedelta(seconds=400))
        assert not is_signed(raw, shown=Shown(each.signature), secret="a secret", at=now)
