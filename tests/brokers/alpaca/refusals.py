"""Refusals, with the codes and words that Alpaca uses."""


class Refused(Exception):
    """A request that is answered with an error: `{"code": ..., "message": ..., ...}`."""

    def __init__(self, status: int, code: int, message: str, **further: str) -> None:
        super().__init__(message)
        self.status = status
        self.body: dict[str, object] = {"code": code, "message": message, **further}


def malformed(message: str) -> Refused:
    """A request that could not be read."""
    return Refused(422, 40010001, message)


def unprocessable(message: str) -> Refused:
    """A request that was read and makes no sense for this account, asset or order."""
    return Refused(422, 42210000, message)


def forbidden(message: str, code: int = 40310000, **further: str) -> Refused:
    """An order that the account may not place."""
    return Refused(403, code, message, **further)


def day_trade() -> Refused:
    """The refusal of an order that pattern day trading protection stops."""
    return forbidden("trade denied due to pattern day trading protection", 40310100)


def not_found(message: str) -> Refused:
    return Refused(404, 40410000, message)
