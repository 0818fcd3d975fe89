"""The examples that are printed are alerts that the platform takes."""

import json
import shlex

from api.tradingview import tradingview_message
from compose.alert import alert_body, curl_command
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
