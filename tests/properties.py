"""How thoroughly generated examples are looked at: new ones in each run, and as many as is asked for.

A run prints its seed at its end; `--hypothesis-seed=N` does the same examples again. `STADTWISSEN_EXAMPLES=2000`
(`make test-long`) counts for every property test, whatever number it has for the everyday.
"""

from __future__ import annotations

import os
import random

import pytest
from hypothesis import HealthCheck, settings

EXAMPLES = int(os.environ.get("STADTWISSEN_EXAMPLES", "0"))  # 0: each test's own number
EVERYDAY = 100  # for tests that cost next to nothing

# Hypothesis chooses a profile without chance by itself where it sees CI. Examples that failed are not kept from run to
# run: the seed says it all, and two suites at once would share them.
settings.register_profile(
    "stadtwissen",
    max_examples=EXAMPLES or EVERYDAY,
    derandomize=False,
    database=None,
    deadline=None,  # a busy machine is no failure
    print_blob=True,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)


def examples(number: int) -> settings:
    """Return settings for `number` examples, or for as many as the environment asks for."""
    return settings(max_examples=EXAMPLES or number)


def choose_seed(config: pytest.Config) -> None:
    """Choose the run's seed if none was given, before hypothesis reads it; all its processes get the same one."""
    settings.load_profile("stadtwissen")
    if config.option.hypothesis_seed is None:
        config.option.hypothesis_seed = str(random.randrange(2**32))  # noqa: S311 no secret


def seed_line(config: pytest.Config) -> str:
    """Return what stands at the end of a run."""
    how_many = EXAMPLES or "each test's own number of"
    return f"property tests: {how_many} examples, --hypothesis-seed={config.option.hypothesis_seed}"
