"""What the account at a glance looks like."""

from typing import Any

EXAMPLE: dict[str, Any] = {
    "at": "2026-02-13T16:31:00Z",
    "period": "1M",
    "account": {
        "net_liquidation": 101818.00,
        "cash": 98416.00,
        "equity": 101584.00,
        "opening_equity": 100000.00,
        "realized_pnl": 1584.00,
        "unrealized_pnl": 234.00,
        "market_value": 3402.00,
        "unmarked_positions": 0,
        "day": "2026-02-13",
        "day_realized_pnl": 1584.00,
        "day_trades": 2,
        "is_halted": False,
        "broker_equity": None,
        "broker_cash": None,
    },
    "all_time": {"trades": 41, "wins": 24, "win_rate": 58.5366, "pnl": 1584.00, "profit_factor": 1.4211},
    "in_period": {"trades": 9, "wins": 6, "win_rate": 66.6667, "pnl": 812.50, "profit_factor": 1.8034},
    "active_positions": 1,
    "working_orders": 0,
    "exposure": 3168.00,
    "limits": [
        {"name": "open_positions", "used": 1, "limit": 5, "used_percent": 20.00, "is_enabled": True},
        {"name": "total_exposure", "used": 3168.00, "limit": 10000, "used_percent": 31.68, "is_enabled": True},
        {"name": "daily_trades", "used": 2, "limit": None, "used_percent": None, "is_enabled": True},
    ],
    "curve": [
        {"at": "2026-01-14T16:31:00Z", "pnl": 771.50},
        {"at": "2026-02-13T16:31:00Z", "pnl": 1584.00},
    ],
    "recent": [
        {
            "kind": "exit",
            "id": "1f2e3d4c-5b6a-5978-8a9b-0c1d2e3f4a09",
            "at": "2026-02-13T16:30:00Z",
            "symbol": "SPY",
            "direction": "long",
            "signal_id": "b1f7c3de-2a55-5a43-9a0c-7d8e6f5a4b03",
            "position_id": "e2d4c6b8-1f3a-5c5d-9e7b-8a6f4d2c0b05",
            "what": "profit_target",
            "quantity": 9,
            "price": 5.28,
            "pnl": 1584.00,
        }
    ],
}
