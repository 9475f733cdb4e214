"""What the editor writes; every change goes through `knowledge.writing.services`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail.documents.forms import get_document_form
from wagtail.images.forms import get_image_form

from access.rights import can
from access.roles import Action
from accounts.models import User
from knowledge.basepage.models import KnowledgePage
from knowledge.editing.fields import TextField, text_fields
from knowledge.editing.lines import Line, Unreadable, from_json, new_key, to_json
from knowledge.editing.merging import merge
from knowledge.editing.targets import only_allowed, picture_url, shown_to
from knowledge.editing.titles import linked_by_title
from knowledge.editing.words import merge_text
from knowledge.files.models import KnowledgeDocument, KnowledgeImage
from knowledge.writing import services as writing
from knowledge.writing.stamps import Stale, stamp_of

ATTEMPTS = 5  # somebody else may save between reading and writing


@dataclass(frozen=True, slots=True)
class Sent:
    """What a browser sends: the version from which it began, and for each text what it was and what it is.

    `is_repeated` if it was sent before, without an answer: it may be stored already.
    """

    stamp: str
    title: tuple[str, str]
    texts: Mapping[str, SentText]
    is_repeated: bool = False

    @classmethod
    def read(cls, data: Any) -> Sent:
        """Read what came as JSON.

        Raises:
            Unreadable: If it isn't that.
        """
        try:
            base, mine = data["title"]
            texts = {
                str(name): SentText(from_json(text["base"]), from_json(text["mine"]))
                for name, text in data["texts"].items()
            }
            return cls(str(data["stamp"]), (str(base), str(mine)), texts, data.get("again") is True)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            if isinstance(error, Unreadable):
                raise
            raise Unreadable(
                _(
                    "The text could not be read. Nothing was changed; load the page again and repeat it."
                )
            ) from error


@dataclass(frozen=True, slots=True)
class SentText:
    """One text as a browser sends it; see `knowledge.editing.merging.merge`."""

    base: list[Line]
    mine: list[Line]


@dataclass(slots=True)
class Saved:
    """What became of it.

    Attributes:
        stamp: Of the version that is stored now.
        title: As it is stored.
        texts: Those that are stored otherwise than they were sent, such as together with what others had changed.
        known: What the editor shows for what they refer to.
        is_merged: Whether something in them is somebody else's.
        kept_though_deleted: Lines that one deleted and the other changed.
        written_by_both: Lines that both changed.
    """

    stamp: str = ""
    title: str = ""
    texts: dict[str, list[Any]] = field(default_factory=dict)
    known: dict[str, dict[str, str]] = field(default_factory=dict)
    is_merged: bool = False
    kept_though_deleted: list[str] = field(default_factory=list)
    written_by_both: list[str] = field(default_factory=list)


def save_text(page: KnowledgePage, sent: Sent, *, actor: User) -> Saved:
    """Keep what is being written as a draft, together with what others saved meanwhile.

    Args:
        page: The page, of its own type.
        sent: What came from the browser.
        actor: Who writes.

    Raises:
        PermissionDenied, Locked, Refused, ValidationError: See `knowledge.writing.services`.
    """
    for attempt in range(ATTEMPTS):
        fresh: Any = type(page)._default_manager.get(pk=page.pk)
        draft = writing.draft_of(fresh)
        stamp = stamp_of(fresh)
        saved, is_changed = _put_into(
            draft, sent, actor=actor, is_latest=stamp == sent.stamp, live=fresh
        )
        if not is_changed:
            saved.stamp = stamp
            return saved
        try:
            saved.stamp = stamp_of(writing.autosave(draft, actor=actor, stamp=stamp))
        except Stale:
            if attempt + 1 == ATTEMPTS:
                raise
        else:
            return saved
    raise AssertionError("unreachable")


def _put_into(
    draft: Any, sent: Sent, *, actor: User, is_latest: bool, live: Any
) -> tuple[Saved, bool]:
    saved = Saved(title=_title(sent.title, draft.title, is_latest=is_latest))
    is_changed = saved.title != draft.title
    draft.title = saved.title
    for one in text_fields(type(draft)):
        text = sent.texts.get(one.name)
        latest = one.lines(draft)
        if text is None or latest is None:
            continue
        lines = text.mine if is_latest else _merged(one, sent, latest, saved)
        lines = only_allowed(lines, actor, [*latest, *one.other_lines(live, besides=draft)])
        lines = linked_by_title(lines, actor, page=live, stored=latest)
        kept = [] if one.is_rich else one.blocks(live)
        is_changed |= one.write(draft, lines, kept)
        if lines != text.mine:
            saved.texts[one.name] = to_json(lines)
            found = shown_to(actor, lines, None if one.is_rich else one.blocks(draft))
            for name, values in found.items():
                saved.known.setdefault(name, {}).update(values)
    return saved, is_changed


def _merged(one: TextField, sent: Sent, latest: Sequence[Line], saved: Saved) -> list[Line]:
    text = sent.texts[one.name]
    merged = merge(text.base, text.mine, latest, unanswered=text.mine if sent.is_repeated else ())
    saved.is_merged |= merged.lines != text.mine
    saved.kept_though_deleted += merged.kept_though_deleted
    saved.written_by_both += merged.written_by_both
    return merged.lines


def _title(sent: tuple[str, str], latest: str, *, is_latest: bool) -> str:
    """Return the title; without one, and where only somebody else changed it, the stored one stays."""
    base, mine = (" ".join(title.split())[:255] for title in sent)
    if not mine or mine == base:
        return latest
    return mine if is_latest or latest == base else merge_text(base, mine, latest)[:255]


def add_file(page: KnowledgePage, upload: Any, *, actor: User) -> dict[str, Any]:
    """Store a picture or a file in the page's space, and return the node that stands for it in the text.

    Args:
        page: The page that is being written.
        upload: The file as it came.
        actor: Who adds it.

    Raises:
        ValidationError: With a sentence, if it is too big, damaged or of a kind that isn't taken.
    """
    is_picture = (upload.content_type or "").startswith("image/")
    model: Any = KnowledgeImage if is_picture else KnowledgeDocument
    form_class = get_image_form(model) if is_picture else get_document_form(model)
    title = (upload.name or _("File")).rsplit(".", 1)[0][:255] or _("File")
    form = form_class(
        {"title": title, "space": page.space_id, "tags": ""},
        {"file": upload},
        instance=model(uploaded_by_user=actor),
        user=actor,
    )
    if page.space is None or not can(actor, Action.ADD, page.space):
        raise ValidationError(_("You may not add files in this space. Nothing was saved."))
    if not form.is_valid():
        raise ValidationError([error for errors in form.errors.values() for error in errors])
    stored = form.save()
    key = new_key()
    if is_picture:
        attributes = {"image": stored.pk, "src": picture_url(stored), "alt": "", "caption": ""}
        return {"type": "figure", "attrs": {"key": key, **attributes}}
    label = f"{_('File')}: {stored.title}"
    return {
        "type": "card",
        "attrs": {"key": key, "type": "document", "document": stored.pk, "label": label},
    }
