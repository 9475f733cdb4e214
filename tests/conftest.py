"""The fixed cast that tests of rights share, and the fixtures that all rooms need."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.signals import user_logged_in
from django.db import connection
from django.test import Client

from access.granting.services import grant_role
from access.models import Space
from access.roles import Role
from accounts.models import Organisation, PlatformRole, User
from search import pace
from tests import migrated_template
from tests.factories import OrganisationFactory, UserFactory, make_space
from tests.kept_rows import KeptRows, MigratedRows
from tests.properties import choose_seed, seed_line


def _signed_in_just_now(sender: Any, request: Any, user: User, **kwargs: Any) -> None:
    """Let `force_login` count as a sign-in of this moment, as the form's does: it makes a request without anything."""
    if "REMOTE_ADDR" not in request.META:
        record_authentication(request, user, method="password")


user_logged_in.connect(_signed_in_just_now, dispatch_uid="tests_signed_in_just_now")

IN_CI = os.environ.get("CI") == "true"


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Choose the seed of the property tests."""
    choose_seed(config)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say the seed, so that a failure can be had again; quiet runs have no head."""
    terminalreporter.write_line(seed_line(config))


def empties_the_database(item: pytest.Item) -> bool:
    """Tell whether a test commits, so that everything is emptied after it."""
    marker = item.get_closest_marker("django_db")
    is_transactional = bool(marker and marker.kwargs.get("transaction"))
    emptying = {"live_server", "transactional_db"}
    return is_transactional or bool(emptying & set(getattr(item, "fixturenames", ())))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Prepare tests that empty the database; start those that take longest first."""
    for item in items:
        if empties_the_database(item):
            # What migrations made is put back: the tree's root, content types.
            restoring = pytest.mark.django_db(transaction=True, serialized_rollback=True)
            item.add_marker(restoring, append=False)
        if item.get_closest_marker("long") and _asks_for_the_database(item):
            raise pytest.UsageError(f"{item.nodeid} asks for the database: not for “long”.")
    # The others keep their order: those that empty the database come after those that roll back.
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def _asks_for_the_database(item: pytest.Item) -> bool:
    return bool(item.get_closest_marker("django_db") or "db" in getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session", autouse=True)
def _scratch_removed() -> Iterator[None]:
    """Remove this worker's files at the end."""
    yield
    if "stadtwissen-test-" in str(settings.HOME_DIR):
        shutil.rmtree(Path(settings.HOME_DIR), ignore_errors=True)


@pytest.fixture(scope="module", autouse=True)
def _old_objects_left_alone() -> None:
    """Keep the garbage collector from what is there already.

    After thousands of tests a process holds millions of objects; looking at all of them takes seconds, which whatever
    is held to a limit of processor time just then would count as its own.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _no_searches_counted() -> None:
    """Count the searches of each test from nothing: every tenth one asks the shared cache."""
    pace.forget()


@pytest.fixture(scope="session")
def django_db_keepdb(request: pytest.FixtureRequest) -> bool:
    """Keep the file that was copied from the template; PostgreSQL copies the template itself."""
    kept: bool = request.config.getvalue("reuse_db")
    return kept or (settings.TEST_STACK == "embedded" and migrated_template.is_kept())


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: Any
) -> None:
    """Start from the template, if there is one for these migrations."""
    with django_db_blocker.unblock():
        migrated_template.start_from_it()


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any
) -> None:
    """Keep the migrated database as a template, and rows that many tests need."""
    with django_db_blocker.unblock():
        migrated_template.keep()
        migrated = MigratedRows()
        request.config.stash[KEPT_CAST] = KeptRows(make_cast)
    # After a test that emptied the database, Django would save hundreds of objects one by one.
    vars(connection.creation)["deserialize_db_from_string"] = lambda _json: migrated.put_back()


@dataclass(frozen=True)
class Cast:
    """Two spaces, and people with every kind of right to them."""

    space_a: Space
    space_b: Space
    organisation_a: Organisation  # its people may read space A
    organisation_b: Organisation  # its people may read space B
    reader_a: User  # reads A, by her organisation
    contributor_a: User  # writes drafts in A
    publisher_a: User  # publishes in A
    steward_a: User  # grants rights in A
    reader_b: User  # reads B, by her organisation
    publisher_b: User  # publishes in B
    member_of_both: User  # belongs to A, reads B by a grant of her own
    curator: User  # steward of both without a grant
    administrator: User  # operates; reads nothing
    stranger: User  # has no rights at all
    inactive: User  # belongs to A, account closed
    nobody: AnonymousUser  # not signed in

    def people(self) -> dict[str, Any]:
        """Return the cast by name."""
        return {
            name: value
            for name, value in vars(self).items()
            if isinstance(value, User | AnonymousUser)
        }


def make_cast(*spaces: Space) -> Cast:
    """Make the fixed cast, its organisations, and its two spaces if none are given."""
    organisation_a = OrganisationFactory(slug="amt-a", name="Amt A")
    organisation_b = OrganisationFactory(slug="amt-b", name="Amt B")
    elsewhere = OrganisationFactory(slug="amt-c", name="Amt C")
    space_a, space_b = spaces or (make_space("bereich-a"), make_space("bereich-b"))
    grant_role(space_a, organisation_a, Role.READER, actor=None)
    grant_role(space_b, organisation_b, Role.READER, actor=None)

    def person(name: str, organisation: Organisation | None, **kwargs: Any) -> User:
        user: User = UserFactory(username=name, organisation=organisation, **kwargs)
        return user

    made = Cast(
        space_a=space_a,
        space_b=space_b,
        organisation_a=organisation_a,
        organisation_b=organisation_b,
        reader_a=person("reader_a", organisation_a),
        contributor_a=person("contributor_a", organisation_a),
        publisher_a=person("publisher_a", organisation_a),
        steward_a=person("steward_a", organisation_a),
        reader_b=person("reader_b", organisation_b),
        publisher_b=person("publisher_b", organisation_b),
        member_of_both=person("member_of_both", organisation_a),
        curator=person("curator", elsewhere, platform_role=PlatformRole.CURATOR),
        administrator=person("administrator", elsewhere, platform_role=PlatformRole.ADMINISTRATOR),
        stranger=person("stranger", elsewhere),
        inactive=person("inactive", organisation_a, is_active=False),
        nobody=AnonymousUser(),
    )
    grant_role(space_a, made.contributor_a, Role.CONTRIBUTOR, actor=None)
    grant_role(space_a, made.publisher_a, Role.PUBLISHER, actor=None)
    grant_role(space_a, made.steward_a, Role.STEWARD, actor=None)
    grant_role(space_b, made.publisher_b, Role.PUBLISHER, actor=None)
    grant_role(space_b, made.member_of_both, Role.READER, actor=None)
    return made


KEPT_CAST = pytest.StashKey[KeptRows[Cast]]()


@pytest.fixture
def cast(request: pytest.FixtureRequest, db: None) -> Cast:
    """Return the fixed cast, fresh for each test."""
    if empties_the_database(request.node):
        return make_cast()  # as a commit does it: index and tasks hear of it
    return request.config.stash[KEPT_CAST].put()


def signed_in(person: User) -> Client:
    """Return a browser in which somebody has signed in."""
    client = Client()
    client.force_login(person)
    return client
