"""Organisations for the curator: made, renamed, two entries of one body put together."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from access.consequence.confirmation import Question
from access.consequence.of_roles import Consequence
from accounts.models import Organisation, User
from accounts.reauthentication import require_fresh_sign_in
from knowledge.home.space_views import curator
from knowledge.partners.keeping_forms import MergeForm, OrganisationForm
from knowledge.partners.merging import check_merge, consequence_of_merge, merge_organisations
from people.organisations import save_organisation


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Make an organisation."""
    user = curator(request)
    form = OrganisationForm(request.POST or None)
    saved = _saved(form, user) if request.method == "POST" else None
    if saved is not None:
        messages.success(request, _("“%(name)s” is there.") % {"name": saved.name})
        return redirect("partners:organisation", slug=saved.slug)
    context = {"form": form, "title": _("New organisation")}
    return render(request, "partners/keep.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, slug: str) -> HttpResponse:
    """Rename an organisation.

    Raises:
        Http404: If there is none, or the reader is no curator.
    """
    user, organisation = _of_curator(request, slug)
    form = OrganisationForm(request.POST or None, instance=organisation)
    saved = _saved(form, user) if request.method == "POST" else None
    if saved is not None:
        messages.success(request, _("Saved. Earlier addresses lead to the page of today."))
        return redirect("partners:organisation", slug=saved.slug)
    title = _("Change “%(name)s”") % {"name": form.initial["short_name"]}
    return render(request, "partners/keep.html", {"form": form, "title": title})


def _saved(form: OrganisationForm, user: User) -> Organisation | None:
    if not form.is_valid():
        return None
    try:
        return save_organisation(form.save(commit=False), actor=user)
    except ValidationError as error:
        form.add_error(None, error)
        return None


@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest, slug: str) -> HttpResponse:
    """Let another organisation stand for this one, once the consequence was confirmed.

    Raises:
        Http404: If there is none, or the reader is no curator.
    """
    user, merged = _of_curator(request, slug)
    form = MergeForm(request.POST or None)

    def show() -> HttpResponse:
        return render(request, "partners/merge.html", {"form": form, "organisation": merged})

    if request.method != "POST" or not form.is_valid():
        return show()
    kept, reason = form.cleaned_data["kept"], form.cleaned_data["reason"]

    def describe() -> Consequence:
        check_merge(merged, kept, actor=user)
        return consequence_of_merge(merged, kept, actor=user)

    def save(state: str) -> None:
        require_fresh_sign_in(request)
        merge_organisations(merged, kept, actor=user, reason=reason, expected=state)

    title = _("Merge “%(merged)s” into “%(kept)s”") % {"merged": merged, "kept": kept}
    question = Question(request, title)
    try:
        answer = question.settle(describe=describe, save=save, show=show)
    except ValidationError as error:
        form.add_error(None, error)
        return show()
    if answer is not None:
        return answer
    messages.success(request, _("The two are one organisation now."))
    return redirect("partners:organisation", slug=kept.slug)


# unscoped: an organisation is no content, and given to curators only
def _of_curator(request: HttpRequest, slug: str) -> tuple[User, Organisation]:
    user = curator(request)
    organisation = Organisation.objects.filter(slug=slug).first()
    if organisation is None:
        raise Http404
    return user, organisation
