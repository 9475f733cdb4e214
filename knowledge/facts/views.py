"""Plain forms for what a page says in fields. Hidden, missing and "not yours to edit" answer alike: 404."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from access.consequence.confirmation import Refused, sentence_of
from access.handling import classification_of_new, strictest
from access.rights import can
from access.roles import Action
from accounts.signed_in import signed_in
from knowledge.basepage.models import KnowledgePage
from knowledge.facts.changes import base_of, read_entry
from knowledge.facts.entries import NAME, made_kinds
from knowledge.facts.forms import ABOUT, WhyForm, form_for
from knowledge.pages.audit import record_reading
from knowledge.pages.editors import other_ways, places_for
from knowledge.pages.kinds import PageKind, kind_of
from knowledge.writing import services as writing
from knowledge.writing import submitting
from knowledge.writing.reasons import publish_changes_saying_why
from knowledge.writing.stamps import Stale, stamp_of
from web.forms import refused_to

_BOTH = ["GET", "HEAD", "POST"]


def _page(request: HttpRequest, pk: int) -> tuple[Any, PageKind]:
    page = KnowledgePage.objects.filter(pk=pk).select_related("space").first()
    if page is None or not can(request.user, Action.EDIT, page):
        raise Http404
    kind = kind_of(page.specific_class)
    if kind is None or not kind.edited:
        raise Http404
    return page.specific, kind


@require_http_methods(_BOTH)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Show and save the fields of a page.

    Raises:
        Http404: If there is none with such a form that the person may edit.
    """
    page, kind = _page(request, pk)
    draft = writing.draft_of(page)
    if request.method != "POST":
        record_reading(page, request, mark=strictest(page, draft))
        form = form_for(kind, request.user, instance=draft)
        return _show(request, form, page=page, kind=kind, base=base_of(form))
    entry = read_entry(kind, request.user, request.POST, draft=draft)
    if not entry.conflicts and entry.form.is_valid():
        stamp = stamp_of(page)  # the entry was brought together with this version
        done = _save(request, entry.form, page, stamp)
        if done is not None:
            return done
    # Whoever reads what the other one wrote, and saves once more, means it.
    return _show(
        request, entry.form, page=page, kind=kind, base=entry.base, conflicts=entry.conflicts
    )


def _save(request: HttpRequest, form: Any, page: Any, stamp: str | None) -> HttpResponse | None:
    """Save what was entered, and what was chosen beyond; None if the form has to be shown again."""
    actor = signed_in(request)
    changed = form.save(commit=False)
    try:
        if request.POST.get("deed") == "publish":
            why = request.POST.get("why", "")
            published = publish_changes_saying_why(changed, actor=actor, stamp=stamp, why=why)
            messages.success(request, _("“%(page)s” is published.") % {"page": published.title})
            return redirect(published.url)
        saved = writing.save_draft(changed, actor=actor, stamp=stamp)
        if request.POST.get("deed") == "hand_in":
            submitting.hand_in(page, actor=actor, stamp=stamp_of(saved))
    except PermissionDenied:
        raise Http404 from None
    except Stale:
        messages.error(
            request,
            _("Somebody else saved at this moment. Nothing was saved; please send it once more."),
        )
        return None
    except (ValidationError, Refused) as error:
        _say(request, form, error)
        return None
    return _after_saving(request, page)


def _after_saving(request: HttpRequest, page: Any) -> HttpResponse:
    if request.POST.get("deed") == "hand_in":
        text = _("Your draft is handed in. Whoever may publish here has been told.")
    else:
        text = _("The draft is saved. Readers see it when it is published.")
    messages.success(request, text)
    return redirect("facts:edit", pk=page.pk)


def _say(request: HttpRequest, form: Any, error: ValidationError | Refused) -> None:
    if isinstance(error, Refused):
        messages.error(request, str(error))
    else:
        refused_to(form, error)


@require_http_methods(_BOTH)
def new(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Make a page with its fields: a draft, handed in or published at once.

    Raises:
        Http404: If the person may not make such a page there.
    """
    wanted = next((one for one in made_kinds() if one.name == kind), None)
    place = places_for(request.user, wanted).filter(pk=pk).first() if wanted else None
    if wanted is None or place is None:
        raise Http404
    actor = signed_in(request)
    known = {
        "owning_organisation": actor.organisation,
        "classification": classification_of_new(place.space),
        **wanted.prefilled(place, actor),
    }
    form = form_for(wanted, actor, instance=wanted.model(**known), data=request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = writing.create_page(form.save(commit=False), below=place.specific, actor=actor)
        except PermissionDenied:
            raise Http404 from None
        except (ValidationError, Refused) as error:
            _say(request, form, error)
        else:
            return _finish(request, made)
    return _show(request, form, kind=wanted, place=place)


def _finish(request: HttpRequest, page: Any) -> HttpResponse:
    """Publish or hand in what was made; if that can't be, it stays a draft, and is said so."""
    actor = signed_in(request)
    try:
        match request.POST.get("deed"):
            case "publish":
                published = writing.publish_draft(page, actor=actor, stamp=None)
                messages.success(request, _("“%(page)s” is published.") % {"page": page.title})
                return redirect(published.url)
            case "hand_in":
                submitting.hand_in(page, actor=actor, stamp=stamp_of(page))
    except PermissionDenied:
        raise Http404 from None
    except (ValidationError, Refused) as error:
        said = sentence_of(error)
        messages.error(request, said)
        return redirect("facts:edit", pk=page.pk)
    return _after_saving(request, page)


def _show(request: HttpRequest, form: Any, *, kind: PageKind, **more: Any) -> HttpResponse:
    page, place = more.get("page"), more.get("place")
    where: Any = page or place
    review = submitting.review_of(page) if page is not None else None
    lock = page.get_lock() if page is not None else None
    back: Any = where if place is not None or where.live else where.get_parent()
    context = {
        "form": form,
        "about": ABOUT,
        "rows": [
            (capfirst(one.model._meta.verbose_name_plural), one) for one in form.formsets.values()
        ],
        "kind": kind.label,
        "may_publish": can(request.user, Action.PUBLISH, where),
        "why": WhyForm(request.POST or None)["why"] if page is not None else None,
        "back_url": back.url,
        "ways": other_ways(page, request.user, besides=NAME) if page is not None else [],
        "review": review,
        "is_waiting": submitting.is_waiting(review),
        "reason": submitting.last_reason(review) if review is not None else "",
        "lock_reason": lock.get_message(request.user)
        if lock is not None and lock.for_user(request.user)
        else "",
        **more,
    }
    return render(request, "facts/form.html", context)
