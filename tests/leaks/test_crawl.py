"""Nobody meets a word of what is not hers, whatever she asks; hidden and missing answer alike."""

from __future__ import annotations

import pytest

from tests.leaks.crawl import THOROUGH, Crawl
from tests.leaks.world import MAY_READ, World

pytestmark = pytest.mark.django_db


# The two longest first: each of two workers takes one, then both share the others.
@pytest.mark.parametrize("name", sorted(MAY_READ, key=lambda name: name not in THOROUGH))
def test_the_whole_site_shows_only_what_is_hers(world: World, name: str) -> None:
    findings = Crawl(world, name).run()
    assert findings.visited > 500
    assert not findings.report(), findings.report()
