"""`manage.py seed` loads what the council paper says, and nothing else."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.core.management import call_command

from access.handling import Classification
from access.models import Space, SpaceGroupObjectPermission
from access.rights import scope_for
from accounts.models import Circle, Organisation
from knowledge.basepage.models import KnowledgePage
from knowledge.council.models import PaperPage
from knowledge.events.models import EventPage
from knowledge.groups.models import GroupPage, MinutesIndexPage
from knowledge.measures.models import MeasurePage
from knowledge.seeding import facts
from knowledge.seeding.initial import load_initial_data
from knowledge.seeding.ledger import Ledger
from knowledge.taxonomy.models import District, FieldOfAction
from search.words.house import house_words
from search.words.models import WordEntry
from tests.factories import OrganisationFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeded")]

COMMON = {"massnahmen", "rat", "gute-praxis", "kontakte", "wissen"}


def names_of_responsible(number: int) -> list[str]:
    measure = MeasurePage.objects.get(number=number)
    return [one.organisation.slug for one in measure.responsibilities.all()]


def test_every_fact_is_there_once() -> None:
    assert Organisation.objects.count() == 44
    assert FieldOfAction.objects.count() == 4
    assert District.objects.count() == 12
    assert MeasurePage.objects.live().count() == 30
    assert EventPage.objects.live().count() == 8
    assert GroupPage.objects.live().count() == 4
    assert PaperPage.objects.live().count() == 1
    assert set(Space.objects.filter(circle=None).values_list("slug", flat=True)) == COMMON


def test_the_search_knows_the_abbreviations_that_the_paper_spells_out(seeded: Ledger) -> None:
    known = house_words().vocabulary
    assert "Wirkungsorientierter Haushalt" in known.written_synonyms_of("WOH")
    assert "PKS" in known.written_synonyms_of("Polizeiliche Kriminalitätsstatistik")
    assert known.written_synonyms_of("DSQS") == ()
    assert seeded.created["abbreviation"] == WordEntry.objects.count() == 4
    WordEntry.objects.filter(expressions__0="WOH").delete()
    load_initial_data()
    assert WordEntry.objects.count() == 3


def test_a_second_run_creates_nothing_and_says_so(seeded: Ledger) -> None:
    before = KnowledgePage.objects.count(), SpaceGroupObjectPermission.objects.count()
    again = load_initial_data()
    assert again.created.total() == 0
    assert again.left_alone == seeded.created
    assert before == (KnowledgePage.objects.count(), SpaceGroupObjectPermission.objects.count())


def test_the_command_reports_each_kind() -> None:
    output = io.StringIO()
    call_command("seed", stdout=output)
    assert "measure: 0 created, 30 left alone" in output.getvalue().splitlines()


def test_what_people_changed_is_left_alone() -> None:
    measure = MeasurePage.objects.get(number=3)
    measure.title, measure.number = "Nachbarschaft stärken", 31
    measure.save_revision().publish()
    MeasurePage.objects.get(number=4).delete()
    MeasurePage.objects.get(number=5).unpublish()
    Space.objects.filter(slug="wissen").update(title="Handbuch")
    SpaceGroupObjectPermission.objects.filter(content_object__slug="rat").delete()

    assert load_initial_data().created.total() == 0

    assert not MeasurePage.objects.filter(number__in=[3, 4]).exists()
    assert not MeasurePage.objects.get(number=5).live
    assert Space.objects.get(slug="wissen").title == "Handbuch"
    assert not SpaceGroupObjectPermission.objects.filter(content_object__slug="rat").exists()


@pytest.mark.parametrize("fact", facts.measures(), ids=lambda fact: str(fact.number))
def test_a_measure_says_what_the_table_says_and_no_more(fact: facts.MeasureFact) -> None:
    page = MeasurePage.objects.get(number=fact.number)
    assert page.title == fact.title
    assert page.horizon == fact.horizon
    assert names_of_responsible(fact.number) == list(fact.responsible)
    assert not any(one.is_lead for one in page.responsibilities.all())
    assert (page.state, page.field_of_action, page.owning_organisation) == ("", None, None)
    assert not page.body
    assert not page.districts.exists()
    assert page.source.startswith("Drucksache 12534-18 vom 06.11.2018, Abschnitt 3, Tabelle Teil ")
    assert page.classification == Classification.PUBLIC
    assert not page.is_sample


def test_horizons_are_counted_as_in_the_paper() -> None:
    horizons = list(MeasurePage.objects.values_list("horizon", flat=True))
    assert {name: horizons.count(name) for name in set(horizons)} == {
        "immediate": 8,
        "short_term": 7,
        "long_term": 15,
    }


def test_responsible_organisations_stand_in_printed_order() -> None:
    assert names_of_responsible(17) == [
        "edg", "dezernat-3", "dezernat-5", "dezernat-7",
        "fachbereich-32", "fachbereich-53", "fachbereich-66", "fachbereich-70",
    ]  # fmt: skip


def test_collective_terms_are_marked() -> None:
    collective = set(Organisation.objects.filter(is_collective=True).values_list("slug", flat=True))
    assert len(collective) == 14
    assert {"vereine", "bezirksvertretungen", "private-gewerbetreibende"} <= collective
    assert not collective & {"edg", "dogewo", "polizeipraesidium-dortmund", "dezernat-3"}


def test_the_paper_has_its_facts_and_consultations_in_order() -> None:
    paper = PaperPage.objects.get(number="12534-18")
    assert paper.dated_on == dt.date(2018, 11, 6)
    assert paper.lead == Organisation.objects.get(slug="dezernat-3")
    assert paper.decision_due_on == dt.date(2019, 2, 21)
    consultations = list(paper.consultations.all())
    assert len(consultations) == 28
    assert consultations[0].held_on == dt.date(2018, 12, 11)
    assert [one.body for one in consultations if one.role == "decision"] == ["Rat der Stadt"]
    assert consultations[-1].body == "Seniorenbeirat"
    assert {one.outcome for one in consultations} == {""}
    assert consultations[18].note == "Stadtbezirk: Hörde"
    assert consultations[26].note == "Organisation: Rat der Stadt Dortmund"
    values = {fact.label: fact.value for fact in paper.facts.all()}
    assert values["Dringlichkeit"] == ""
    assert values["Bericht an"] == "Rat der Stadt Dortmund"
    assert values["Auftrag des Rates vom"] == "10.12.2015"


def test_each_fact_of_the_paper_is_shown_somewhere() -> None:
    fields_of_the_page = {
        "paper_number", "title", "date", "publicity", "lead_department_slug", "deciding_body",
        "deciding_body_slug", "decision_date_scheduled", "issuing_unit_slug",
    }  # fmt: skip
    assert set(facts.document()) == fields_of_the_page | set(facts.document_labels())


def test_only_two_events_have_a_date() -> None:
    dated = EventPage.objects.exclude(held_on=None).values_list("slug", "held_on")
    assert dict(dated) == {
        "ratsauftrag-2015": dt.date(2015, 12, 10),
        "kontrolle-shisha-bars-2018": dt.date(2018, 9, 21),
    }


def test_a_working_group_has_space_start_page_and_circle() -> None:
    for fact in facts.working_groups():
        space = Space.objects.get(slug=fact.slug)
        home = GroupPage.objects.get(space=space)
        assert space.circle == Circle.objects.get(slug=fact.slug)
        assert home.kind == fact.kind
        assert MinutesIndexPage.objects.child_of(home).live().count() == 1
    proposed = GroupPage.objects.get(slug="ag-planbesprechungen")
    assert (proposed.kind, proposed.field_of_action) == ("proposed_working_group", None)


def test_every_organisation_reads_the_common_spaces_also_one_that_joins_later() -> None:
    common = set(Space.objects.filter(slug__in=COMMON).values_list("pk", flat=True))
    police = UserFactory(organisation=Organisation.objects.get(slug="polizeipraesidium-dortmund"))
    newcomer = UserFactory(organisation=OrganisationFactory())
    outsider = UserFactory(organisation=None)
    assert scope_for(police).spaces == common
    assert scope_for(newcomer).spaces == common
    assert scope_for(outsider).spaces == set()

    newcomer.organisation = None
    newcomer.save()
    assert scope_for(newcomer).spaces == set()


def test_the_circle_of_everybody_takes_in_who_was_there_before() -> None:
    Circle.objects.get(is_everybody=True).delete()
    early, outsider = UserFactory(), UserFactory(organisation=None)
    circle = Circle.objects.create(slug="alle", name="Alle", is_everybody=True)
    members = set(circle.group.memberships.values_list("user", flat=True))
    assert early.pk in members
    assert outsider.pk not in members
