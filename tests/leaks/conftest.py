"""One world for all tests of this folder, made once in a process and rolled back at the end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import transaction

from search.engines import get_engine
from tests.leaks.world import World, build


@pytest.fixture(scope="package")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Return the world of canaries; tests are marked `django_db`, which rolls each back to it."""
    with django_db_blocker.unblock():
        settings.SEARCH_DRAIN_ON_COMMIT = False
        get_engine.cache_clear()
        get_engine().drop()
        for cache in caches.all():
            cache.clear()  # pictures' sizes of another folder's world, whose numbers are the same
        with transaction.atomic():
            yield build()
            transaction.set_rollback(True)
        get_engine().drop()
