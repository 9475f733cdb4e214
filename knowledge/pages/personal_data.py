"""What a person wrote and uploaded, in what the platform holds on her."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Revision

from accounts.models import User
from accounts.personal_data import Row, Section, sections
from knowledge.basepage.models import KnowledgePage
from knowledge.files.models import KnowledgeDocument, KnowledgeImage


def _pages(person: User) -> Iterable[Row]:
    revised = Revision.page_revisions.filter(user=person).values_list("object_id", flat=True)
    numbers = {int(number) for number in revised.order_by().distinct()}
    written = KnowledgePage.objects.filter(Q(owner=person) | Q(pk__in=numbers))
    visible = written.visible_to(person)
    for page in visible.order_by("pk"):
        yield {_("Page"): page.title, _("Web address"): page.url}
    hidden = written.count() - visible.count()
    if hidden:
        yield {_("Further pages and drafts that you can't see any more"): hidden}


def _files(person: User) -> Iterable[Row]:
    models: tuple[Any, ...] = (KnowledgeDocument, KnowledgeImage)
    for model in models:
        uploaded = model.objects.filter(uploaded_by_user=person)
        visible = uploaded.visible_to(person)
        for file in visible.order_by("pk"):
            yield {_("File"): file.title, _("Uploaded at"): file.created_at}
        hidden = uploaded.count() - visible.count()
        if hidden:
            yield {_("Further files that you can't see any more"): hidden}


def register_sections() -> None:
    """Register the sections; called once, when the apps are ready."""
    sections.register(
        Section(
            "pages",
            gettext_lazy("Pages that you wrote or changed"),
            collect=_pages,
            remains=gettext_lazy(
                "What people wrote in the text of pages stays: minutes name who took part and who has a task."
            ),
        )
    )
    sections.register(Section("files", gettext_lazy("Files that you uploaded"), collect=_files))
