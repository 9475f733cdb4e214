"""Lists that hold only what their reader may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Exists, Model, OuterRef, Q
from django.db.models.functions import Cast
from wagtail.models import ReferenceIndex

from access.tree import START_PAGE_DEPTH, at_or_below

if TYPE_CHECKING:
    from access.rights import Person
    from access.scope import AccessScope


def visible_pages(user: Person, prefix: str = "") -> Q:
    """Return the condition under which a page is published and may be read by `user`.

    Args:
        user: The reader.
        prefix: Path of look-ups to the page, such as `"page__"`; empty on the page model itself.
    """
    from access.rights import scope_for

    scope = scope_for(user)
    if scope.user_id is None:
        return Q(pk__in=[])
    place = Q(**{f"{prefix}space__in": scope.spaces})
    place |= Q(**{f"{prefix}space__isnull": True, f"{prefix}depth": START_PAGE_DEPTH})
    return Q(**{f"{prefix}live": True}) & (place | _shared(scope, prefix))


def _shared(scope: AccessScope, prefix: str) -> Q:
    """Return the condition under which a page was shared with the reader."""
    path = f"{prefix}path"
    # One list instead of a condition for each: the query is composed in every request.
    single = [one.path for one in scope.shared if not (one.include_descendants or one.except_paths)]
    condition = Q(**{f"{path}__in": single})
    for share in scope.shared:
        if share.include_descendants:
            one = at_or_below(share.path, field=path)
            if share.except_paths:
                one &= ~Q(**{f"{path}__in": share.except_paths})
            condition |= one
    return condition


class VisiblePagesMixin:
    """For querysets of pages: `visible_to`."""

    def visible_to(self, user: Person) -> Self:
        """Keep published pages that `user` may read."""
        queryset: Any = self
        kept: Self = queryset.filter(visible_pages(user))
        return kept

    def exportable_by(self, user: Person) -> Self:
        """Keep published pages that `user` may read and take out as a file: not the confidential ones."""
        queryset: Any = self.visible_to(user)
        kept: Self = queryset.exclude(classification="confidential")
        return kept

    def free_to_leave(self) -> Self:
        """Keep published pages that people without an account may get: the public ones."""
        queryset: Any = self
        kept: Self = queryset.filter(live=True, classification="public")
        return kept


class VisibleFilesMixin:
    """For querysets of documents and images: `visible_to`."""

    def visible_to(self, user: Person) -> Self:
        """Keep files that `user` may read."""
        from access.rights import scope_for

        queryset: Any = self
        scope = scope_for(user)
        readable = Q(space__in=scope.spaces)
        if scope.shared:
            queryset = queryset.annotate(reference_key=Cast("pk", CharField()))
            readable |= Q(Exists(_references_from_shared_pages(scope, queryset.model)))
        kept: Self = queryset.filter(readable)
        return kept

    def exportable_by(self, user: Person) -> Self:
        """Keep files that `user` may read and take out: not those of confidential pages."""
        queryset: Any = self.visible_to(user)
        kept: Self = queryset.exclude(_is_shown_by(queryset.model, classification="confidential"))
        return kept

    def free_to_leave(self) -> Self:
        """Keep files that people without an account may get: shown by public pages and no others."""
        queryset: Any = self
        kept: Self = queryset.filter(
            _is_shown_by(queryset.model, classification="public", live=True)
        ).exclude(_is_shown_by(queryset.model, classification__in=["internal", "confidential"]))
        return kept


def _is_shown_by(file_model: type[Model], **which: Any) -> Exists:
    """Return the condition that a page of the file's (the row's) own space attaches or shows it."""
    page_model: Any = apps.get_model(settings.WAGTAIL_PAGE_MODEL)
    pages = page_model.objects.filter(space=OuterRef(OuterRef("space")), **which)
    return Exists(
        references_from_pages(pages, file_model).filter(
            to_object_id=Cast(OuterRef("pk"), CharField())
        )
    )


def references_from_pages(pages: Any, file_model: type[Model]) -> Any:
    """Return Wagtail's references from `pages`, a queryset, to files of one kind."""
    page_model: Any = apps.get_model(settings.WAGTAIL_PAGE_MODEL)
    return ReferenceIndex.objects.filter(
        base_content_type=ContentType.objects.get_for_model(page_model),
        object_id__in=pages.order_by().annotate(key=Cast("pk", CharField())).values("key"),
        to_content_type=ContentType.objects.get_for_model(file_model),
    )


def _references_from_shared_pages(scope: AccessScope, file_model: type[Model]) -> Any:
    """Return the references to a file (the outer query's row) from shared pages of its own space.

    A share includes the files that its page attaches or shows. Files of other spaces stay out: whoever writes a page
    may write any file's number into it, and would open that file to herself by having the page shared.
    """
    page_model: Any = apps.get_model(settings.WAGTAIL_PAGE_MODEL)
    pages = page_model.objects.filter(
        _shared(scope, ""), live=True, space=OuterRef(OuterRef("space"))
    )
    return references_from_pages(pages, file_model).filter(to_object_id=OuterRef("reference_key"))
