"""The bounds that are told are those that are held."""

from decimal import Decimal

import pytest
from pydantic import BaseModel, ValidationError

from api.rule_bounds import bounds_of
from schemas.controls import ExitRulesControl, RiskLimitsControl

FORMS: tuple[type[BaseModel], ...] = (RiskLimitsControl, ExitRulesControl)


@pytest.mark.parametrize("form", FORMS)
def test_what_is_within_is_taken_and_what_is_beyond_is_refused(form: type[BaseModel]) -> None:
    for field, bounds in bounds_of(form).items():
        least, most = bounds.minimum, bounds.maximum
        assert least is not None, field
        assert is_taken(form, field, least) != bounds.is_above_minimum, field
        assert not is_taken(form, field, least - 1), field
        assert is_taken(form, field, least + 1), field
        assert is_taken(form, field, most if most is not None else Decimal(10**9)), field
        assert is_taken(form, field, least + Decimal("0.5")) != bounds.is_whole, field
        if most is not None:
            assert not is_taken(form, field, most + 1), field


@pytest.mark.parametrize("form", FORMS)
def test_each_number_has_them(form: type[BaseModel]) -> None:
    switches = {name for name in form.model_fields if is_taken(form, name, True)}
    assert switches | set(bounds_of(form)) == set(form.model_fields)


def is_taken(form: type[BaseModel], field: str, value: Decimal | bool) -> bool:
    try:
        form.model_validate({field: value}, strict=isinstance(value, bool))
    except ValidationError:
        return False
    return True
