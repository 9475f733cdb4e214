"""A partner leaves: everything ends in both directions, its pages are handed over, and its content goes with it."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from wagtail.models import APIToken

from access.granting.services import grant_role
from access.granting.shares import share_page
from access.rights import can
from access.roles import Action, Role
from accounts.models import Membership, Organisation, PlatformRole, User
from audit.models import Entry
from audit.verification import verify_all
from knowledge.files.models import KnowledgeDocument, PageAttachment
from knowledge.groups.models import MinutesIndexPage, MinutesPage, Participant
from knowledge.partners.exporting import forget_expired, request_export
from knowledge.partners.models import ContentExport, PartnerExit
from knowledge.partners.plan import lines_of_exit
from knowledge.partners.services import let_leave
from knowledge.partners.wording import parts_for
from people.closure import reopen_account
from tests.conftest import Cast, signed_in
from tests.factories import (
    CircleFactory,
    OrganisationFactory,
    UserFactory,
    home_of,
    make_article,
    make_space,
    publish_below,
)


class Partner:
    """An organisation with an internal space, pages elsewhere, and rights in both directions."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.organisation = cast, cast.organisation_b
        self.heir: Organisation = OrganisationFactory(slug="nachfolge", name="Nachfolge")
        self.internal = make_space(
            "intern-b", title="Intern B", organisation=self.organisation, is_curated=False
        )
        self.steward: User = UserFactory(username="steward_b", organisation=self.organisation)
        grant_role(self.internal, self.steward, Role.STEWARD, actor=None)
        grant_role(self.internal, self.organisation, Role.READER, actor=None)
        grant_role(self.internal, cast.stranger, Role.CONTRIBUTOR, actor=None)  # of another one
        grant_role(cast.space_a, cast.reader_b, Role.CONTRIBUTOR, actor=None)
        self.circle = CircleFactory(name="AG Licht")
        Membership.objects.create(user=cast.reader_b, group=self.circle.group)
        self.owned = make_article(cast.space_a, "Seite von B", text="<p>Wortlaut von B</p>")
        self.secret = make_article(
            cast.space_a, "Gehütete Seite", text="<p>Vertraulicher Wortlaut</p>"
        )
        self.inside = make_article(self.internal, "Interne Seite", text="<p>Interner Wortlaut</p>")
        self.foreign = make_article(cast.space_a, "Seite von A", text="<p>Wortlaut von A</p>")
        for page in (self.owned, self.secret):
            page.owning_organisation = self.organisation
            page.save_revision().publish()
        self.secret.classification = "confidential"
        self.secret.save_revision().publish()
        share_page(self.owned, cast.stranger, actor=None)  # its page with others
        share_page(self.foreign, self.organisation, actor=None)  # others' page with it
        share_page(self.foreign, cast.publisher_b, actor=None)

    def attach(self, page: Any, name: str, content: str) -> KnowledgeDocument:
        document = KnowledgeDocument(title=name, space=page.space)
        document.file.save(f"{name}.txt", ContentFile(content.encode()))
        page.attachments.add(PageAttachment(document=document))
        page.save_revision().publish()
        return document

    def leave(self, **kwargs: Any) -> PartnerExit:
        values = {"actor": self.cast.curator, "heir": self.heir, "reason": "Vertrag beendet"}
        return let_leave(self.organisation, **{**values, **kwargs})


@pytest.fixture
def partner(cast: Cast) -> Partner:
    return Partner(cast)


def told(action: str) -> list[Entry]:
    return list(Entry.objects.filter(action=action).order_by("pk"))


