"""Passages that are narrowed to some organisations."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser

from access.audience import may_see_audience
from tests.conftest import Cast


@pytest.mark.django_db
def test_a_narrowed_passage_is_for_its_organisations_alone(cast: Cast) -> None:
    of_a, both = (
        frozenset({cast.organisation_a.pk}),
        frozenset({cast.organisation_a.pk, cast.organisation_b.pk}),
    )

    assert may_see_audience(cast.reader_a, None)
    assert may_see_audience(cast.reader_a, of_a)
    assert may_see_audience(cast.reader_b, both)
    assert not may_see_audience(cast.reader_b, of_a)
    for role in (cast.curator, cast.administrator, AnonymousUser()):
        assert not may_see_audience(role, of_a)


@pytest.mark.django_db
def test_an_audience_of_nobody_is_nobody(cast: Cast) -> None:
    """Organisations may be dissolved; what was narrowed to them must not open to all."""
    for person in (cast.reader_a, cast.steward_a, cast.curator, cast.stranger, AnonymousUser()):
        assert not may_see_audience(person, frozenset())
