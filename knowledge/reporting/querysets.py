"""Requests and inquiries by who may see them: whoever asks for the space, and the bodies that are asked, their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

from access.querysets import visible_pages
from access.rights import Person, rights_of, spaces_where
from access.roles import Action

if TYPE_CHECKING:
    from knowledge.reporting.models import Inquiry, NewsRequest  # noqa: F401  the types of the rows


class NewsRequestQuerySet(models.QuerySet["NewsRequest"]):
    """Requests for news."""

    def asked_by(self, user: Person) -> NewsRequestQuerySet:
        """Keep those of the spaces in which `user` publishes: who sees all answers, and accepts them."""
        return self.filter(space__in=spaces_where(user, Action.PUBLISH))


class InquiryQuerySet(models.QuerySet["Inquiry"]):
    """Inquiries to bodies."""

    def for_body_of(self, user: Any) -> InquiryQuerySet:
        """Keep those to the organisation of `user`, about measures that this person may read; never while viewing."""
        body = getattr(user, "organisation_id", None)
        if body is None or not user.is_active or rights_of(user).is_view:
            return self.none()
        return self.filter(visible_pages(user, "measure__"), body=body)

    def asked_by(self, user: Person) -> InquiryQuerySet:
        """Keep those of requests that `user` asks."""
        return self.filter(request__space__in=spaces_where(user, Action.PUBLISH))

    def visible_to(self, user: Person) -> InquiryQuerySet:
        """Keep those that `user` may see: the own body's, and those of the spaces in which `user` publishes."""
        return self.for_body_of(user) | self.asked_by(user)

    def waiting(self) -> InquiryQuerySet:
        """Keep those of open requests that nobody has answered."""
        answered = Q(answers__sent_at__isnull=False)
        return self.filter(request__closed_at=None, accepted_at=None).exclude(answered)
