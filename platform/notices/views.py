"""One's own notices, and how one wants to be told."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.signed_in import signed_in
from notices.forms import DeliveryForm
from notices.selectors import in_words, notice_of, notices_of
from notices.services import choose_delivery, mark_all_read, mark_read
from notices.unsubscribing import end_mails, meant_by

PAGE_SIZE = 25


@require_safe
def notice_list(request: HttpRequest) -> HttpResponse:
    """Show one's notices, newest first."""
    user = signed_in(request)
    pages = Paginator(notices_of(user), PAGE_SIZE)
    page = pages.get_page(request.GET.get("page"))
    notices = list(page)
    words = in_words(user, notices)
    rows = [{"notice": one, "words": words[one.pk]} for one in notices if one.pk in words]
    context = {
        "rows": rows,
        "page_obj": page,
        "has_unread": any(one.read_at is None for one in notices if one.pk in words),
    }
    return render(request, "notices/list.html", context)


@require_safe
def open_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a notice as read and go where it leads.

    Raises:
        Http404: If it is somebody else's, or leads nowhere now.
    """
    user = signed_in(request)
    notice = notice_of(user, pk)
    words = in_words(user, [notice]).get(pk) if notice else None
    if words is None:
        raise Http404
    mark_read(user, pks=[pk])
    return redirect(words.url or "notices:list")


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything as read."""
    mark_all_read(signed_in(request))
    messages.success(request, _("All notices have been marked as read."))
    return redirect("notices:list")


@require_http_methods(["GET", "HEAD", "POST"])
def delivery_settings(request: HttpRequest) -> HttpResponse:
    """Choose how one wants to be told."""
    user = signed_in(request)
    form = DeliveryForm(user, request.POST if request.method == "POST" else None)
    if form.is_valid():
        choose_delivery(user, form.chosen())
        messages.success(request, _("Your choice is saved."))
        return redirect("notices:settings")
    context = {
        "form": form,
        "has_address": bool(user.email),
        "is_mail_enabled": settings.NOTICE_MAIL_ENABLED,
    }
    return render(request, "notices/settings.html", context)


@csrf_exempt  # mail programs send it, and the address is the secret
@require_http_methods(["GET", "POST"])
def unsubscribe(request: HttpRequest, signed: str) -> HttpResponse:
    """End the mails of one kind: by a button for people, since filters follow links, and at once for mail programs.

    Raises:
        Http404: If the address isn't one of ours.
    """
    meant = meant_by(signed)
    if meant is None:
        raise Http404
    person, kind = meant
    if request.method == "POST":
        end_mails(person, kind)
    context = {"kind": kind, "is_done": request.method == "POST"}
    return render(request, "notices/unsubscribe.html", context)
