"""What happens when a page becomes confidential: its shares end, and whoever published it is told which."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.utils.translation import gettext as _
from wagtail.signals import page_published

from access.granting.shares import end_shares_of_confidential_page
from access.handling import is_confidential
from audit.context import current_actor, current_request
from knowledge.basepage.models import KnowledgePage


def end_shares(sender: type, instance: KnowledgePage, **kwargs: Any) -> None:
    """End the shares of a page that is published as confidential, in the transaction of the publishing."""
    if not is_confidential(instance):
        return
    stopped = end_shares_of_confidential_page(instance, actor=current_actor())
    request = current_request()
    if stopped and request is not None:
        names = ", ".join(dict.fromkeys(one.label for one in stopped))
        messages.warning(
            request,
            _(
                "“%(page)s” is now confidential and stays in its space. Those it was shared with no longer "
                "see it: %(names)s."
            )
            % {"page": instance.title, "names": names},
        )


def connect() -> None:
    """Connect the receiver; called once, when the apps are ready."""
    page_published.connect(end_shares, dispatch_uid="end_shares_of_confidential_pages")
