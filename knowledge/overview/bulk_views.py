"""Change many measures at once: choose, look at what it would do, do it."""

# unscoped: measures come from the listing; fields of action are everybody's; people are those whom the form of a
# measure offers to whoever keeps it, too

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_http_methods

from access.rights import spaces_where
from access.roles import Action
from accounts.models import User
from accounts.signed_in import signed_in
from knowledge.measures.models import MeasureResponsibility, State
from knowledge.overview import bulk
from knowledge.overview.listing import OverviewListing
from knowledge.taxonomy.models import FieldOfAction


class BulkForm(forms.Form):
    """Which one thing is changed, and to what."""

    what = forms.ChoiceField(
        label=gettext_lazy("What is changed"),
        choices=[
            ("state", gettext_lazy("State")),
            ("field", gettext_lazy("Field of action")),
            ("contact", gettext_lazy("Contact")),
        ],
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        choices=[("", pgettext_lazy("measure", "not stated")), *State.choices],
        required=False,
    )
    field = forms.ModelChoiceField(
        label=gettext_lazy("Field of action"),
        queryset=FieldOfAction.objects.all(),
        required=False,
        empty_label=gettext_lazy("not stated"),
    )
    contact = forms.ModelChoiceField(
        label=gettext_lazy("Contact"),
        queryset=User.objects.none(),
        required=False,
        empty_label="",
        help_text=gettext_lazy("Becomes the contact of their own organisation."),
    )

    def __init__(self, *args: Any, measures: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: Any = self.fields["contact"]
        bodies = MeasureResponsibility.objects.filter(measure__in=measures.order_by().values("pk"))
        found = User.objects.filter(is_active=True, organisation__in=bodies.values("organisation"))
        people.queryset = found.order_by("last_name", "first_name", "pk")

    def clean(self) -> dict[str, Any]:
        """Ask for the person where the contact is changed."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("what") == "contact" and not data.get("contact"):
            self.add_error("contact", _("Choose who becomes the contact."))
        return data

    def change(self, actor: User) -> bulk.Change:
        """Return what was chosen."""
        data = self.cleaned_data
        if data["what"] == "state":
            return bulk.of_state(data["state"], actor)
        if data["what"] == "field":
            return bulk.of_field(data["field"], actor)
        return bulk.of_contact(data["contact"], actor)


@require_http_methods(["GET", "POST"])
def change_many(request: HttpRequest) -> HttpResponse:
    """Change state, field or contact of the measures that the filters choose and the person ticks.

    Raises:
        Http404: If the person keeps no measure anywhere.
    """
    user, listing = signed_in(request), OverviewListing(request)
    if not spaces_where(user, Action.PUBLISH):
        raise Http404
    kept = bulk.kept_among(user, listing.chosen).select_related("field_of_action")
    measures = list(kept.order_by("number", "title", "pk")[: bulk.MOST])
    form = BulkForm(request.POST or None, measures=kept)
    ticked = set(request.POST.getlist("measure"))
    context: dict[str, Any] = {
        "listing": listing,
        "form": form,
        "measures": measures,
        "ticked": ticked,
    }
    if request.method == "POST" and form.is_valid():
        chosen = [one for one in measures if str(one.pk) in ticked]
        if not chosen:
            form.add_error(None, _("Tick at least one measure."))
        else:
            return _looked_at(request, context, form.change(user), chosen)
    return render(request, "overview/change.html", context, status=400 if form.errors else 200)


def _looked_at(
    request: HttpRequest, context: dict[str, Any], change: bulk.Change, chosen: list[Any]
) -> HttpResponse:
    effects = bulk.tried(change, chosen)
    seen = bulk.shown_as(change, effects)
    listing: OverviewListing = context["listing"]
    if "confirm" in request.POST:
        if request.POST["confirm"] != seen:
            messages.warning(
                request,
                _(
                    "Something changed since you looked at it. Nothing was written; look at it once more."
                ),
            )
        else:
            try:
                done = bulk.carry_out(change, effects)
            except ValidationError as refused:
                messages.error(request, " ".join(refused.messages))
            else:
                said = ngettext(
                    "%(count)s measure was changed.", "%(count)s measures were changed.", done
                )
                messages.success(request, said % {"count": done})
                return redirect(listing.url())
    context |= {"effects": effects, "seen": seen, "changing": sum(one.is_change for one in effects)}
    return render(request, "overview/change_preview.html", context)
