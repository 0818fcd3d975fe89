"""Hypothesis as `HYPOTHESIS_PROFILE` wants it."""

import os

from hypothesis import Phase, settings

# thousands of mutants run the properties: few examples, always the same ones, and the first failure is enough
settings.register_profile(
    "mutate",
    max_examples=15,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    report_multiple_bugs=False,
)

if profile := os.environ.get("HYPOTHESIS_PROFILE"):
    settings.load_profile(profile)
