"""How groups become documents of the search."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from knowledge.groups.models import GroupPage, MinutesPage
from knowledge.page_source import PageContent, PageKind, register_page_kind
from knowledge.plain_text import PlainText


def content(page: MinutesPage) -> PageContent:
    """Read the minutes of one meeting."""
    text = PlainText()
    text.add_agenda(page.agenda)
    participants = list(page.participants.all())
    text.add_text(", ".join(one.name for one in participants))
    organisations = [one.organisation.slug for one in participants if one.organisation]
    return PageContent(
        text=text,
        organisations=organisations,
        people=[one.name for one in participants],
    )


def group_content(page: GroupPage) -> PageContent:
    """Read the home page of a working group."""
    text = PlainText()
    text.add_text(page.introduction)
    field_of_action = page.field_of_action.slug if page.field_of_action else ""
    return PageContent(text=text, field_of_action=field_of_action)


def register() -> None:
    """Make groups findable."""
    register_page_kind(
        PageKind(
            model=MinutesPage,
            kind="minutes",
            content=content,
            prefetch=("participants__organisation",),
            dated_on="held_on",
        ),
        _("Minutes"),
        aliases=(
            "protokoll",
            "protokolle",
        ),
    )
    register_page_kind(
        PageKind(
            model=GroupPage, kind="group", content=group_content, prefetch=("field_of_action",)
        ),
        _("Working group"),
        aliases=("ag", "arbeitsgruppe", "gruppe"),
    )
