""" "Who sees this?" names people, answers about one of them, and proposes whom a right is given to."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext

from access.granting.behind import MANY
from access.granting.services import grant_role
from access.granting.shares import share_page
from access.models import AccessRequest
from access.requests.services import ask_for_access, deliver_requests
from access.roles import Role
from accounts.models import Membership, Organisation, PlatformRole, User
from notices.models import Notice
from tests.conftest import Cast, signed_in
from tests.factories import CircleFactory, OrganisationFactory, UserFactory, make_article

pytestmark = pytest.mark.django_db


def opened(person: User, url: str, **asked: str) -> str:
    answer = signed_in(person).get(url, asked)
    assert answer.status_code == 200
    return " ".join(BeautifulSoup(answer.content, "html.parser").get_text(" ").split())


@pytest.fixture
def page(cast: Cast) -> Any:
    """A page of A, shared with somebody of B's organisation, and a group with a member of B that reads A."""
    page = make_article(cast.space_a, "Streifenplan")
    circle = CircleFactory(name="Runde")
    guest = UserFactory(username="gast", last_name="Gastmann", organisation=cast.organisation_b)
    Membership.objects.create(user=guest, group=circle.group)
    grant_role(cast.space_a, circle, Role.READER, actor=None)
    share_page(page, cast.organisation_b, actor=None)
    return page


def test_stewards_unfold_everybody_and_readers_whom_they_know(cast: Cast, page: Any) -> None:
    cast.member_of_both.last_name = "Eigenamt"
    cast.member_of_both.save()
    url = f"/zugriff/seite/{page.pk}/"
    for_steward = opened(cast.steward_a, url)
    assert "Gastmann" in for_steward
    assert "Eigenamt" in for_steward
    for_reader = opened(cast.reader_a, url)
    assert "Gastmann" not in for_reader
    assert "Eigenamt" in for_reader, "somebody of her own organisation"


def test_many_people_are_unfolded_to_their_organisations_by_as_many_queries(
    cast: Cast, page: Any
) -> None:
    big: Organisation = OrganisationFactory(slug="gross", name="Großes Amt", short_name="Groß")
    grant_role(cast.space_a, big, Role.READER, actor=None)
    url, client = f"/zugriff/seite/{page.pk}/", signed_in(cast.steward_a)

    def count() -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        return len(captured)

    UserFactory.create_batch(MANY + 1, organisation=big, last_name="Vielmann")
    few = count()
    UserFactory.create_batch(3, organisation=big, last_name="Vielmann")
    UserFactory.create_batch(3, organisation=cast.organisation_b)
    assert count() == few
    html = client.get(url).content.decode()
    assert "Vielmann" not in html
    assert str(MANY + 4) in html


def test_a_steward_asks_whether_one_person_sees_a_page(cast: Cast, page: Any) -> None:
    cast.stranger.last_name = "Fremdling"
    cast.stranger.save()
    url = f"/zugriff/seite/{page.pk}/"
    yes = opened(cast.steward_a, url, sieht="1", who="Gastmann")
    assert "Ja, " in yes
    assert "Streifenplan“ wurde für" in yes or "freigegeben" in yes
    no = opened(cast.steward_a, url, sieht="1", principal=f"user:{cast.stranger.pk}")
    assert "Nein, " in no
    assert "Fremdling" in no
    assert "Person, Organisation oder Gruppe" not in no.partition("Diese Seite freigeben")[0]
    assert "Sieht …" not in opened(cast.reader_a, url, sieht="1", who="Gastmann")


def test_proposals_are_for_those_who_may_give_a_right(cast: Cast, page: Any) -> None:
    def proposed(person: User, **asked: str) -> list[str]:
        answer = signed_in(person).get("/zugriff/vorschlaege/", asked)
        assert answer.status_code == 200
        options = BeautifulSoup(answer.content, "html.parser").select("[data-value]")
        return [str(option["data-value"]) for option in options]

    guest = User.objects.get(username="gast")
    assert proposed(cast.steward_a, who="Gastm", art="person") == [f"user:{guest.pk}"]
    assert proposed(cast.steward_a, who="Amt B") == [f"organisation:{cast.organisation_b.pk}"]
    assert proposed(cast.steward_a, who="Amt B", art="person") == []
    assert proposed(cast.steward_a, who="G", art="person") == []
    for other in (cast.reader_a, cast.publisher_a, cast.administrator):
        assert signed_in(other).get("/zugriff/vorschlaege/", {"who": "Gastm"}).status_code == 404


