"""The matrix of a space: many roles at once, each consequence said before, nothing lost between two stewards."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from access.consequence.of_roles import consequence_of_roles
from access.consequence.space_grants import Change, grants_in
from access.consequence.state import Outdated
from access.granting.changes import change_roles
from access.granting.matrix import spaces_without_steward
from access.granting.services import grant_role, revoke_role
from access.models import Space, SpaceUserObjectPermission
from access.rights import can
from access.roles import Action, Role
from accounts.models import User
from audit.models import Entry
from tests.access.sheets import confirm, confirmation_of, sheet_at, words_of
from tests.conftest import Cast
from tests.factories import CircleFactory, OrganisationFactory, UserFactory, make_article

URL = "/zugriff/bereich/bereich-a/"


def key(principal: Any) -> str:
    return f"{principal._meta.model_name}:{principal.pk}"


def test_several_rows_are_changed_with_one_confirmation(cast: Cast, client: Client) -> None:
    client.force_login(cast.steward_a)
    data = sheet_at(client, URL)
    data[f"{key(cast.contributor_a)}-choice"] = "3"
    data[f"{key(cast.contributor_a)}-reason"] = "Vertretung"
    data[f"{key(cast.publisher_a)}-choice"] = "0"
    asked, saved = confirm(client, URL, data)
    assert len(asked.context["consequence"].items) == 2
    assert saved.status_code == 302
    assert can(cast.contributor_a, Action.PUBLISH, cast.space_a)
    assert not can(cast.publisher_a, Action.PUBLISH, cast.space_a)
    assert can(cast.publisher_a, Action.READ, cast.space_a)  # by her organisation
    assert Entry.objects.filter(action="grant.given", details__reason="Vertretung").count() == 1
    assert Entry.objects.filter(action="grant.revoked").count() == 1


def test_rows_that_were_not_touched_are_not_written(cast: Cast, client: Client) -> None:
    client.force_login(cast.steward_a)
    before = set(SpaceUserObjectPermission.objects.values_list("pk", flat=True))
    asked = client.post(URL, sheet_at(client, URL))
    assert asked.context["consequence"] is None
    assert set(SpaceUserObjectPermission.objects.values_list("pk", flat=True)) == before


def test_the_consequence_counts_people_and_pages_and_says_what_is_lost(cast: Cast) -> None:
    page = make_article(cast.space_a, "Seite")
    page.classification = "confidential"
    page.save_revision().publish()
    make_article(cast.space_a, "Entwurf", live=False)
    given = consequence_of_roles(cast.space_a, [Change(cast.organisation_b, Role.CONTRIBUTOR)])
    # Home page, list and article; both people of Amt B.
    assert "2 Personen können dann 3 Seiten (davon 1 vertraulich) lesen." in words_of(given)
    assert "2 Personen können dann schreiben" in words_of(given)
    assert "1 Entwurf" in words_of(given)
    taken = words_of(consequence_of_roles(cast.space_a, [Change(cast.organisation_a, None)]))
    # Reader and member of both; the other people of Amt A hold roles of their own.
    assert "2 Personen können dann 3 Seiten (davon 1 vertraulich) nicht mehr lesen." in taken


def test_whoever_keeps_a_role_by_another_way_loses_nothing(cast: Cast) -> None:
    grant_role(cast.space_a, cast.reader_a, Role.READER, actor=None)
    changes = [Change(cast.reader_a, None), Change(cast.organisation_a, Role.READER)]
    assert "nicht mehr lesen" not in words_of(consequence_of_roles(cast.space_a, changes))


def test_giving_one_what_is_taken_from_another_is_counted_together(cast: Cast) -> None:
    circle = CircleFactory()
    circle.group.user_set.add(cast.reader_a, cast.member_of_both)
    changes = [Change(cast.organisation_a, None), Change(circle, Role.READER)]
    assert "nicht mehr lesen" not in words_of(consequence_of_roles(cast.space_a, changes))


def test_a_row_with_another_reason_alone_is_not_given_the_effects_of_other_rows(cast: Cast) -> None:
    changes = [
        Change(cast.contributor_a, None),
        Change(cast.organisation_a, Role.READER, reason="Neuer Grund"),
    ]
    taken, renamed = consequence_of_roles(cast.space_a, changes).items
    assert "nicht mehr schreiben" in "".join(taken.effects)
    assert list(renamed.effects) == ["Es ändert sich nur der Grund."]


def test_an_entry_without_people_is_said_to_count_for_whoever_joins(cast: Cast) -> None:
    said = words_of(
        consequence_of_roles(cast.space_a, [Change(OrganisationFactory(), Role.READER)])
    )
    assert "Zurzeit gehört niemand dazu" in said


def test_two_stewards_who_change_the_same_row_lose_nothing(cast: Cast, client: Client) -> None:
    client.force_login(cast.steward_a)
    data = sheet_at(client, URL)
    grant_role(cast.space_a, cast.contributor_a, Role.PUBLISHER, actor=cast.curator)
    data[f"{key(cast.contributor_a)}-choice"] = "1"
    answer = client.post(URL, data)
    assert "in der Zwischenzeit" in answer.content.decode()
    assert can(cast.contributor_a, Action.PUBLISH, cast.space_a)
    # What is shown now is what is stored now.
    assert sheet_at(client, URL)[f"{key(cast.contributor_a)}-choice"] == "3"


def test_two_stewards_who_change_different_rows_both_succeed(cast: Cast, client: Client) -> None:
    client.force_login(cast.steward_a)
    data = sheet_at(client, URL)
    grant_role(cast.space_a, cast.contributor_a, Role.PUBLISHER, actor=cast.curator)
    data[f"{key(cast.publisher_a)}-choice"] = "1"
    _asked, saved = confirm(client, URL, data)
    assert saved.status_code == 302
    assert can(cast.contributor_a, Action.PUBLISH, cast.space_a)
    assert not can(cast.publisher_a, Action.ADD, cast.space_a)


def test_a_consequence_that_no_longer_holds_is_shown_anew(cast: Cast, client: Client) -> None:
    client.force_login(cast.steward_a)
    data = sheet_at(client, URL)
    data[f"{key(cast.publisher_a)}-choice"] = "1"
    confirmation = confirmation_of(client.post(URL, data))
    grant_role(cast.space_a, cast.stranger, Role.READER, actor=cast.curator)
    again = client.post(URL, confirmation)
    assert again.context["is_outdated"]
    assert can(cast.publisher_a, Action.PUBLISH, cast.space_a)
    assert client.post(URL, confirmation_of(again)).status_code == 302
    assert not can(cast.publisher_a, Action.PUBLISH, cast.space_a)
    assert can(cast.stranger, Action.READ, cast.space_a)


def test_saving_on_an_outdated_view_is_refused(cast: Cast) -> None:
    mark = grants_in(cast.space_a).fingerprint
    grant_role(cast.space_a, cast.stranger, Role.READER, actor=None)
    with pytest.raises(Outdated):
        change_roles(
            cast.space_a,
            [Change(cast.stranger, None)],
            actor=cast.steward_a,
            expected=mark,
        )
    assert can(cast.stranger, Action.READ, cast.space_a)


@pytest.mark.parametrize("name", ["reader_a", "publisher_a", "publisher_b", "administrator"])
def test_only_stewards_change_roles(cast: Cast, name: str) -> None:
    mark = grants_in(cast.space_a).fingerprint
    changes = [Change(cast.stranger, Role.READER)]
    with pytest.raises(PermissionDenied):
        change_roles(cast.space_a, changes, actor=getattr(cast, name), expected=mark)
    change_roles(cast.space_a, changes, actor=cast.steward_a, expected=mark)
    assert can(cast.stranger, Action.READ, cast.space_a)


def test_the_last_steward_of_a_space_without_curators_stays(cast: Cast, client: Client) -> None:
    Space.objects.filter(pk=cast.space_a.pk).update(is_curated=False)
    client.force_login(cast.steward_a)
    for choice in ("0", "2"):
        data = sheet_at(client, URL)
        data[f"{key(cast.steward_a)}-choice"] = choice
        asked, refused = confirm(client, URL, data)
        assert "niemand für diesen Bereich verantwortlich" in words_of(asked.context["consequence"])
        assert refused.status_code == 200
        assert "niemand für diesen Bereich verantwortlich" in refused.content.decode()
        assert can(cast.steward_a, Action.GRANT, cast.space_a)


def test_a_steward_may_hand_over_and_is_warned(cast: Cast, client: Client) -> None:
    Space.objects.filter(pk=cast.space_a.pk).update(is_curated=False)
    client.force_login(cast.steward_a)
    data = sheet_at(client, URL)
    data[f"{key(cast.steward_a)}-choice"] = "0"
    data[f"{key(cast.publisher_a)}-choice"] = "4"
    data[f"{key(cast.organisation_a)}-choice"] = "2"
    asked, saved = confirm(client, URL, data)
    assert "selbst nicht mehr verantwortlich" in words_of(asked.context["consequence"])
    assert saved.url == "/"
    assert can(cast.publisher_a, Action.GRANT, cast.space_a)
    assert not can(cast.steward_a, Action.GRANT, cast.space_a)
    assert can(cast.steward_a, Action.ADD, cast.space_a)


def test_that_only_curators_are_left_is_said_and_allowed(cast: Cast, client: Client) -> None:
    client.force_login(cast.curator)
    data = sheet_at(client, URL)
    data[f"{key(cast.steward_a)}-choice"] = "0"
    asked, saved = confirm(client, URL, data)
    assert "nur noch die Kuratoren" in words_of(asked.context["consequence"])
    assert saved.status_code == 302


def test_an_end_of_the_last_steward_is_pointed_out(cast: Cast) -> None:
    Space.objects.filter(pk=cast.space_a.pk).update(is_curated=False)
    cast.space_a.refresh_from_db()
    until = timezone.now() + dt.timedelta(days=30)
    said = words_of(
        consequence_of_roles(cast.space_a, [Change(cast.steward_a, Role.STEWARD, until)])
    )
    assert "ist niemand mehr für diesen Bereich verantwortlich" in said


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("until", "2001-01-01", "in der Vergangenheit"),
        ("until", "morgen", "gültiges Datum"),
        ("choice", "9", "eine der Spalten"),
        ("reason", "x" * 301, "300"),
    ],
)
def test_a_wrong_row_gets_a_sentence_and_nothing_is_saved(
    cast: Cast, client: Client, field: str, value: str, sentence: str
) -> None:
    client.force_login(cast.steward_a)
    data = sheet_at(client, URL)
    data[f"{key(cast.publisher_a)}-choice"] = "0"
    data[f"{key(cast.contributor_a)}-{field}"] = value
    for headers in ({}, {"HX-Request": "true"}):
        answer = client.post(URL, data, headers=headers)
        assert answer.status_code == 200
        assert sentence in answer.content.decode()
    assert can(cast.publisher_a, Action.PUBLISH, cast.space_a)


def test_a_right_for_a_closed_account_is_refused(cast: Cast, client: Client) -> None:
    client.force_login(cast.steward_a)
    data = {
        "rows": key(cast.inactive),
        f"{key(cast.inactive)}-choice": "1",
        f"{key(cast.inactive)}-was": "0||",
    }
    _asked, refused = confirm(client, URL, data)
    assert "Konto dieser Person ist geschlossen" in refused.content.decode()
    assert not SpaceUserObjectPermission.objects.filter(user=cast.inactive).exists()


def test_the_last_day_is_shown_as_it_was_typed(cast: Cast, client: Client) -> None:
    client.force_login(cast.steward_a)
    day = (timezone.localdate() + dt.timedelta(days=40)).isoformat()
    data = sheet_at(client, URL)
    data[f"{key(cast.contributor_a)}-until"] = day
    confirm(client, URL, data)
    assert sheet_at(client, URL)[f"{key(cast.contributor_a)}-until"] == day


def test_a_script_gets_the_consequence_alone(cast: Cast, client: Client) -> None:
    client.force_login(cast.steward_a)
    data = sheet_at(client, URL)
    data[f"{key(cast.publisher_a)}-choice"] = "1"
    text = client.post(URL, data, headers={"HX-Request": "true"}).content.decode()
    assert text.lstrip().startswith("<section")
    assert 'name="state"' in text
    assert can(cast.publisher_a, Action.PUBLISH, cast.space_a)


def test_one_cell_is_changed_with_its_space_and_organisation(cast: Cast, client: Client) -> None:
    client.force_login(cast.curator)
    url = f"/zugriff/bereich/bereich-b/?wer={key(cast.organisation_a)}"
    data = sheet_at(client, url)
    assert data["rows"] == key(cast.organisation_a)
    data[f"{key(cast.organisation_a)}-choice"] = "1"
    _asked, saved = confirm(client, url, data)
    assert saved.url == "/zugriff/"
    assert can(cast.reader_a, Action.READ, cast.space_b)
    assert client.get("/zugriff/bereich/bereich-b/?wer=organisation:999999").status_code == 404


def fill_matrix(count: int) -> None:
    for number in range(count):
        space = Space.objects.create(slug=f"voll-{number}", title=f"Voll {number:03}")
        organisation = OrganisationFactory(short_name=f"Stelle {number:03}")
        UserFactory(organisation=organisation)
        grant_role(space, organisation, Role.READER, actor=None)


def test_the_matrix_of_all_spaces_needs_as_many_queries_for_many_as_for_few(
    cast: Cast, client: Client, django_assert_max_num_queries: Any
) -> None:
    client.force_login(cast.curator)
    client.get("/zugriff/")
    with django_assert_max_num_queries(30) as few:
        client.get("/zugriff/")
    fill_matrix(40)
    with django_assert_max_num_queries(len(few.captured_queries)):
        answer = client.get("/zugriff/")
    assert len(answer.context["matrix"].rows) == 25
    assert len(answer.context["matrix"].columns) <= 30


def test_the_matrix_is_narrowed_by_space_and_organisation(cast: Cast, client: Client) -> None:
    fill_matrix(40)
    client.force_login(cast.curator)
    matrix = client.get("/zugriff/?bereich=voll&stelle=stelle+00").context["matrix"]
    assert all(row.space.title.startswith("Voll") for row in matrix.rows)
    assert [str(one) for one in matrix.columns] == [f"Stelle {n:03}" for n in range(10)]
    assert client.get("/zugriff/?bereich=gibt-es-nicht").status_code == 200
    assert client.get("/zugriff/?page=999&stelle=%00").status_code == 200
    part = client.get("/zugriff/?bereich=voll", headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith("<section")


def test_the_matrix_knows_only_ones_own_spaces(cast: Cast, client: Client) -> None:
    Space.objects.filter(pk=cast.space_b.pk).update(is_curated=False)
    for name in ("curator", "steward_a"):
        client.force_login(getattr(cast, name))
        assert "Bereich-B" not in client.get("/zugriff/?bereich=bereich").content.decode()


def test_a_space_without_an_active_steward_is_marked(cast: Cast, client: Client) -> None:
    client.force_login(cast.curator)
    assert (
        "nur Kuratoren verantwortlich" in client.get("/zugriff/?bereich=bereich-b").content.decode()
    )
    grant_role(cast.space_b, cast.publisher_b, Role.STEWARD, actor=None)
    text = client.get("/zugriff/?bereich=bereich-b").content.decode()
    assert "nur Kuratoren verantwortlich" not in text
    User.objects.filter(pk=cast.publisher_b.pk).update(is_active=False)
    text = client.get("/zugriff/?bereich=bereich-b").content.decode()
    assert "nur Kuratoren verantwortlich" in text


def test_revoking_after_the_end_of_the_right_is_no_error(cast: Cast) -> None:
    revoke_role(cast.space_a, cast.stranger, actor=cast.steward_a, reason="war nie da")
    assert not Entry.objects.filter(action="grant.revoked").exists()


def test_a_space_that_nobody_is_responsible_for_gets_a_steward(cast: Cast) -> None:
    command = ("name_steward", "bereich-b", "publisher_b", "--reason", "Amt B benennt sie")
    with pytest.raises(CommandError, match="has somebody responsible"):
        call_command(*command)
    Space.objects.filter(pk=cast.space_b.pk).update(is_curated=False)
    assert spaces_without_steward() == [cast.space_b]
    for wrong in ("gibt-es-nicht", "inactive"):
        with pytest.raises(CommandError):
            call_command("name_steward", "bereich-b", wrong, "--reason", "x")
    call_command(*command)
    assert can(cast.publisher_b, Action.GRANT, cast.space_b)
    assert not spaces_without_steward()
    assert Entry.objects.get(details__reason="Amt B benennt sie").actor_id is None
