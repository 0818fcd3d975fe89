from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import BaseModel

from api import (
    account_history,
    agents,
    bias_summary,
    control_changes,
    dashboard_metrics,
    decisions,
    intel,
    latencies,
    monitoring,
    order_history,
    performance_summary,
    position_chart,
    positioning,
    positions,
    prometheus,
    signal_list,
    trades,
    underlyings,
    webhook_endpoints,
    webhook_events,
)
from api.order_history import EXAMPLE as ORDER_EXAMPLE
from api.orders import OrderRow
from api.server import create_app
from tests.api.serving import settings

ROUTERS = (
    account_history,
    agents,
    bias_summary,
    control_changes,
    dashboard_metrics,
    decisions,
    intel,
    latencies,
    monitoring,
    order_history,
    performance_summary,
    position_chart,
    positioning,
    positions,
    signal_list,
    trades,
    underlyings,
    webhook_endpoints,
    webhook_events,
)


def answers() -> Iterator[type[BaseModel]]:
    """Yield what these routes answer with; of a page, its rows."""
    for module in ROUTERS:
        for route in module.router.routes:
            assert isinstance(route, APIRoute)
            model: Any = route.response_model
            arguments = model.__pydantic_generic_metadata__["args"]
            yield arguments[0] if arguments else model


@pytest.mark.parametrize("model", [model for model in dict.fromkeys(answers()) if model is not OrderRow])
def test_each_answer_has_an_example_that_is_one(model: type[BaseModel]) -> None:
    extra = model.model_config["json_schema_extra"]
    assert isinstance(extra, dict)
    examples: Any = extra["examples"]
    assert examples
    for example in examples:
        read = model.model_validate(example)
        # nothing in it that the answer has not
        assert set(example) <= set(type(read).model_fields)


def test_the_example_of_an_order_is_one() -> None:
    assert OrderRow.model_validate(ORDER_EXAMPLE).status == "filled"


@pytest.fixture(scope="module")
def app() -> FastAPI:
    return create_app(settings())


def test_each_route_says_what_it_is_and_what_it_may_answer(app: FastAPI) -> None:
    document = app.openapi()
    for module in (*ROUTERS, prometheus):
        for route in module.router.routes:
            assert isinstance(route, APIRoute)
            assert route.methods
            (method,) = route.methods
            operation = document["paths"][route.path][method.lower()]
            assert operation["summary"]
            assert operation["description"]
            assert {"200", "401", "403", "503"} <= set(operation["responses"])
            if "{" in route.path:
                assert {"404", "422"} <= set(operation["responses"])
