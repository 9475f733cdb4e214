"""Annual reports: the list, a draft with its steps, and what is frozen. Each page does one thing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access.selectors import space_read_by
from accounts.models import User
from accounts.signed_in import signed_in
from knowledge.annual_reports import approving, comparison, services
from knowledge.annual_reports.content import content_of
from knowledge.annual_reports.forms import BeginForm, MeasuresForm, PartForm, ReasonForm, proposed
from knowledge.annual_reports.making import make_files_of
from knowledge.annual_reports.models import Report, Stage
from knowledge.annual_reports.selectors import (
    choices_for,
    left_out_of,
    measures_to_report_on,
    new_entries_of,
    part_made_by,
    report_for,
    report_made_by,
    spaces_to_report_on,
    versions_of,
)
from knowledge.measures.services import ChangedMeanwhile
from web.forms import refused_to


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Show the frozen reports that the reader may read, and the drafts this person works on."""
    user = signed_in(request)
    reports = list(Report.objects.visible_to(user).select_related("space"))
    context = {
        "frozen": [one for one in reports if one.is_frozen],
        "drafts": [one for one in reports if not one.is_frozen],
        "spaces": spaces_to_report_on(user),
    }
    return render(request, "annual_reports/list.html", context)


@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin a report on a space's measures.

    Raises:
        Http404: If there is no such space, or the reader doesn't publish there.
    """
    user = signed_in(request)
    space = space_read_by(user, slug)
    if space is None or not services.may_make(user, space):
        raise Http404
    form = BeginForm(
        request.POST or None,
        instance=Report(space=space),
        choices=measures_to_report_on(user, space),
        initial=proposed(),
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = services.begin_report(
                form.instance, list(form.cleaned_data["measures"]), actor=user
            )
        except ValidationError as refused:
            refused_to(form, refused)
        else:
            messages.success(
                request,
                _("The report is begun: each measure has a section. Now choose what goes in."),
            )
            return redirect("annual_reports:choose", made.pk)
    context = {"form": form, "space": space}
    return render(request, "annual_reports/begin.html", context, status=400 if form.errors else 200)


@require_safe
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a frozen report to the readers of its space, and one that is written to those who make it.

    Raises:
        Http404: If there is no such report, or the reader may not read it.
    """
    user = signed_in(request)
    found = report_for(user, pk)
    if found is None:
        raise Http404
    return (
        _draft_page(request, found, user)
        if found.stage == Stage.DRAFT
        else _fixed_page(request, found, user)
    )


def _draft_page(request: HttpRequest, found: Report, user: User) -> HttpResponse:
    content = content_of(found)
    context = {
        "report": found,
        "parts": found.parts.select_related("measure"),
        "obstacles": approving.obstacles_of(found, content),
        "is_compared": comparison.is_compared(found, content),
        "new_entries": new_entries_of(user, found),
        "left_out": left_out_of(user, found),
    }
    return render(request, "annual_reports/draft.html", context)


def _fixed_page(request: HttpRequest, found: Report, user: User) -> HttpResponse:
    makes = services.may_make(user, found.space)
    context = {
        "report": found,
        "content": content_of(found),
        "files": list(found.files.all()) if found.is_frozen else [],
        "making": getattr(found, "making", None),
        "versions": versions_of(user, found) if found.is_frozen else [],
        "makes": makes,
        "may_approve": approving.may_approve(user, found),
        "left_out": left_out_of(user, found) if makes else [],
        "reason_form": ReasonForm(),
    }
    return render(request, "annual_reports/fixed.html", context)


def _made(request: HttpRequest, pk: int) -> tuple[Report, User]:
    user = signed_in(request)
    found = report_made_by(user, pk)
    if found is None:
        raise Http404
    return found, user


@require_safe
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a draft says, as it would be frozen.

    Raises:
        Http404: If there is no such report, or the reader doesn't make it.
    """
    found, _user = _made(request, pk)
    return render(
        request, "annual_reports/preview.html", {"report": found, "content": content_of(found)}
    )


@require_http_methods(["GET", "POST"])
def measures(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose which measures have a section.

    Raises:
        Http404: If there is no such report, or the reader doesn't make it.
    """
    found, user = _made(request, pk)
    choices = measures_to_report_on(user, found.space)
    inside = [one for one in found.parts.values_list("measure", flat=True) if one]
    form = MeasuresForm(request.POST or None, choices=choices, initial={"measures": inside})
    if request.method == "POST" and form.is_valid():
        wanted = list(form.cleaned_data["measures"])
        offered = {one.pk for one in choices}
        gone = (set(inside) & offered) - {one.pk for one in wanted}
        try:
            services.change_measures(found, wanted, gone, actor=user)
        except ValidationError as refused:
            refused_to(form, refused)
        else:
            messages.success(request, _("The measures of the report are chosen."))
            return redirect(found.url)
    context = {"report": found, "form": form}
    return render(
        request, "annual_reports/measures.html", context, status=400 if form.errors else 200
    )


