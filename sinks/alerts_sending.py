"""Sending an alert through apprise, which knows webhooks, mail and chat services by their URLs."""

import asyncio
import logging

SEND_WITHIN_S = 30.0


async def send(urls: str, *, title: str, body: str) -> bool:
    """Send to every URL (parted by commas or blanks); returns whether all took it. Without one there is nothing to do.

    The URLs hold secrets: nothing of them is logged, here or by apprise.
    """
    if not urls.strip():
        return True
    try:
        # apprise blocks
        return await asyncio.wait_for(asyncio.to_thread(_notify, urls, title, body), SEND_WITHIN_S)
    except TimeoutError:
        return False


def are_known(urls: str) -> bool:
    """Return whether each URL is one of a service that apprise knows, and complete."""
    # imported late: it knows more than a hundred services
    import apprise

    logging.getLogger("apprise").setLevel(logging.CRITICAL)
    return not urls.strip() or bool(apprise.Apprise().add(urls))


def _notify(urls: str, title: str, body: str) -> bool:
    import apprise

    logging.getLogger("apprise").setLevel(logging.CRITICAL)
    known = apprise.Apprise()
    return bool(known.add(urls)) and bool(known.notify(title=title, body=body, notify_type=apprise.NotifyType.FAILURE))
