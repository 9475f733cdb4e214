"""Contacts to be confirmed: the list for publishers, and the button on the contact."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from access.rights import can, rights_of
from access.roles import Action, Role
from accounts.models import User
from knowledge.contacts.models import ContactPage
from knowledge.contacts.selectors import contacts_due_for
from knowledge.contacts.services import confirm_contact

PAGE_SIZE = 50  # contacts on one page


@require_safe
def due(request: HttpRequest) -> HttpResponse:
    """List the contacts that are due in the spaces in which the reader publishes.

    Raises:
        Http404: If she publishes nowhere.
    """
    if not rights_of(request.user).spaces_with(Role.PUBLISHER):
        raise Http404
    page = Paginator(contacts_due_for(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page_obj": page, "days": settings.CONTACT_CONFIRMATION_DAYS}
    return render(request, "contacts/due.html", context)


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
