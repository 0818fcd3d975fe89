"""What TradingView is told to send: it fills in what stands in double braces."""

import json


def tradingview_message(*, token: str) -> str:
    """Return the message to paste into an alert of TradingView."""
    return (
        '{"symbol": "{{ticker}}", "direction": "long", "timeframe": "{{interval}}", "price": {{close}}, '
        f'"timestamp": "{{{{timenow}}}}", "secret": {json.dumps(token, ensure_ascii=False)}}}'
    )
