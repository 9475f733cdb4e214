"""What an item is about, and for which items somebody was there."""

from __future__ import annotations

from knowledge.groups.models import MinutesPage
from knowledge.meetings.agenda import items_of
from knowledge.meetings.models import Decision
from knowledge.pages.backlinks import pages_leading_to
from knowledge.taxonomy.models import District
from knowledge.writing.services import draft_of
from tests.conftest import Cast, signed_in
from tests.factories import make_measure
from tests.meetings.conftest import Group, Typing, plan


def test_measures_districts_and_references_stand_at_the_item(group: Group, cast: Cast) -> None:
    """Readers see those measures that they may see; a writer who doesn't see one can't drop it."""
    open_one = make_measure(group.space, 12, "Hafen beleuchten")
    hidden = make_measure(cast.space_b, 77, "Geheimwortmaßnahme")
    District.objects.get_or_create(slug="hafen", defaults={"name": "Hafen", "kind": "district"})
    page = plan(group)
    form = Typing(group.lead, page)
    form.add("Licht", "B: Alle an.", "unanimous")
    form.item(0, about="M 12", districts="Hafen", reference="EDG 32-1; Polizei 4711")
    form.fields["all-present"] = "1"
    assert form.save().status_code == 302
    draft = draft_of(page)
    draft.agenda[0].value["about"].append(hidden)
    draft.save_revision()
    form.read()
    assert form.fields[f"{form.keys[0]}-about"] == "M 12"
    form.item(0, about="m12")
    assert form.save(do="circulate").status_code == 302
    item = items_of(MinutesPage.objects.get(pk=page.pk))[0]
    assert item.about == [open_one.pk, hidden.pk]
    shown = signed_in(group.member).get(page.url).content.decode()
    words = ("Maßnahme 12: Hafen beleuchten", "EDG 32-1", "Polizei 4711")
    assert all(word in shown for word in words)
    assert "Geheimwort" not in shown
    assert "Geheimwort" in signed_in(group.partner).get(page.url).content.decode(), "of Amt B"
    assert [one.pk for one in pages_leading_to(open_one, group.member)] == [page.pk]
    decided = signed_in(group.member).get("/beschluesse/", {"zu": str(open_one.pk)})
    assert list(decided.context["page_obj"]) == list(Decision.objects.all())
    assert "Geheimwort" not in decided.content.decode()
    other = signed_in(group.member).get("/beschluesse/", {"zu": str(hidden.pk)})
    assert other.context["page_obj"].paginator.count == 1, "an unknown choice narrows nothing"


def test_a_number_that_means_nothing_here_is_said(group: Group, cast: Cast) -> None:
    make_measure(cast.space_b, 77, "Verborgen")
    page = plan(group)
    form = Typing(group.lead, page)
    form.add("Licht", "Text")
    form.item(0, about="M 77", districts="Atlantis")
    answer = form.save()
    assert answer.status_code == 400
    assert "„M 77“ ist hier keine Maßnahme" in answer.content.decode()


def test_somebody_was_there_for_some_items(group: Group) -> None:
    page = plan(group)
    form = Typing(group.lead, page)
    form.add("Erstens", "B: Ja.", "unanimous")
    form.add("Zweitens", "B: Auch.", "unanimous")
    form.fields |= {"all-present": "1", f"items-{group.partner.pk}": "ab 2"}
    assert form.save(do="circulate").status_code == 302
    assert "ab TOP 2" in signed_in(group.lead).get(page.url).content.decode()
    first, second = Decision.objects.order_by("running")
    member = signed_in(group.member)
    assert "Paul Partner" not in member.get(first.url).content.decode()
    assert "Paul Partner" in member.get(second.url).content.decode()
    form.read()
    form.fields[f"items-{group.partner.pk}"] = "manchmal"
    answer = form.save()
    assert answer.status_code == 400
    assert "„manchmal“ nennt keine Tagesordnungspunkte" in answer.content.decode()
