"""Two entries that mean one organisation become one: whatever names the one names the other afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import BooleanField, Q, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from modelcluster.models import get_all_child_relations
from wagtail.models import ReferenceIndex, Revision, get_page_models

from access.consequence.of_roles import Consequence, Item, described_role
from access.consequence.state import Outdated, fingerprint
from access.granting.handing_over import InSpace, hand_over_grants, held_by_both, refuse_beyond
from access.reader import forget
from accounts.models import OldShortName, Organisation, User
from audit.context import acting
from audit.services import record
from knowledge.basepage.models import KnowledgePage
from people.organisations import require_curator
from people.turns import take_turn


def check_merge(merged: Organisation, kept: Organisation, *, actor: User) -> None:
    """Refuse what can't be meant.

    Raises:
        PermissionDenied: If the actor doesn't curate the platform.
        ValidationError: With a sentence; nothing was changed.
    """
    require_curator(actor)
    if merged == kept:
        raise ValidationError(
            _(
                "An organisation can't be merged into itself. Choose another one. Nothing was changed."
            )
        )
    if merged.left_at or kept.left_at:
        raise ValidationError(
            _("One of the two has left the platform; its file stays as it is. Nothing was changed.")
        )
    if kept.is_collective and merged.people.exists():
        raise ValidationError(
            _("“%(kept)s” stands for many bodies and has no people. Nothing was changed.")
            % {"kept": kept}
        )
    refuse_beyond(merged, kept, actor=actor)


def consequence_of_merge(merged: Organisation, kept: Organisation, *, actor: User) -> Consequence:
    """Say what follows, for a curator who may do it; numbers where the titles are not the reader's."""
    both = [one for one in held_by_both(merged, kept) if one.changes]
    items = [_about_entry(merged, kept), *(_about_space(one, merged, kept) for one in both)]
    said = [f"{item.label} {item.change} {item.effects}" for item in items]
    return Consequence(items=tuple(items), fingerprint=fingerprint([merged.pk, kept.pk, *said]))


# unscoped: counts for a curator, who learns of no page by them
def _about_entry(merged: Organisation, kept: Organisation) -> Item:
    people = merged.people.count()
    named = sum(rows.count() for _field, rows in _naming(merged) if rows.model is not User)
    effects = []
    if people:
        belongs = ngettext(
            "%(count)d person then belongs to %(kept)s.",
            "%(count)d people then belong to %(kept)s.",
            people,
        )
        effects.append(belongs % {"count": people, "kept": kept})
    if named:
        names = ngettext(
            "%(count)d entry (contact, responsibility, page, space …) then names %(kept)s.",
            "%(count)d entries (contacts, responsibilities, pages, spaces …) then name %(kept)s.",
            named,
        )
        effects.append(names % {"count": named, "kept": kept})
    effects.append(
        _("The entry “%(merged)s” is deleted; its address leads to %(kept)s. This can't be undone.")
        % {"merged": merged.name, "kept": kept}
    )
    said = _("“%(merged)s” becomes “%(kept)s”.") % {"merged": merged.name, "kept": kept.name}
    return Item(label=str(merged), change=said, effects=tuple(effects))


def _about_space(one: InSpace, merged: Organisation, kept: Organisation) -> Item:
    more = max(one.giver, one.taker, key=lambda held: held.weight)
    gaining = kept if more == one.giver else merged
    after = described_role(more.role, more.until)
    people = gaining.people.filter(is_active=True).count()
    effect = ngettext(
        "%(count)d person of %(body)s then has there: %(role)s.",
        "%(count)d people of %(body)s then have there: %(role)s.",
        people,
    )
    return Item(
        label=_("Space “%(space)s”") % {"space": one.space.title},
        change=_("%(merged)s: %(before)s. %(kept)s: %(until_now)s.")
        % {
            "merged": merged,
            "before": described_role(one.giver.role, one.giver.until),
            "kept": kept,
            "until_now": described_role(one.taker.role, one.taker.until),
        },
        effects=(
            effect % {"count": people, "body": gaining, "role": after}
            if people
            else _("Nobody can do more or less than before."),
        ),
    )


