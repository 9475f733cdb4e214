"""Sheets: what is no row of anybody's is refused or passed over."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import Http404, QueryDict
from django.test import RequestFactory

from access.consequence.of_roles import PageCounts
from access.granting.sheets import read_sheet, row_of
from access.recertification.rights import RightKind, rights_in
from access.recertification.services import Decision, Verdict
from access.recertification.views import _joining
from access.selectors import holdings_on_space
from accounts.signed_in import signed_in
from tests.conftest import Cast


def test_a_platform_role_is_no_row(cast: Cast) -> None:
    platform = next(one for one in holdings_on_space(cast.space_a) if one.principal is None)
    with pytest.raises(ValueError, match="platform role"):
        row_of(platform, choice="4")


def test_a_row_of_nobody_is_passed_over(cast: Cast) -> None:
    data = QueryDict("rows=user:999999+user:x+frobnicate:1&user:999999-choice=1")
    assert read_sheet(data, [], choices={"1": "Lesen"}).wanted == ()


def test_only_people_are_members(cast: Cast) -> None:
    right = next(one for one in rights_in(cast.space_a) if one.principal == cast.organisation_a)
    assert right.kind is RightKind.ROLE
    with pytest.raises(TypeError):
        _joining(right, Decision(right.key, right.fingerprint, Verdict.KEEP))


def test_nobody_gets_no_sheet(cast: Cast) -> None:
    request: Any = RequestFactory().get("/")
    request.user = cast.nobody
    with pytest.raises(Http404):
        signed_in(request)


def test_pages_without_confidential_ones_are_just_counted() -> None:
    assert str(PageCounts(published=2, confidential=0, drafts=1)) == "2 Seiten"