@pytest.mark.both
def test_an_exit_ends_everything_in_both_directions(cast: Cast, partner: Partner) -> None:
    browser = signed_in(cast.reader_b)
    token, _text = APIToken.create_token(user=cast.publisher_b, name="Skript")
    assert browser.get(partner.owned.url).status_code == 200
    partner.leave()
    # Its people are out.
    assert not User.objects.filter(organisation=partner.organisation, is_active=True).exists()
    assert browser.get("/").status_code == 302
    token.refresh_from_db()
    assert token.revoked_at is not None
    assert not Membership.objects.filter(user__organisation=partner.organisation).exists()
    # What it held elsewhere, and what others held of its own, is gone; the rest stays.
    again = User.objects.get(pk=cast.stranger.pk)
    assert not can(again, Action.READ, partner.internal)
    assert not can(again, Action.READ, partner.owned)
    assert not lines_of_exit_held(partner.organisation)
    assert can(cast.reader_a, Action.READ, partner.owned)
    assert can(cast.steward_a, Action.GRANT, cast.space_a)
    assert {(one.object_title, one.space_slug) for one in told("grant.revoked")} >= {
        ("Amt B", "bereich-b"), ("Amt B", "intern-b"), (str(cast.stranger), "intern-b"),
        (str(cast.reader_b), "bereich-a"), (str(partner.steward), "intern-b"),
    }  # fmt: skip
    assert {one.object_title for one in told("share.revoked")} == {
        "Amt B", str(cast.publisher_b), str(cast.stranger),
    }  # fmt: skip
    assert all(one.details["reason"] == "Vertrag beendet" for one in told("grant.revoked"))
    assert all("role" in one.details for one in told("grant.revoked"))
    assert all(verdict.problem is None for verdict in verify_all({}))


def lines_of_exit_held(organisation: Organisation) -> list[Any]:
    revoked = {"account", "circle", "role", "share", "others_role", "others_share"}
    lines = lines_of_exit(organisation, opens_to_curators=False)
    return [line for line in lines if line.kind in revoked]


def test_the_dry_run_is_what_happens_and_changes_nothing(cast: Cast, partner: Partner) -> None:
    before = lines_of_exit(partner.organisation, opens_to_curators=False)
    assert before == lines_of_exit(partner.organisation, opens_to_curators=False)
    assert User.objects.filter(organisation=partner.organisation, is_active=True).count() == 3
    done = partner.leave()
    assert done.lines == [line.as_dict() for line in before]
    counts = {part.kind: part.total for part in parts_for(before, cast.curator)}
    assert counts == {
        "account": 3, "circle": 1, "role": 5, "share": 2, "others_role": 1, "others_share": 1,
        "pages": 2, "space_shut": 1, "confidential": 1,
    }  # fmt: skip
    (line,) = told("organisation.left")
    assert line.details == {"people": 3, "rights": 10, "pages": 2, "reason": "Vertrag beendet"}
    assert done.audit_entry_id == line.pk


def test_pages_are_handed_over_in_open_drafts_too(cast: Cast, partner: Partner) -> None:
    partner.owned.title = "Neuer Titel"
    draft = partner.owned.save_revision()
    partner.leave()
    for page in (partner.owned, partner.secret):
        page.refresh_from_db()
        assert page.owning_organisation == partner.heir
    draft.refresh_from_db()
    draft.publish()
    partner.owned.refresh_from_db()
    assert (partner.owned.title, partner.owned.owning_organisation) == ("Neuer Titel", partner.heir)
    (line,) = told("organisation.pages_handed_over")
    assert (line.space_slug, line.details) == ("bereich-a", {"heir": "Nachfolge", "pages": 2})


def test_internal_spaces_stay_shut_or_go_to_the_curators(cast: Cast, partner: Partner) -> None:
    partner.leave()
    partner.internal.refresh_from_db()
    assert not can(cast.curator, Action.READ, partner.internal)
    other = Partner.__new__(Partner)
    other.cast, other.heir = cast, partner.heir
    other.organisation = OrganisationFactory()
    space = make_space("intern-d", organisation=other.organisation, is_curated=False)
    other.leave(opens_to_curators=True)
    space.refresh_from_db()
    assert (space.is_curated, space.organisation) == (True, partner.heir)
    assert can(cast.curator, Action.READ, space)


def test_a_second_call_is_no_error_and_says_nothing_new(cast: Cast, partner: Partner) -> None:
    first = partner.leave()
    lines = Entry.objects.count()
    assert partner.leave() == first
    assert Entry.objects.count() == lines


