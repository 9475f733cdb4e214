"""Readers report errors and correct their own organisation's data; publishers settle it.

Hidden, missing and "not yours" answer alike: 404.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access.consequence.confirmation import Refused, sentence_of
from access.rights import spaces_where
from access.roles import Action
from accounts.signed_in import signed_in
from knowledge.basepage.models import KnowledgePage
from knowledge.corrections import services
from knowledge.corrections.forms import AnswerForm, HintForm
from knowledge.corrections.selectors import changes_of, hint_for, open_hints
from knowledge.facts.forms import form_for, sent_values, stored_values
from knowledge.pages.audit import record_reading
from knowledge.pages.kinds import kind_of

PAGE_SIZE = 20  # hints on one page
_BOTH = ["GET", "HEAD", "POST"]


def _page(request: HttpRequest, pk: int) -> Any:
    page = KnowledgePage.objects.visible_to(request.user).filter(pk=pk, space__isnull=False).first()
    if page is None:
        raise Http404
    return page.specific


@require_http_methods(_BOTH)
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask what is wrong on a page, and tell those who publish there.

    Raises:
        Http404: If the person reads no such page.
    """
    page = _page(request, pk)
    form = HintForm(request.POST or None)
    if form.is_valid():
        try:
            services.report_error(page, actor=signed_in(request), text=form.cleaned_data["text"])
        except (ValidationError, Refused) as error:
            messages.error(request, sentence_of(error))
        else:
            return _thanks(request, page)
    return render(request, "corrections/report.html", {"page": page, "form": form})


def _thanks(request: HttpRequest, page: Any) -> HttpResponse:
    messages.success(
        request,
        _("Thank you. Those who publish in the space have been told; you hear what became of it."),
    )
    return redirect(page.url)


@require_http_methods(_BOTH)
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Take what a page of the person's own organisation should say, as a proposal.

    Raises:
        Http404: If the person reads no such page, or it is none of their organisation.
    """
    page = _page(request, pk)
    kind = kind_of(type(page))
    if kind is None or not services.may_correct(request.user, page):
        raise Http404
    form = _proposal_form(request, page, kind)
    hint = HintForm(request.POST or None)
    hint.fields["text"].required, hint.fields["text"].label = False, _("Remark")
    if request.method == "POST" and form.is_valid() and hint.is_valid():
        stored = stored_values(
            _only(form_for(kind, request.user, instance=_page(request, pk)), kind)
        )
        sent = {name: one for name, one in sent_values(form).items() if one != stored[name]}
        try:
            services.propose(
                _page(request, pk),
                actor=signed_in(request),
                values=sent,
                text=hint.cleaned_data["text"],
            )
        except PermissionDenied:
            raise Http404 from None
        except (ValidationError, Refused) as error:
            messages.error(request, sentence_of(error))
        else:
            return _thanks(request, page)
    if request.method != "POST":
        record_reading(page, request)
    context = {"page": page, "form": form, "hint_form": hint}
    return render(request, "corrections/correct.html", context)


def _proposal_form(request: HttpRequest, page: Any, kind: Any) -> Any:
    data = request.POST if request.method == "POST" else None
    return _only(form_for(kind, request.user, instance=page, data=data), kind)


def _only(form: Any, kind: Any) -> Any:
    """Leave the fields that the kind lets be corrected."""
    for name in [name for name in form.fields if name not in kind.corrected]:
        del form.fields[name]
    form.formsets = {}
    return form


@require_safe
def hints(request: HttpRequest) -> HttpResponse:
    """List the hints that wait in the spaces in which the person publishes.

    Raises:
        Http404: If the person publishes nowhere.
    """
    if not spaces_where(request.user, Action.PUBLISH):
        raise Http404
    part = Paginator(open_hints(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [
        {
            "hint": one,
            "changes": changes_of(one, request.user),
            "form": AnswerForm(prefix=str(one.pk)),
        }
        for one in part.object_list
    ]
    return render(request, "corrections/hints.html", {"rows": rows, "page_obj": part})


@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a hint, or take a proposal over.

    Raises:
        Http404: If there is none that the person may settle.
    """
    hint = hint_for(request.user, pk)
    if hint is None:
        raise Http404
    form = AnswerForm(request.POST, prefix=str(pk))
    answer = form.cleaned_data["answer"] if form.is_valid() else ""
    actor = signed_in(request)
    try:
        if request.POST.get("deed") != "take_over":
            services.settle(hint, actor=actor, answer=answer)
            messages.success(request, _("The hint is settled; its sender has been told."))
        elif services.take_over(hint, actor=actor, answer=answer):
            messages.success(request, _("The proposal is taken over and published."))
        else:
            text = _(
                "The proposal is in the draft. Other changes wait there as well: read them, and publish them together."
            )
            messages.warning(request, text)
    except PermissionDenied:
        raise Http404 from None
    except (ValidationError, Refused) as error:
        messages.error(request, sentence_of(error))
    return redirect("corrections:hints")
