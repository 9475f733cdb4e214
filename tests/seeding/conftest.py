"""The initial data, loaded once for all tests of a module and rolled back after the last."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction

from knowledge.seeding.initial import load_initial_data
from knowledge.seeding.ledger import Ledger


@pytest.fixture(scope="module")
def seeded(django_db_setup: None, django_db_blocker: Any) -> Iterator[Ledger]:
    """Return the account of the first run; the tests' own changes are rolled back one by one."""
    drains = getattr(settings, "SEARCH_DRAIN_ON_COMMIT", None)
    # Nothing is ever committed here, so nothing may reach the index.
    settings.SEARCH_DRAIN_ON_COMMIT = False
    with django_db_blocker.unblock(), transaction.atomic():
        yield load_initial_data()
        transaction.set_rollback(True)
    settings.SEARCH_DRAIN_ON_COMMIT = drains
