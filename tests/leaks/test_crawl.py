"""Nobody meets a word of what is not hers, whatever she asks; hidden and missing answer alike."""

from __future__ import annotations

from typing import Any

import pytest

from tests.leaks.crawl import THOROUGH, Crawl
from tests.leaks.world import MAY_READ, VIEWERS, World

pytestmark = pytest.mark.django_db

# The one with most to see and to be refused: every view and list, rights in one space and fewer in the other.
ON_BOTH = "publisher_a_reader_b"


def of_the_stack(name: str) -> Any:
    """Return the parameter of one person; the rule is the same on both stacks, the queries are another dialect."""
    return pytest.param(name, marks=pytest.mark.both) if name == ON_BOTH else name


# The two longest first: each of two workers takes one, then both share the others.
@pytest.mark.parametrize(
    "name", [of_the_stack(name) for name in sorted(MAY_READ, key=lambda name: name not in THOROUGH)]
)
def test_the_whole_site_shows_only_what_is_hers(world: World, name: str) -> None:
    crawl = Crawl(world, name)
    findings = crawl.run()
    assert len(findings.made) > 500
    assert findings.made <= crawl.statuses.keys(), findings.made - crawl.statuses.keys()
    assert not findings.report(), findings.report()


# Closed accounts are left out: after some tries their keys are answered otherwise (tests/api/test_keys.py). So are
# people who look as somebody else: that is of a session, and a key has none.
PROGRAMS = [name for name in MAY_READ if name not in {"nobody", "inactive", *VIEWERS}]


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_reads_what_its_owner_may_and_only_through_the_api(
    world: World, name: str
) -> None:
    crawl = Crawl(world, name, by_key=True)
    findings = crawl.run()
    assert findings.visited > 200
    assert findings.made <= crawl.statuses.keys(), findings.made - crawl.statuses.keys()
    assert not findings.report(), findings.report()