@transaction.atomic
def merge_organisations(
    merged: Organisation, kept: Organisation, *, actor: User, reason: str, expected: str
) -> None:
    """Let `kept` stand wherever `merged` stood, drafts and earlier versions included, and delete `merged`.

    People, rights, shares, contacts, responsibilities, pages and spaces move in one transaction.

    Args:
        merged: The entry that goes.
        kept: The entry that stays.
        actor: A curator.
        reason: Why, in a sentence, for the audit log.
        expected: `Consequence.fingerprint` of what was shown.

    Raises:
        PermissionDenied, ValidationError: As `check_merge` does.
        Outdated: If something has changed meanwhile.
    """
    take_turn()
    locked = Organisation.objects.select_for_update().order_by("pk")
    list(locked.filter(pk__in=[merged.pk, kept.pk]))
    for one in (merged, kept):  # somebody may have renamed it meanwhile
        one.refresh_from_db()
    check_merge(merged, kept, actor=actor)
    if consequence_of_merge(merged, kept, actor=actor).fingerprint != expected:
        raise Outdated
    record(
        "organisation.merged",
        actor=actor,
        obj=kept,
        details={"merged": merged.name, "people": merged.people.count(), "reason": reason},
    )
    with acting(actor):
        for person in merged.people.all():
            person.organisation = kept
            person.save(update_fields=["organisation"])
        hand_over_grants(merged, kept, actor=actor, reason=reason)
        pages = _pages_naming(merged)
        for name, rows in _naming(merged):
            _rename_rows(name, rows, kept)
        _rename_in_revisions(merged, kept)
        OldShortName.objects.create(slug=merged.slug, organisation=kept)
        group = merged.group
        merged.delete()
        group.delete()
        kept.save()  # the pages that name it are indexed anew
    _note_references(pages)
    forget()


def _naming(organisation: Organisation) -> Iterator[tuple[str, Any]]:
    """Yield each table that names organisations, with the field and the rows that name this one."""
    relations: Any = Organisation._meta.get_fields(include_hidden=True)
    for relation in relations:
        is_reverse = relation.auto_created and not relation.concrete
        if is_reverse and (relation.one_to_many or relation.one_to_one):
            related: Any = relation.related_model
            if not related._meta.proxy:
                name = relation.field.name
                yield name, related._base_manager.filter(**{name: organisation})


def _rename_rows(name: str, rows: Any, kept: Organisation) -> None:
    """Let the rows name `kept`; one that says nothing but what another row says already goes."""
    model = rows.model
    parts = [
        field.name
        for field in model._meta.concrete_fields
        if not (field.primary_key or isinstance(field, BooleanField))
        and field.name not in (name, "sort_order")
    ]
    if not issubclass(model, KnowledgePage) and model is not User:
        said = set(model._base_manager.filter(**{name: kept}).values_list(*parts))
        double = [row[0] for row in rows.values_list("pk", *parts) if row[1:] in said]
        rows.filter(pk__in=double).delete()
    rows.update(**{name: kept})


# unscoped: which pages are to be looked through again, shown to nobody
def _pages_naming(organisation: Organisation) -> list[int]:
    references = ReferenceIndex.objects.filter(
        to_content_type=ContentType.objects.get_for_model(Organisation),
        to_object_id=str(organisation.pk),
        base_content_type=ContentType.objects.get_for_model(KnowledgePage),
    )
    return [int(pk) for pk in references.values_list("object_id", flat=True).distinct()]


# unscoped: what refers to what is noted anew, as after each change of a page
def _note_references(pages: list[int]) -> None:
    for page in KnowledgePage.objects.filter(pk__in=pages).specific():
        ReferenceIndex.create_or_update_for_object(page)


def _rename_in_revisions(merged: Organisation, kept: Organisation) -> None:
    """Let drafts and earlier versions name `kept`; else publishing or restoring one would fail."""
    for model in get_page_models():
        own, children = _names_in(model)
        names = {*own, *(name for names in children.values() for name in names)}
        if not names:
            continue
        revisions = Revision.objects.filter(
            content_type=ContentType.objects.get_for_model(model, for_concrete_model=False)
        ).annotate(text=Cast("content", TextField()))
        mentioned = Q(
            *(("text__contains", f'"{name}": {merged.pk}') for name in names),
            *(("text__contains", f'"{name}": [') for name in names),
            _connector=Q.OR,
        )
        for revision in revisions.filter(mentioned).iterator(chunk_size=200):
            if _rename_in(revision.content, own, children, merged.pk, kept.pk):
                revision.save(update_fields=["content"])


def _names_in(model: Any) -> tuple[set[str], dict[str, set[str]]]:
    """Return the fields of a page type that name organisations, and those of its child rows by relation."""
    own = {field.name for field in _fields(model)}
    children = {
        relation.get_accessor_name(): {field.name for field in _fields(relation.related_model)}
        for relation in get_all_child_relations(model)
    }
    return own, {name: fields for name, fields in children.items() if fields}


def _fields(model: Any) -> Iterator[Any]:
    for field in model._meta.get_fields():
        if not field.auto_created and field.related_model is Organisation:
            yield field


def _rename_in(
    content: dict[str, Any], own: set[str], children: dict[str, set[str]], old: int, new: int
) -> bool:
    """Write `new` for `old` in what a revision stores; tell whether it was there."""
    places = [(content, name) for name in own]
    for relation, names in children.items():
        places += [(row, name) for row in content.get(relation) or () for name in names]
    found = False
    for row, name in places:
        value = row.get(name)
        if value == old:
            row[name], found = new, True
        elif isinstance(value, list) and old in value:
            row[name], found = (
                list(dict.fromkeys(new if one == old else one for one in value)),
                True,
            )
    return found
