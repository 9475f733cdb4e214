"""Contacts to be confirmed: the list for publishers, and the button on the contact."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from access.handling import may_export
from access.rights import can, spaces_where
from access.roles import Action
from accounts.models import User
from knowledge.contacts.card import vcard
from knowledge.contacts.models import ContactPage
from knowledge.contacts.selectors import contacts_due_for
from knowledge.contacts.services import confirm_contact

PAGE_SIZE = 50  # contacts on one page


@require_safe
def due(request: HttpRequest) -> HttpResponse:
    """List the contacts that are due in the spaces in which the reader publishes.

    Raises:
        Http404: If the reader publishes nowhere.
    """
    if not spaces_where(request.user, Action.PUBLISH):
        raise Http404
    page = Paginator(contacts_due_for(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page_obj": page, "days": settings.CONTACT_CONFIRMATION_DAYS}
    return render(request, "contacts/due.html", context)


@require_safe
def vcard_of(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a contact as a vCard.

    Raises:
        Http404: If there is no such contact, or the reader may not read it or take it out; always the same answer.
    """
    visible = ContactPage.objects.visible_to(request.user).filter(live=True)
    contact = visible.select_related("organisation").filter(pk=pk).first()
    if contact is None or not may_export(request.user, contact):
        raise Http404
    return HttpResponse(
        vcard(contact, url=request.build_absolute_uri(contact.url)),
        content_type="text/vcard; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{contact.slug}.vcf"'},
    )


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm one contact.

    Raises:
        Http404: If there is no such contact, or the reader may not see or edit it; always the same answer.
    """
    user = request.user
    contact = ContactPage.objects.visible_to(user).filter(pk=pk).first()
    if contact is None or not isinstance(user, User) or not can(user, Action.EDIT, contact):
        raise Http404
    confirm_contact(contact, actor=user)
    messages.success(
        request, _("The data of “%(contact)s” are confirmed.") % {"contact": contact.title}
    )
    return redirect("contacts:due" if "from_list" in request.POST else contact.url)