@require_http_methods(["GET", "POST"])
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose entries and files: public ones are ticked, the others need a tick each and a reason.

    Raises:
        Http404: If there is no such report, or the reader doesn't make it.
    """
    found, user = _made(request, pk)
    shown = choices_for(user, found)
    context: dict[str, Any] = {
        "report": found,
        "ticked": {one.choice.pk for one in shown if one.choice.is_in},
    }
    if request.method == "POST":
        ticked = {
            int(one) for one in request.POST.getlist("in") if one.isdecimal() and len(one) < 12
        }
        reasons = {
            one.choice.pk: request.POST.get(f"reason-{one.choice.pk}", "")[:300] for one in shown
        }
        for_all = request.POST.get("for_all", "")[:300]
        try:
            services.choose(
                found, [one.choice for one in shown], ticked, actor=user, reasons=reasons,
                for_all=for_all, seen=request.POST.get("seen"),
            )  # fmt: skip
        except ValidationError as refused:
            context |= {
                "refused": " ".join(refused.messages),
                "ticked": ticked,
                "typed": reasons,
                "for_all": for_all,
            }
        else:
            messages.success(
                request, _("What goes into the report is chosen, and its words are copied.")
            )
            return redirect(found.url)
    typed = context.get("typed", {})
    context["rows"] = [(one, typed.get(one.choice.pk, one.reason)) for one in shown]
    context["seen"] = request.POST.get("seen") or services.stamp_of_choices(
        one.choice for one in shown
    )
    return render(
        request, "annual_reports/choose.html", context, status=400 if "refused" in context else 200
    )


@require_http_methods(["GET", "POST"])
def part(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit a section.

    Raises:
        Http404: If there is no such section, or the reader doesn't make its report.
    """
    user = signed_in(request)
    found = part_made_by(user, pk)
    if found is None:
        raise Http404
    stamp, now = services.stamp_of_part(found), found.text
    form = PartForm(request.POST or None, instance=found)
    changed_meanwhile = False
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            services.save_part(found, title=said["title"], reason=said.get("reason", ""),
                               text=said["text"], actor=user, seen=request.POST.get("seen"))  # fmt: skip
        except ChangedMeanwhile as refused:
            refused_to(form, refused)
            changed_meanwhile = True
        except ValidationError as refused:
            refused_to(form, refused)
        else:
            messages.success(request, _("The section is saved."))
            return redirect(found.report.url)
    context = {
        "part": found,
        "report": found.report,
        "form": form,
        # After a refusal what somebody else saved has been shown, so that the next save counts.
        "seen": stamp if changed_meanwhile else request.POST.get("seen") or stamp,
        "text_now": now if changed_meanwhile else "",
    }
    return render(request, "annual_reports/part.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def marks(request: HttpRequest, pk: int) -> HttpResponse:
    """Compare a draft with texts that aren't public, and settle what is marked.

    Raises:
        Http404: If there is no such report, or the reader doesn't make it.
    """
    found, user = _made(request, pk)
    refused = ""
    if request.method == "POST":
        try:
            _settle_or_compare(request, found, user)
        except ValidationError as error:
            refused = " ".join(error.messages)
        else:
            return redirect("annual_reports:marks", found.pk)
    context = {
        "report": found,
        "marks": comparison.marks_for(user, found),
        "is_compared": comparison.is_compared(found, content_of(found)),
        "refused": refused,
        "reason": request.POST.get("reason", ""),
        "ticked": set(request.POST.getlist("mark")),
    }
    return render(request, "annual_reports/marks.html", context, status=400 if refused else 200)


def _settle_or_compare(request: HttpRequest, found: Report, user: User) -> None:
    if "compare" in request.POST:
        left = comparison.compare(found, actor=user)
    else:
        chosen = {
            int(one) for one in request.POST.getlist("mark") if one.isdecimal() and len(one) < 12
        }
        left = comparison.settle(found, chosen, request.POST.get("reason", ""), actor=user)
    if left:
        messages.info(request, _("Passages to be settled: %(count)s.") % {"count": left})
    else:
        messages.success(request, _("Nothing is to be settled. The report can be handed in."))


@require_POST
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a report a step further, or back.

    Raises:
        Http404: If there is no such report, or the reader doesn't make it.
    """
    found, user = _made(request, pk)
    reason = request.POST.get("reason", "")
    try:
        return _taken(request, found, user, reason)
    except PermissionDenied:
        messages.error(
            request,
            _(
                "A second person approves: not the one who handed the report in. Nothing was changed."
            ),
        )
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect(found.url)


def _taken(request: HttpRequest, found: Report, user: User, reason: str) -> HttpResponse:
    if "submit" in request.POST:
        approving.submit(found, actor=user)
        messages.success(
            request, _("The report is handed in. The others who publish in this space are told.")
        )
    elif "approve" in request.POST:
        if approving.approve(found, actor=user).is_frozen:
            make_files_of(found, actor=user)
            messages.success(request, _("The report is frozen. Its files are being made."))
        else:
            messages.error(request, _("New texts that aren’t public hold passages of the report. It was given back; "
                                      "the passages are marked."))  # fmt: skip
    elif "back" in request.POST:
        approving.give_back(found, reason, actor=user)
        messages.success(request, _("The report can be changed again."))
    elif "take_over" in request.POST:
        services.take_over(found, actor=user)
        return redirect("annual_reports:choose", found.pk)
    elif "correct" in request.POST:
        return redirect(approving.correct(found, reason, actor=user).url)
    elif "delete" in request.POST:
        services.delete_draft(found, actor=user)
        messages.success(request, _("The draft is deleted."))
        return redirect("annual_reports:list")
    return redirect(found.url)
