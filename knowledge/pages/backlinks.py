"""What leads to a page: the visible pages that refer to it, in a text or by a choice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import BigIntegerField, Exists, OuterRef, QuerySet
from django.db.models.functions import Cast
from django.http import HttpRequest
from wagtail.models import ReferenceIndex

from access.audience import closed_to
from access.models import NarrowedPassage
from access.querysets import in_passage, visible_by, visible_values
from access.rights import Person, scope_for
from knowledge.basepage.models import KnowledgePage
from web.composed import composed
from web.panels import Panel, Place

SHOWN = 20


def pages_leading_to(page: Any, user: Person) -> list[KnowledgePage]:
    """Return the published pages that refer to `page` and that `user` may read, the newest first; one query.

    A page that refers to it only in a passage which is narrowed to others doesn't lead here: one query more, where a
    found page has such passages.
    """
    about = {
        "pages": ContentType.objects.get_for_model(KnowledgePage).pk,
        "pk": page.pk,
        "to_object_id": str(page.pk),
    }
    found: list[Any] = list(_leading(**about, **visible_values(scope_for(user))))
    if not any(one.has_narrowed for one in found):
        return found
    references = _references(about["pages"], about["to_object_id"]).filter(
        object_id__in=[str(one.pk) for one in found]
    )
    seen = references.exclude(in_passage(closed_to(user))).values_list("object_id", flat=True)
    said = set(seen)
    return [one for one in found if str(one.pk) in said]


def _references(pages: Any, to_object_id: Any) -> QuerySet[ReferenceIndex]:
    return ReferenceIndex.objects.filter(
        base_content_type=pages, to_content_type=pages, to_object_id=to_object_id
    )


@composed
def _leading(*, pages: Any, pk: Any, to_object_id: Any, **visible: Any) -> QuerySet[KnowledgePage]:
    references = _references(pages, to_object_id)
    narrowed = NarrowedPassage.pages.through.objects.filter(knowledgepage=OuterRef("pk"))
    leading = (
        KnowledgePage.objects.filter(visible_by(visible))
        .exclude(pk=pk)
        .filter(
            pk__in=references.annotate(page=Cast("object_id", BigIntegerField())).values("page")
        )
        .annotate(has_narrowed=Exists(narrowed))
        .select_related("content_type")
    )
    return leading.order_by("-last_published_at", "-pk")[:SHOWN]


def _backlinks(page: Any, request: HttpRequest) -> Mapping[str, Any] | None:
    found = pages_leading_to(page, request.user)
    return {"backlinks": found} if found else None


BACKLINKS = Panel(
    name="backlinks",
    template="pages/_backlinks.html",
    place=Place.ASIDE,
    order=60,
    context=_backlinks,
)
