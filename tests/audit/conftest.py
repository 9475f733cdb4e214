"""Reading the log in tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.utils import translation

from accounts.models import Organisation, PlatformRole, User
from audit.models import Entry
from audit.wording import sentence
from tests.conftest import Cast
from tests.factories import UserFactory

Said = Callable[..., list[str]]


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Say it as it stands in the code; `test_german` reads the translations."""
    with translation.override("en"):
        yield


@pytest.fixture
def said(db: None) -> Said:
    """Return the sentences of the lines since the fixture was asked for, of one action or group, oldest first."""
    begin = Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0

    def read(name: str = "") -> list[str]:
        lines = Entry.objects.filter(pk__gt=begin, action__startswith=name).order_by("pk")
        return [sentence(line) for line in lines]

    return read


@pytest.fixture
def data_protector(cast: Cast) -> User:
    """Sees who read what; reads nothing."""
    organisation: Organisation = cast.stranger.organisation  # type: ignore[assignment]
    person: User = UserFactory(
        username="datenschutz",
        organisation=organisation,
        platform_role=PlatformRole.DATA_PROTECTION,
    )
    return person
