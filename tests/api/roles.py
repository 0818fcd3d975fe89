"""Callers of other roles and accounts than the login of the tests has."""

from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import FastAPI

from api import auth
from api.auth import PERMISSIONS, Caller, Role


@contextmanager
def asked_as(app: FastAPI, role: Role, *, account_id: str = "paper", username: str = "") -> Iterator[Caller]:
    """Have an app take every request for one of a caller."""
    who = Caller(username or f"a {role}", account_id, role, PERMISSIONS[role])
    before = dict(app.dependency_overrides)
    app.dependency_overrides[auth.caller] = lambda: who
    try:
        yield who
    finally:
        app.dependency_overrides = before
