"""Forms that open on a measure's page, each where it belongs; one is open at a time, named in the address.

`?form=entry-5` opens the form of an entry in the place of the entry, `?form=entry` that of a new one. Posting goes to
`measures:change`; what is refused comes back on the page, in its place, with the entries and a sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from knowledge.measures import services, succession
from knowledge.measures.forms import (
    ContactForm,
    EntryForm,
    MilestoneForm,
    NeedForm,
    StandingForm,
    TieForm,
)
from knowledge.measures.models import (
    Contact,
    Entry,
    MeasurePage,
    MeasureResponsibility,
    Milestone,
    Need,
    Related,
)
from knowledge.measures.rules import Standing


@dataclass(frozen=True, slots=True)
class InPlace:
    """One sort of form.

    Attributes:
        title: What is written above a form for something new, and above one that changes what there is.
        anchor: Where on the page it stands.
        make: Returns the form for a row (None for a new one) and what was posted.
        save: Calls the service with the measure, the row, the valid form, the writer and the stamp that was shown.
        rows: Returns the rows that the writer sees of a measure; None if the form is about the measure itself.
        drop: Calls the service that takes the row out; None if that can't be done.
    """

    title: tuple[Any, Any]
    anchor: str
    make: Callable[[MeasurePage, Any, Mapping[str, Any] | None, User], Any]
    save: Callable[[MeasurePage, Any, Any, User, str], Any]
    rows: Callable[[MeasurePage, User], Any] | None = None
    drop: Callable[..., None] | None = None
    may_be_new: bool = True


@dataclass(frozen=True, slots=True)
class Opened:
    """A form that is open on the page."""

    name: str  # as the address names it: "entry-5"
    title: Any
    form: Any
    seen: str
    may_drop: bool


def opened(page: MeasurePage, request: HttpRequest, *, may_keep: bool) -> Opened | None:
    """Return the form that is open: the one that was refused, or for a keeper the one that the address names.

    What was typed is shown again also where the measure has ended meanwhile, so that it isn't lost.
    """
    refused: Opened | None = getattr(request, "refused_form", None)
    if refused is not None:
        return refused
    name = request.GET.get("form", "")
    if not may_keep or not isinstance(request.user, User) or not name:
        return None
    try:
        return opened_for(page, name, request.user, None)
    except Http404:
        return None


def opened_for(
    page: MeasurePage, name: str, user: User, posted: Mapping[str, Any] | None
) -> Opened:
    """Return a form by its name.

    Raises:
        Http404: If there is none of this name, or its row is gone.
    """
    sort, row = sort_and_row(page, name, user)
    form = sort.make(page, row, posted, user)
    seen = posted.get("seen", "") if posted else services.stamp_of(row or page)
    title = sort.title[0] if row is None else sort.title[1]
    return Opened(name, title, form, seen, sort.drop is not None and row is not None)


def sort_and_row(page: MeasurePage, name: str, user: User) -> tuple[InPlace, Model | None]:
    """Return what a name stands for.

    Raises:
        Http404: If it is nothing.
    """
    sort_name, _dash, number = name.partition("-")
    sort = FORMS.get(sort_name)
    if sort is None or (
        number and (sort.rows is None or not number.isascii() or not number.isdecimal())
    ):
        raise Http404
    if not number:
        if not sort.may_be_new:
            raise Http404
        return sort, None
    row = sort.rows(page, user).filter(pk=int(number[:18])).first() if sort.rows else None
    if row is None:
        raise Http404
    return sort, row


# --- the forms -----------------------------------------------------------------------------------------
def _standing(page: MeasurePage, row: Any, posted: Any, user: User) -> StandingForm:
    initial = {"state": page.state, "assessment": page.assessment, "reason": page.assessment_reason}
    return StandingForm(posted, initial=initial, prefix="f")


def _save_standing(page: MeasurePage, row: Any, form: Any, user: User, seen: str) -> None:
    data = form.cleaned_data
    standing = Standing(data["state"], data["assessment"], data["reason"])
    services.assess(page, standing, actor=user, seen=seen)


def _milestone(page: MeasurePage, row: Any, posted: Any, user: User) -> MilestoneForm:
    return MilestoneForm(posted, instance=row or Milestone(measure=page), prefix="f")


def _save_milestone(page: MeasurePage, row: Any, form: Any, user: User, seen: str) -> None:
    services.keep_milestone(form.instance, actor=user, seen=seen if row else None)


def _entry(page: MeasurePage, row: Any, posted: Any, user: User) -> EntryForm:
    initial = {} if row else {"body": user.organisation_id}
    entry = row or Entry(measure=page)
    return EntryForm(posted, instance=entry, prefix="f", user=user, initial=initial)


def _save_entry(page: MeasurePage, row: Any, form: Any, user: User, seen: str) -> None:
    data = form.cleaned_data
    services.write_entry(
        form.instance,
        actor=user,
        only_for=list(data["only_for"]),
        origin=data["origin_typed"],
        seen=seen if row else None,
    )


def _need(page: MeasurePage, row: Any, posted: Any, user: User) -> NeedForm:
    return NeedForm(posted, instance=row or Need(measure=page), prefix="f", user=user)


def _save_need(page: MeasurePage, row: Any, form: Any, user: User, seen: str) -> None:
    form.instance.paper = form.cleaned_data["paper_typed"]
    services.keep_need(form.instance, actor=user, seen=seen if row else None)


def _tie(page: MeasurePage, row: Any, posted: Any, user: User) -> TieForm:
    return TieForm(posted, prefix="f", user=user)


def _save_tie(page: MeasurePage, row: Any, form: Any, user: User, seen: str) -> None:
    succession.tie(page, form.cleaned_data["page_typed"], actor=user)


def _contact(page: MeasurePage, row: Any, posted: Any, user: User) -> ContactForm:
    # unscoped: who answers for a body is shown to whoever keeps the measure
    present = Contact.objects.filter(measure=page.pk, body=row.organisation_id).first()
    initial = {"person": present.person_id if present else None}
    return ContactForm(posted, prefix="f", body=row.organisation, initial=initial)


def _save_contact(page: MeasurePage, row: Any, form: Any, user: User, seen: str) -> None:
    services.name_contact(page, row.organisation, form.cleaned_data["person"], actor=user)


def _of_measure(model: type[Model]) -> Callable[[MeasurePage, User], Any]:
    # unscoped: of a measure that the writer keeps; what readers of the measure see all of
    return lambda page, user: model._default_manager.filter(measure=page.pk)


def _entries(page: MeasurePage, user: User) -> Any:
    return Entry.objects.visible_to(user).filter(measure=page.pk)


FORMS: Mapping[str, InPlace] = {
    "state": InPlace((_("State and assessment"),) * 2, "stand", _standing, _save_standing),
    "milestone": InPlace(
        (_("New milestone"), _("Change the milestone")), "meilensteine", _milestone, _save_milestone,
        _of_measure(Milestone), services.drop_milestone,
    ),
    "entry": InPlace(
        (_("New entry"), _("Correct the entry")), "eintraege", _entry, _save_entry, _entries, services.delete_entry,
    ),
    "need": InPlace(
        (_("New need"), _("Change the need")), "bedarf", _need, _save_need, _of_measure(Need), services.drop_need,
    ),
    "tie": InPlace(
        (_("Add a page"), _("Take the page out")), "dazu", _tie, _save_tie, _of_measure(Related), succession.untie,
    ),
    "contact": InPlace(
        (_("Contact"), _("Contact")), "stand", _contact, _save_contact, _of_measure(MeasureResponsibility),
        may_be_new=False,
    ),
}  # fmt: skip
