"""Why somebody may or may not: in a sentence, and true."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone, translation

from access.explain import explain
from access.granting.services import grant_role
from access.granting.shares import share_page
from access.rights import can
from access.roles import Action, Role
from tests.conftest import Cast
from tests.factories import make_article

pytestmark = pytest.mark.both


def test_the_answer_agrees_with_the_rule_for_everybody(cast: Cast) -> None:
    page, draft = make_article(cast.space_a, "Seite"), make_article(cast.space_a, "E", live=False)
    share_page(page, cast.reader_b, actor=None)
    for obj in (cast.space_a, cast.space_b, page, draft):
        for name, person in cast.people().items():
            if name == "nobody":
                continue
            answer = explain(person, obj)
            assert answer.allowed == can(person, Action.READ, obj), (name, obj, str(answer))
            assert answer.reasons


def test_it_names_role_giver_and_end(cast: Cast) -> None:
    until = timezone.now() + dt.timedelta(days=3)
    grant_role(cast.space_a, cast.stranger, Role.PUBLISHER, actor=cast.steward_a, until=until)
    with translation.override("en"):
        said = str(explain(cast.stranger, cast.space_a))
    assert "Publisher" in said
    assert str(cast.steward_a) in said
    assert "This ends on" in said
