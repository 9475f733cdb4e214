"""The initial data and the samples, loaded once for all tests of a module and rolled back after the last."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import transaction

from knowledge.seeding.initial import load_initial_data
from knowledge.seeding.ledger import Ledger
from knowledge.seeding.samples.loading import Loaded, load_samples
from knowledge.seeding.samples.sign_ins import PASSWORD_VARIABLE, sign_ins_file
from search.engines import get_engine
from search.indexer import drain

# The audit log never forgets; the outbox tells the index what was removed. The one workflow is made with the first
# draft that is handed in, and stays.
GROWING = {
    "audit.Entry", "audit.Chain", "search.OutboxEntry", "search.IndexedText",
    "wagtailcore.Workflow", "wagtailcore.WorkflowTask", "wagtailcore.Task", "writing.ReviewTask",
}  # fmt: skip


@pytest.fixture(scope="module")
def seeded(django_db_setup: None, django_db_blocker: Any) -> Iterator[Ledger]:
    """Return the account of the first run; the tests' own changes are rolled back one by one."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        # Nothing is ever committed here, so nothing may reach the index by itself.
        patch.setattr(settings, "SEARCH_DRAIN_ON_COMMIT", False, raising=False)
        patch.delenv(PASSWORD_VARIABLE, raising=False)
        with transaction.atomic():
            yield load_initial_data()
            transaction.set_rollback(True)


def rows_per_table() -> dict[str, int]:
    """Return how many rows each table has, but for those that grow by nature."""
    return {
        model._meta.label: model._default_manager.count()
        for model in apps.get_models()
        if model._meta.managed and model._meta.label not in GROWING
    }


@pytest.fixture(scope="module")
def rows_before_samples(seeded: Ledger, django_db_blocker: Any) -> dict[str, int]:
    """Return how many rows each table had before the samples were loaded."""
    with django_db_blocker.unblock():
        return rows_per_table()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[None]:
    """Put back the files that a test deletes for good: only the database rolls back."""
    # The database rolls back by itself, and is open: a copy of its file would be torn.
    databases = shutil.ignore_patterns("*.sqlite3*")
    shutil.copytree(settings.HOME_DIR, tmp_path / "copy", ignore=databases)
    yield
    shutil.copytree(tmp_path / "copy", settings.HOME_DIR, dirs_exist_ok=True)


@pytest.fixture(scope="module")
def furnished(
    seeded: Ledger, rows_before_samples: dict[str, int], django_db_blocker: Any
) -> Iterator[Loaded]:
    """Return the account of loading the samples; facts and samples are indexed."""
    with django_db_blocker.unblock():
        engine = _empty_engine()
        sign_ins_file().unlink(missing_ok=True)
        loaded = load_samples()
        assert drain().failed == 0
        yield loaded
        engine.drop()
        get_engine.cache_clear()
        sign_ins_file().unlink(missing_ok=True)


def _empty_engine() -> Any:
    get_engine.cache_clear()
    engine = get_engine()
    if not engine.is_available():
        reason = "The search engine of this stack does not answer; start it with scripts/services."
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    engine.drop()
    return engine