@pytest.mark.both
def test_if_one_part_fails_nothing_has_happened(
    cast: Cast, partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("Absturz")

    monkeypatch.setattr("knowledge.partners.services._hand_over", fail)
    before = lines_of_exit(partner.organisation, opens_to_curators=False)
    with pytest.raises(RuntimeError):
        partner.leave()
    partner.organisation.refresh_from_db()
    assert partner.organisation.left_at is None
    assert lines_of_exit(partner.organisation, opens_to_curators=False) == before
    assert not told("organisation.left")
    monkeypatch.undo()
    partner.leave()


@pytest.mark.parametrize("name", ["administrator", "steward_a", "reader_b", "stranger"])
def test_only_a_curator_lets_leave(cast: Cast, partner: Partner, name: str) -> None:
    with pytest.raises(PermissionDenied):
        partner.leave(actor=cast.people()[name])
    partner.leave()
    with pytest.raises(PermissionDenied):
        partner.leave(actor=cast.people()["administrator"])


def test_what_can_not_be_meant_is_refused_in_a_sentence(cast: Cast, partner: Partner) -> None:
    partner.organisation = OrganisationFactory(is_collective=True)
    with pytest.raises(ValidationError, match="Sammelbegriff"):
        partner.leave()
    partner.organisation = cast.curator.organisation
    with pytest.raises(ValidationError, match="eigene Organisation"):
        partner.leave()
    with pytest.raises(ValidationError, match="letzte"):
        partner.leave(actor=None)
    partner.organisation = cast.organisation_b
    for heir in (None, cast.organisation_b, OrganisationFactory(is_collective=True),
                 OrganisationFactory(left_at=timezone.now())):  # fmt: skip
        with pytest.raises(ValidationError):
            partner.leave(heir=heir)
    assert User.objects.filter(organisation=cast.organisation_b, is_active=True).count() == 3


def test_nobody_comes_back_to_an_organisation_that_left(cast: Cast, partner: Partner) -> None:
    partner.leave()
    with pytest.raises(ValidationError):
        reopen_account(cast.reader_b, actor=cast.administrator)
    partner.organisation.refresh_from_db()
    with pytest.raises(ValidationError):
        grant_role(cast.space_a, partner.organisation, Role.READER, actor=cast.steward_a)


def test_listing_needs_a_constant_number_of_queries(
    cast: Cast, partner: Partner, django_assert_max_num_queries: Any
) -> None:
    for _number in range(5):
        person = UserFactory(organisation=partner.organisation)
        grant_role(cast.space_a, person, Role.READER, actor=None)
        share_page(partner.foreign, person, actor=None)
    with django_assert_max_num_queries(26):
        lines = lines_of_exit(partner.organisation, opens_to_curators=False)
    with django_assert_max_num_queries(14):
        parts_for(lines, cast.curator)


# --- the pages -----------------------------------------------------------------------------------------------
LEAVE = "/organisationen/amt-b/austritt/"


def test_the_curator_lets_leave_on_a_page_with_the_typed_name(cast: Cast, partner: Partner) -> None:
    client = signed_in(cast.curator)
    page = client.get(LEAVE)
    assert str(cast.reader_b) in page.content.decode()
    # A space that has opted out is no curator's business: its number will do.
    assert "Intern B" not in page.content.decode()
    values = {"heir": partner.heir.pk, "reason": "Vertrag beendet", "typed_name": "Amt A"}
    wrong = client.post(LEAVE, values)
    assert wrong.context["form"].errors.keys() == {"typed_name"}
    # Pages are waiting for an heir: the field doesn't call itself optional, and says what is missing.
    assert page.context["form"]["heir"].field.required
    left_out = client.post(LEAVE, {**values, "heir": "", "typed_name": "Amt B"})
    assert "Wählen Sie, wer künftig für die Seiten verantwortlich ist." in left_out.content.decode()
    assert not PartnerExit.objects.exists()
    done = client.post(LEAVE, {**values, "typed_name": " amt b "})
    report = client.get(done.url)
    text = report.content.decode()
    assert "Vertrag beendet" in text
    assert report.context["entry"].hash[:16] in text
    table = client.get(f"{done.url}bericht.csv").content.decode()
    assert str(cast.reader_b) in table
    assert client.get(LEAVE).url == done.url
    # The administrator keeps the accounts: she reads the report, without a title.
    operator = signed_in(cast.administrator)
    assert "Seite von B" not in operator.get(done.url).content.decode()
    assert operator.get(LEAVE).status_code == 404


def test_others_find_nothing(cast: Cast, partner: Partner) -> None:
    exit_number = partner.leave().pk
    for person in (cast.steward_a, cast.reader_a, cast.stranger):
        client = signed_in(person)
        for address in (
            "/organisationen/", "/organisationen/amt-b/", LEAVE, f"/organisationen/bericht/{exit_number}/",
            f"/organisationen/bericht/{exit_number}/bericht.csv", "/organisationen/export/1.zip",
        ):  # fmt: skip
            assert client.get(address).status_code == 404, address


def test_the_command_lists_then_does_and_can_be_repeated(
    cast: Cast, partner: Partner, tmp_path: Any
) -> None:
    def run(*arguments: str) -> str:
        out = io.StringIO()
        call_command("organisation", "leave", *arguments, stdout=out)
        return out.getvalue()

    target = tmp_path / "amt-b.zip"
    heir = ("--heir", "nachfolge")
    assert "Nichts" not in run("amt-b", *heir)
    assert not PartnerExit.objects.exists()
    for wrong in (["gibt-es-nicht"], ["amt-b"], ["amt-b", *heir, "--confirm", "Amt A", "--reason", "x"],
                  ["amt-b", *heir, "--confirm", "Amt B"]):  # fmt: skip
        with pytest.raises(CommandError):
            run(*wrong)
    assert not PartnerExit.objects.exists()
    said = run("amt-b", *heir, "--confirm", "Amt B", "--reason", "Ende", "--export", str(target))
    assert str(cast.reader_b) in said
    assert target.stat().st_mode & 0o077 == 0
    # The installation hands all of it to the partner, its shut space included; confidential pages never.
    texts = contents(target.read_bytes())
    assert "Interner Wortlaut" in texts
    assert "Vertraulicher Wortlaut" not in texts
    again = run("amt-b", *heir, "--confirm", "Amt B", "--reason", "Ende")
    assert "already" in again


# --- the export -----------------------------------------------------------------------------------------------
def contents(archive: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return "\n".join(f"{name}\n{opened.read(name).decode()}" for name in opened.namelist())


def fetched(client: Client, export: ContentExport) -> str:
    answer: Any = client.get(f"/organisationen/export/{export.pk}.zip")
    assert answer.status_code == 200
    return contents(b"".join(answer.streaming_content))


@pytest.fixture
def _tasks_at_once(django_capture_on_commit_callbacks: Any) -> Any:
    return django_capture_on_commit_callbacks


def made(organisation: Organisation, actor: User, capture: Any) -> ContentExport:
    with capture(execute=True):
        export = request_export(organisation, actor=actor)
    export.refresh_from_db()
    return export


def test_an_export_holds_what_is_owned_and_may_be_read(
    cast: Cast, partner: Partner, django_capture_on_commit_callbacks: Any
) -> None:
    partner.attach(partner.owned, "anlage", "Text der Anlage")
    partner.attach(partner.secret, "geheim", "Text der geheimen Anlage")
    partner.attach(partner.inside, "intern", "Text der internen Anlage")
    export = made(partner.organisation, cast.curator, django_capture_on_commit_callbacks)
    assert (export.state, export.total, export.left_out) == ("ready", 1, [partner.secret.pk])
    text = fetched(signed_in(cast.curator), export)
    for expected in (
        "Seite von B",
        "Wortlaut von B",
        "Text der Anlage",
        f"Seite Nr. {partner.secret.pk}",
    ):
        assert expected in text, expected
    for hidden in ("Wortlaut von A", "Vertraulicher Wortlaut", "Gehütete Seite", "geheimen", "Interner Wortlaut",
                   "internen Anlage"):  # fmt: skip
        assert hidden not in text, hidden
    # The space that has opted out is exported by its own steward, who can't read the pages in A.
    own = made(partner.organisation, partner.steward, django_capture_on_commit_callbacks)
    text = fetched(signed_in(partner.steward), own)
    assert "Interner Wortlaut" in text
    assert "Text der internen Anlage" in text
    assert "Wortlaut von B" not in text
    assert [one.details["pages"] for one in told("organisation.exported")] == [1, own.total]
    assert len(told("organisation.export_fetched")) == 2


def test_an_export_writes_every_kind_of_field(
    cast: Cast, partner: Partner, django_capture_on_commit_callbacks: Any
) -> None:
    index = publish_below(home_of(cast.space_a), MinutesIndexPage(title="Protokolle"))
    minutes = MinutesPage(
        title="Sitzung", held_on="2026-05-04", place="Saal 3", owning_organisation=partner.organisation,
        agenda=[("item", {"title": "Punkt eins", "text": "<p>Beratung</p>", "decisions": ["Beschluss eins"],
                          "tasks": [{"what": "Plan <b>nachreichen</b>", "who": "", "due_on": None}]})],
    )  # fmt: skip
    minutes.participants.add(Participant(name="Chris Muster"))
    publish_below(index, minutes)
    export = made(partner.organisation, cast.curator, django_capture_on_commit_callbacks)
    text = fetched(signed_in(cast.curator), export)
    for expected in (
        "Saal 3",
        "4. Mai 2026",
        "Punkt eins",
        "Beschluss eins",
        "Chris Muster",
        "&lt;b&gt;nach",
    ):
        assert expected in text, expected


def test_an_export_is_for_whoever_asked_and_for_a_few_days(
    cast: Cast, partner: Partner, django_capture_on_commit_callbacks: Any
) -> None:
    export = made(partner.organisation, partner.steward, django_capture_on_commit_callbacks)
    address = f"/organisationen/export/{export.pk}.zip"
    for person in (cast.curator, cast.administrator, cast.reader_b):
        assert signed_in(person).get(address).status_code == 404
    client = signed_in(partner.steward)
    assert client.head(address).status_code == 200
    assert not told("organisation.export_fetched")
    assert export.path.stat().st_mode & 0o077 == 0
    ContentExport.objects.update(expires_at=timezone.now())
    assert client.get(address).status_code == 404  # before any job has run
    assert forget_expired() == 1
    assert not export.path.exists()
    export.refresh_from_db()
    assert export.state == "expired"


def test_whoever_may_not_export_gets_nothing(cast: Cast, partner: Partner) -> None:
    for person in (cast.reader_b, cast.administrator, cast.steward_a):
        with pytest.raises(PermissionDenied):
            request_export(partner.organisation, actor=person)
        client = signed_in(person)
        assert client.post("/organisationen/amt-b/").status_code == 404
    assert not ContentExport.objects.exists()


@pytest.mark.both
def test_two_clicks_make_one_export(cast: Cast, partner: Partner) -> None:
    first = request_export(partner.organisation, actor=cast.curator)
    assert request_export(partner.organisation, actor=cast.curator) == first


def test_a_failed_export_says_so_and_leaves_no_file(
    cast: Cast,
    partner: Partner,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    def fail(*args: Any) -> str:
        raise OSError("voll")

    monkeypatch.setattr("knowledge.partners.exporting.page_as_html", fail)
    client = signed_in(cast.curator)
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/organisationen/amt-b/")
    export = ContentExport.objects.get()
    assert export.state == "failed"
    assert not export.path.exists()
    assert "Es ist nichts verloren" in client.get("/organisationen/amt-b/").content.decode()


def test_the_page_offers_its_parts_to_the_curator_and_the_export_to_its_steward(
    cast: Cast, partner: Partner
) -> None:
    assert (
        "/organisationen/amt-b/" in signed_in(cast.curator).get("/organisationen/").content.decode()
    )
    assert LEAVE in signed_in(cast.curator).get("/organisationen/amt-b/").content.decode()
    own = signed_in(partner.steward).get("/organisationen/amt-b/").content.decode()
    assert LEAVE not in own
    assert signed_in(partner.steward).get("/organisationen/").status_code == 404


def test_an_organisation_with_the_last_administrator_stays(cast: Cast) -> None:
    office = OrganisationFactory()
    User.objects.filter(pk=cast.administrator.pk).update(organisation=office)
    with pytest.raises(ValidationError, match="letzte"):
        let_leave(office, actor=cast.curator, heir=None, reason="x")
    UserFactory(platform_role=PlatformRole.ADMINISTRATOR)
    let_leave(office, actor=cast.curator, heir=None, reason="x")
    assert not User.objects.get(pk=cast.administrator.pk).is_active
