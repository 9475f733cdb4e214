"""Lists that hold only what their reader may see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from django.contrib.contenttypes.models import ContentType
from django.db.models import BigIntegerField, CharField, Exists, Model, OuterRef, Q, Value
from django.db.models.functions import Cast, Replace
from wagtail.models import ReferenceIndex

from access.models import NarrowedPassage
from access.tree import START_PAGE_DEPTH, page_model, range_of

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
    return visible_by(visible_values(scope), prefix, among="in")


def visible_values(scope: AccessScope) -> dict[str, Any]:
    """Return the values by which pages are visible, named as `visible_by` takes them, for queries that are composed."""
    # Nobody sees the start page, which lies at a depth of its own, and has no spaces.
    start_depth = START_PAGE_DEPTH if scope.user_id is not None else 0
    return {"spaces": scope.spaces, "start_depth": start_depth, **_shared_values(scope)}


def visible_by(values: Mapping[str, Any], prefix: str = "", *, among: str = "held_among") -> Q:
    """Return the condition under which a page is published and may be read.

    Args:
        values: From `visible_values`, or what stands for them (`web.composed.Slot`).
        prefix: Path of look-ups to the page.
        among: The look-up for lists. What is composed finds its pages by another condition, and holds them against
            this one (`web.composed`).
    """
    place = Q(**{f"{prefix}space__{among}": values["spaces"]})
    place |= Q(**{f"{prefix}space__isnull": True, f"{prefix}depth": values["start_depth"]})
    return Q(**{f"{prefix}live": True}) & (place | _shared_by(values, prefix, among))


def _shared_values(scope: AccessScope) -> dict[str, Any]:
    """Return the paths of single pages and, numbered, the ranges of subtrees that were shared with the reader."""
    values: dict[str, Any] = {
        "single": [
            one.path
            for one in scope.shared
            if not one.include_descendants and one.path not in one.except_paths
        ]
    }
    whole = (one for one in scope.shared if one.include_descendants)
    for number, share in enumerate(whole):
        values[f"from_{number}"], values[f"before_{number}"] = range_of(share.path)
        values[f"except_{number}"] = share.except_paths
    return values


def _shared_by(values: Mapping[str, Any], prefix: str, among: str) -> Q:
    """Return the condition under which a page was shared with the reader."""
    path = f"{prefix}path"
    condition = Q(**{f"{path}__{among}": values["single"]})
    number = 0
    while f"from_{number}" in values:
        inside = Q(
            **{f"{path}__gte": values[f"from_{number}"], f"{path}__lt": values[f"before_{number}"]}
        )
        condition |= inside & ~Q(**{f"{path}__{among}": values[f"except_{number}"]})
        number += 1
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
        """Keep files that `user` may read: those of the reader's spaces, and those that a share opens.

        A share opens no file that a confidential page shows, too: the strictest page decides how it is handled.
        """
        from access.rights import scope_for

        queryset: Any = self
        scope = scope_for(user)
        readable = Q(space__in=scope.spaces)
        if scope.shared:
            queryset = queryset.annotate(reference_key=Cast("pk", CharField()))
            shared = Q(Exists(_references_from_shared_pages(scope, queryset.model)))
            readable |= shared & ~_is_confidential(queryset.model)
        kept: Self = queryset.filter(readable)
        return kept

    def confidential(self) -> Self:
        """Keep files that a confidential page of their space attaches or shows, or did until the bin was emptied."""
        queryset: Any = self
        kept: Self = queryset.filter(_is_confidential(queryset.model))
        return kept

    def exportable_by(self, user: Person) -> Self:
        """Keep files that `user` may read and take out: not those of confidential pages."""
        queryset: Any = self.visible_to(user)
        kept: Self = queryset.exclude(_is_confidential(queryset.model))
        return kept

    def free_to_leave(self) -> Self:
        """Keep files that people without an account may get: shown by public pages and no others."""
        queryset: Any = self
        kept: Self = queryset.filter(
            _is_shown_by(queryset.model, classification="public", live=True),
            stays_confidential=False,
        ).exclude(_is_shown_by(queryset.model, classification__in=["internal", "confidential"]))
        return kept


def _is_confidential(file_model: type[Model]) -> Q:
    return Q(stays_confidential=True) | Q(_is_shown_by(file_model, classification="confidential"))


def _is_shown_by(file_model: type[Model], **which: Any) -> Exists:
    """Return the condition that a page of the file's (the row's) own space attaches or shows it."""
    pages = page_model().objects.filter(space=OuterRef(OuterRef("space")), **which)
    return Exists(
        references_from_pages(pages, file_model).filter(
            to_object_id=Cast(OuterRef("pk"), CharField())
        )
    )


def references_from_pages(pages: Any, file_model: type[Model]) -> Any:
    """Return Wagtail's references from `pages`, a queryset, to files of one kind."""
    return ReferenceIndex.objects.filter(
        base_content_type=ContentType.objects.get_for_model(page_model()),
        object_id__in=pages.order_by().annotate(key=Cast("pk", CharField())).values("key"),
        to_content_type=ContentType.objects.get_for_model(file_model),
    )


def _references_from_shared_pages(scope: AccessScope, file_model: type[Model]) -> Any:
    """Return the references to a file (the outer query's row) from shared pages of its own space.

    A share includes the files that its page attaches or shows. Files of other spaces stay out: whoever writes a page
    may write any file's number into it, and would open that file by having the page shared. So do files that only a
    passage shows that isn't for all readers of the page.
    """
    pages = page_model().objects.filter(
        _shared_by(_shared_values(scope), "", "in"), live=True, space=OuterRef(OuterRef("space"))
    )
    references = references_from_pages(pages, file_model).filter(
        to_object_id=OuterRef("reference_key")
    )
    return references.exclude(in_passage(NarrowedPassage.objects.all()))


def in_passage(passages: Any) -> Exists:
    """Return the condition that a reference (the row) stands in one of these passages of its page.

    Wagtail writes the keys of the blocks into the path of what it finds; UUIDs have dashes there, but not everywhere in
    the databases.
    """
    holding = passages.filter(pages=Cast(OuterRef("object_id"), BigIntegerField()))
    place = Replace(OuterRef("content_path"), Value("-"), Value(""), output_field=CharField())
    key = Replace(Cast("key", CharField()), Value("-"), Value(""))
    return Exists(holding.annotate(place=place).filter(place__contains=key))