def test_a_request_offers_what_is_possible_and_is_declined_with_a_reason(cast: Cast) -> None:
    page = make_article(cast.space_a, "Geheimer Plan")
    page.classification = "confidential"
    page.save_revision().publish()
    ask_for_access(cast.reader_b, address=page.url, reason="Bitte")
    deliver_requests()
    request = AccessRequest.objects.get()
    client = signed_in(cast.steward_a)
    html = client.get("/zugriff/anfragen/").content.decode()
    assert f'href="{page.url}"' in html
    assert f"/zugriff/seite/{page.pk}/?principal" not in html
    client.post("/zugriff/anfragen/", {"decline": request.pk, "answer": " "})
    request.refresh_from_db()
    assert request.state == AccessRequest.State.OPEN
    stranger = signed_in(cast.publisher_b)
    assert stranger.post("/zugriff/anfragen/", {"decline": request.pk}).status_code == 404
    client.post("/zugriff/anfragen/", {"decline": request.pk, "answer": "Nur für das Amt A."})
    request.refresh_from_db()
    assert request.state == AccessRequest.State.DECLINED
    told = opened(cast.reader_b, "/mitteilungen/")
    assert page.url in told
    assert "Nur für das Amt A." in told
    assert "Geheimer Plan" not in told


def test_an_organisation_hears_of_a_higher_role_and_not_of_reading(cast: Cast) -> None:
    def told() -> set[str]:
        found = Notice.objects.filter(kind="access.role", read_at__isnull=True)
        return {notice.recipient.username for notice in found}

    grant_role(cast.space_a, cast.organisation_b, Role.READER, actor=cast.steward_a)
    assert told() == set()
    grant_role(cast.space_a, cast.organisation_b, Role.CONTRIBUTOR, actor=cast.steward_a)
    assert told() >= {"reader_b"}
    assert "reader_a" not in told()
    Notice.objects.all().delete()
    grant_role(cast.space_a, cast.organisation_b, Role.READER, actor=cast.steward_a)
    assert told() == set()


def test_stewards_read_who_read_one_confidential_page_of_theirs(cast: Cast) -> None:
    page = make_article(cast.space_a, "Vertrauliches")
    page.classification = "confidential"
    page.save_revision().publish()
    cast.reader_a.last_name = "Leserin"
    cast.reader_a.save()
    signed_in(cast.reader_a).get(page.url)
    link = f"/aenderungsprotokoll/?protokoll=lesen&objekt=basepage.KnowledgePage%3A{page.pk}"
    html = signed_in(cast.steward_a).get(f"/zugriff/seite/{page.pk}/").content.decode()
    assert link.replace("&", "&amp;") in html
    said = opened(cast.steward_a, link)
    assert "Leserin" in said
    assert "„Vertrauliches“" in said
    assert "Seite Nr." not in said
    others = (cast.publisher_a, cast.publisher_b, cast.administrator)
    assert {signed_in(one).get(link).status_code for one in others} == {404}
    assert signed_in(cast.steward_a).get("/aenderungsprotokoll/?protokoll=lesen").status_code == 404
    curator_of_nothing = UserFactory(platform_role=PlatformRole.ADMINISTRATOR)
    assert signed_in(curator_of_nothing).get(link).status_code == 404


def test_a_steward_reads_the_log_of_all_her_spaces_at_once(cast: Cast) -> None:
    grant_role(cast.space_b, cast.steward_a, Role.STEWARD, actor=None)
    one, two = make_article(cast.space_a, "Seite in A"), make_article(cast.space_b, "Seite in B")
    said = opened(cast.steward_a, "/aenderungsprotokoll/")
    assert "Alle meine Bereiche" in said
    assert one.title in said
    assert two.title in said
