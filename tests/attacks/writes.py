"""Every way to change something that belongs to space B or to the platform, and who may go it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from django.urls import reverse

from tests.leaks.routes import CURATORS, INVITES, KEEPS_ACCOUNTS, NO_ONE, WORKSHOP
from tests.leaks.world import NARROWED, PREFIX, World

PUBLISHERS_B = frozenset({"publisher_b", "steward_b", "curator"})
READERS_B = PUBLISHERS_B | {"reader_b", "contributor_b", "member_of_both", "publisher_a_reader_b"}
# Who answers for organisation B: its people who read space B.
BODY_B = frozenset({"reader_b", "contributor_b", "publisher_b", "steward_b"})
UPLOADER = frozenset({"publisher_b"})  # of the document that waits for its fields
STEWARDS_B = frozenset({"steward_b", "curator"})
ATTACKERS = (
    "nobody", "inactive", "stranger", "expired", "share_receiver", "reader_a", "contributor_a", "publisher_a",
    "steward_a", "publisher_a_reader_b", "member_of_both", "reader_b", "contributor_b", "publisher_b", "steward_b",
    "administrator", "data_protection", "curator", "manager_a",
)  # fmt: skip


@dataclass(frozen=True)
class Write:
    """One POST: to which route, about what, and who may.

    Attributes:
        route: Its name.
        may: Who gets further than "not found".
        of: Kind of object of space B in the address; empty for none.
        arguments: Further parts of the address, made from the world and the object.
        query: What stands behind the address.
        data: What is sent.
        refused: What everybody else gets who is signed in.
    """

    route: str
    may: frozenset[str]
    of: str = ""
    arguments: Callable[[World, Any], list[Any]] = field(default=lambda world, thing: [thing.pk])
    query: Callable[[World, Any], str] = field(default=lambda world, thing: "")
    data: Callable[[World, Any], dict[str, Any]] = field(default=lambda world, thing: {})
    refused: frozenset[int] = frozenset({404})

    def address(self, world: World, thing: Any) -> str:
        """Return where it is sent."""
        arguments = self.arguments(world, thing) if thing is not None else []
        return reverse(self.route, args=arguments) + self.query(world, thing)


def _elsewhere(world: World, page: Any) -> list[Any]:
    return [page.pk, world.first("page", "b").get_parent().pk]


def _narrowed_entry(world: World, measure: Any) -> list[Any]:
    """An entry that is narrowed to an organisation of which nobody is in the cast."""
    narrowed = measure.entries.get(text__startswith=PREFIX + NARROWED)
    return [measure.pk, f"entry-{narrowed.pk}"]


def _bulk(kind: str, action: str) -> Write:
    label = {
        "page": ("basepage", "knowledgepage"),
        "document": ("files", "knowledgedocument"),
        "image": ("files", "knowledgeimage"),
    }[kind]
    return Write(
        "wagtail_bulk_action",
        PUBLISHERS_B,
        kind,
        arguments=lambda world, thing: [*label, action],
        query=lambda world, thing: f"?id={thing.pk}",
        data=lambda world, thing: {
            "chooser": world.first("page", "b").get_parent().pk,
            "tags": "x",
        },
    )


def _page(route: str, **more: Any) -> Write:
    return Write(f"wagtailadmin_pages:{route}", PUBLISHERS_B, "page", **more)


def _new_below(world: World, page: Any) -> list[Any]:
    return ["articles", "articlepage", page.get_parent().pk]


def _revision(world: World, page: Any) -> list[Any]:
    return [page.pk, page.latest_revision_id]


def _unlocked(world: World, page: Any) -> list[Any]:
    """Return a page of the same kind that nobody has locked: what is locked is refused to those who may, too."""
    same = (one for group, one in world.objects["page"] if group == "b" and type(one) is type(page))
    return [next(one for one in same if not one.locked).pk]


def _contact(world: World, thing: Any) -> list[Any]:
    return [
        page.pk
        for group, page in world.objects["page"]
        if group == "b" and hasattr(page, "confirmed_on")
    ][:1]


def _space(world: World, thing: Any) -> list[Any]:
    return [world.cast.space_b.slug]


def _everything(world: World, page: Any) -> dict[str, Any]:
    """Return the fields that a form might take over though it doesn't show them."""
    return {
        "title": "Übernommen", "slug": "uebernommen", "classification": "public", "space": world.cast.space_a.pk,
        "owner": world.people["publisher_a"].pk, "live": "on", "action-publish": "1", "path": "0001", "is_sample": "on",
        "new_title": "Kopie", "new_slug": "kopie", "new_parent_page": world.first("page", "b").get_parent().pk,
        "copy_subpages": "on", "publish_copies": "on", "alias": "on", "position": "0",
    }  # fmt: skip


def _draft_report(world: World, report: Any) -> list[Any]:
    """Return the report of space B that isn't frozen: what is frozen is refused to those who may, too."""
    drafts = (
        one
        for _, one in world.objects["report"]
        if one.space == world.cast.space_b and not one.is_frozen
    )
    return [next(drafts).pk]


def _part_of_draft(world: World, part: Any) -> list[Any]:
    return [
        next(
            one for _, one in world.objects["report part"] if one.report.space == world.cast.space_b
        ).pk
    ]


WRITES: tuple[Write, ...] = (
    # --- pages ---
    _page("edit", data=_everything),
    _page("delete", arguments=_unlocked),
    _page("unpublish"),
    _page("copy", data=_everything),
    _page("move_confirm", arguments=_elsewhere),
    _page("move", data=_everything),
    _page("set_page_position", data=_everything),
    _page("lock"),
    _page("unlock"),
    _page("preview_on_edit", data=_everything),
    _page("revisions_revert", arguments=_revision),
    _page("revisions_unschedule", arguments=_revision),
    _page("add", arguments=_new_below, data=_everything),
    _page("preview_on_add", arguments=_new_below, data=_everything),
    *(_bulk("page", action) for action in ("publish", "unpublish", "move")),
    replace(_bulk("page", "delete"), query=lambda world, page: f"?id={_unlocked(world, page)[0]}"),
    # --- files ---
    *(_bulk(kind, action) for kind in ("document", "image") for action in ("add_tags", "delete")),
    *(
        Write(f"wagtail{app}:{action}", PUBLISHERS_B, kind, data=_everything)
        for app, kind in (("docs", "document"), ("images", "image"))
        for action in ("edit", "delete", "edit_multiple", "delete_multiple")
    ),
    Write("contacts:confirm", PUBLISHERS_B, "page", arguments=_contact),
    Write("editing:autosave", PUBLISHERS_B, "page"),
    Write("editing:presence", PUBLISHERS_B, "page"),
    Write("editing:file", PUBLISHERS_B, "page"),
    Write("editing:publish", PUBLISHERS_B, "page", arguments=_unlocked),
    Write("editing:hand_in", PUBLISHERS_B, "page"),
    Write("facts:edit", NO_ONE, "page", data=lambda world, page: {"title": "x", "deed": "publish"}),  # it has no fields
    Write("corrections:report", READERS_B, "page", data=lambda world, page: {"text": ""}),
    Write("corrections:correct", NO_ONE, "page"),
    Write("corrections:settle", NO_ONE, "page", data=lambda world, page: {"deed": "take_over"}),
    Write("annual_reports:begin", PUBLISHERS_B, "page", arguments=_space, data=lambda world, thing: {"year": "2027"}),
    *(
        Write(f"annual_reports:{route}", PUBLISHERS_B, "report", arguments=_draft_report)
        for route in ("measures", "choose", "marks", "step")
    ),
    Write("annual_reports:part", PUBLISHERS_B, "report part", arguments=_part_of_draft, data=_everything),
    Write("annual_reports:make_files", PUBLISHERS_B, "report"),
    Write("collaboration:talk", PUBLISHERS_B | {"contributor_b"}, "page", data=lambda world, page: {"text": "x"}),
    *(
        Write("collaboration:comment", PUBLISHERS_B | {"contributor_b"}, "comment",
              data=lambda world, comment, deed=deed: {"deed": deed, "text": "x"})
        for deed in ("", "resolve")
    ),
    Write("wiki:upkeep", PUBLISHERS_B, "page", arguments=_unlocked, data=lambda world, page: {"rhythm": 0}),
    Write("wiki:check", PUBLISHERS_B, "page"),
    Write("wiki:tags_of", PUBLISHERS_B, "page", arguments=_unlocked, data=lambda world, page: {"first": "Eigenes"}),
    Write("wiki:begin", PUBLISHERS_B | {"contributor_b"}, "page", data=lambda world, page: {"title": "x"}),
    Write("wiki:mark", PUBLISHERS_B, "page", arguments=_unlocked, data=lambda world, page: {"deed": "unmark"}),
    Write("wiki:doubt", READERS_B, "page", data=lambda world, page: {"text": ""}),
    Write("collaboration:watch", READERS_B, "page"),
    Write("collaboration:watch_tag", READERS_B, "tag", arguments=lambda world, tag: [tag.key]),
    Write("collaboration:reading", READERS_B, "reading"),
    Write("collaboration:ask_reading", PUBLISHERS_B, "page", data=lambda world, page: {"due_on": "x"}),
    Write("arranging:rename", PUBLISHERS_B, "page", data=lambda world, page: {"title": "x", "stamp": "1@1"}),
    Write("arranging:move", PUBLISHERS_B, "page", data=lambda world, page: {"place": page.get_parent().pk}),
    Write("arranging:copy", PUBLISHERS_B | {"contributor_b"}, "page", data=lambda world, page: {"title": "x"}),
    Write("arranging:delete", PUBLISHERS_B, "page"),
    Write("arranging:restore", NO_ONE, "page"),
    Write("versions:restore", PUBLISHERS_B, "page", data=lambda world, page: {"version": page.latest_revision_id}),
    Write("versions:review", PUBLISHERS_B, "page", data=lambda world, page: {"deed": "publish"}),
    Write("meetings:edit", PUBLISHERS_B, "minutes", data=lambda world, page: {"item": "neu", "stamp": "x"}),
    Write("meetings:approve", PUBLISHERS_B, "minutes", data=lambda world, page: {"seen": page.live_revision_id}),
    Write("meetings:answer", NO_ONE, "minutes", data=lambda world, page: {"comes": "1"}),
    Write("meetings:addendum", PUBLISHERS_B, "minutes", data=lambda world, page: {"text": ""}),
    Write("events:results_page", PUBLISHERS_B | {"contributor_b"}, "event", data=lambda world, page: {"title": "x"}),
    Write("meetings:from_article", PUBLISHERS_B | {"contributor_b"}, "page", data=lambda world, page: {"held_on": "x"}),
    Write("meetings:plan", PUBLISHERS_B | {"contributor_b"}, "page", arguments=_space,
          data=lambda world, page: {"title": "x"}),
    Write("meetings:topics", PUBLISHERS_B | {"contributor_b"}, "page", arguments=_space,
          data=lambda world, page: {"title": "x"}),
    Write("meetings:rules", PUBLISHERS_B, "page", arguments=_space, data=lambda world, page: {"approval": "lead"}),
    Write("measures:change", PUBLISHERS_B, "measure", arguments=lambda world, measure: [measure.pk, "entry"],
          data=lambda world, measure: {"f-happened_on": "2026-05-01", "f-text": "x", "f-classification": "internal"}),
    Write("measures:change", NO_ONE, "measure", arguments=_narrowed_entry, data=lambda world, measure: {"drop": "1"}),
    Write("measures:accept_proposal", PUBLISHERS_B, "measure", data=lambda world, measure: {"reason": "x"}),
    Write("measures:goes_on", PUBLISHERS_B, "measure",
          data=lambda world, measure: {"how": "merged", "following": world.first("measure", "a").pk, "reason": "x"}),
    Write("reporting:ask", PUBLISHERS_B, "page", arguments=_space,
          data=lambda world, page: {"title": "x", "as_of": "2026-05-01", "due_on": "2099-05-01", "measures": "1"}),
    Write("reporting:change_request", PUBLISHERS_B, "news", data=lambda world, news: {"close": "1"}),
    Write("reporting:answer", BODY_B, "inquiry", data=lambda world, inquiry: {"unchanged": "1"}),
    Write("reporting:hand_on", BODY_B, "inquiry",
          data=lambda world, inquiry: {"colleague": world.people["publisher_b"].pk}),
    Write("reporting:accept", PUBLISHERS_B, "inquiry",
          data=lambda world, inquiry: {"text": "x", "classification": "public", "state": "done"}),
    Write("exchange:exchange", PUBLISHERS_B, "page",
          arguments=lambda world, page: [*_space(world, page), "massnahmen"]),
    Write("exchange:run", NO_ONE, "run", data=lambda world, run: {"seen": "x"}),
    # Publishers of A come as far as to a list in which the measure of B is not.
    Write("overview:change", WORKSHOP,
          data=lambda world, thing: {"measure": world.first("measure", "b").pk, "what": "state", "state": "paused"}),
    Write("measures:silence", CURATORS, data=lambda world, thing: {"days_": "5"}),
    Write("tasks:change", PUBLISHERS_B, "task", data=lambda world, task: {"state": "done", "note": "x"}),
    Write("tasks:hand_over", PUBLISHERS_B, "task",
          data=lambda world, task: {"receiver": world.people["reader_b"].pk}),
    Write("tasks:answer", NO_ONE, "task", data=lambda world, task: {"accept": "1"}),
    # --- rights ---
    Write(
        "access:page", STEWARDS_B, "page",
        data=lambda world, page: {
            "principal": f"user:{world.people['stranger'].pk}", "scope": "page", "save": "1", "confirm": "1",
        },
        # Whoever reads the page may look at this page and post nothing to it.
        refused=frozenset({403, 404, 200}),
    ),
    Write(
        "access:space", STEWARDS_B, "page", arguments=_space,
        data=lambda world, page: {
            "new-principal": f"user:{world.people['stranger'].pk}", "new-role": "4", "save": "1", "confirm": "1",
        },
    ),
    Write("access:confirm_rights", STEWARDS_B, "page", arguments=_space),
    Write(
        "access:circle", CURATORS, "circle", arguments=lambda world, circle: [circle.slug],
        data=lambda world, circle: {"new-person": world.people["stranger"].pk, "save": "1"},
    ),
    # --- the platform ---
    Write(
        "people:person", KEEPS_ACCOUNTS, "page",
        arguments=lambda world, page: [world.people["reader_b"].pk],
        data=lambda world, page: {"change": "close", "action": "close", "platform_role": "curator"},
    ),
    Write(
        "people:correct", frozenset({"administrator"}), "page",
        arguments=lambda world, page: [world.people["reader_b"].pk],
        data=lambda world, page: {"first_name": "X", "last_name": "Y", "email": "x@example.org", "stamp": "z"},
    ),
    Write("districts:map", frozenset({"administrator"}), data=lambda world, thing: {"source": "x"}),
    Write("districts:preview", frozenset({"administrator"}), "district map"),
    Write("set_up", frozenset({"administrator"}), data=lambda world, thing: {"hide": "1"}),
    *(
        Write(
            f"people:{name}", INVITES,
            data=lambda world, thing: {
                "first_name": "X", "last_name": "Y", "email": "x@example.org", "way": "mail", "cancel": "1",
            },
        )
        for name in ("invite", "read_list", "list_preview")
    ),
    *(
        Write(
            f"partners:{action}", CURATORS, "page",
            arguments=lambda world, page: [world.cast.organisation_b.slug],
            data=lambda world, page: {"confirm": "1", "reason": "x"},
        )
        for action in ("organisation", "leave", "change", "merge")
    ),
    Write(
        "spaces:change", CURATORS, "page", arguments=_space,
        data=lambda world, page: {"title": "Übernommen", "slug": "uebernommen", "new_pages_confidential": ""},
    ),
    *(
        Write(name, CURATORS, data=lambda world, thing: {
            "title": "Neu", "slug": "neues", "name": "Neu", "short_name": "Neu", "kind": "other", "confirmed": "1",
            "who": world.people["stranger"].username, f"place-{world.cast.space_b.pk}": "7",
        })
        for name in ("partners:add", "spaces:add", "spaces:list", "groups:new")
    ),
    *(
        Write(name, CURATORS, data=lambda world, thing: {"kind": "synonyms", "expressions": "a\nb", "save": "1"})
        for name in ("search_word_add", "search_best_bet_add")
    ),
    *(
        Write(name, CURATORS, kind, data=lambda world, thing: {"save": "1", "expressions": "x\ny"})
        for kind, names in (
            ("word", ("search_word", "search_word_remove")),
            ("best_bet", ("search_best_bet", "search_best_bet_remove")),
        )
        for name in names
    ),
    # --- what is somebody's own ---
    Write("access_key_revoke", frozenset({"administrator"}), "key"),
    *(
        Write(name, NO_ONE, "saved", data=lambda world, thing: {"name": "x", "tell": "never"})
        for name in ("saved_search_change", "saved_search_remove")
    ),
    *(
        Write(f"wagtail{app}:{name}_uploaded_{kind}" if name == "create_multiple_from" else f"wagtail{app}:{name}",
              UPLOADER if kind == "document" else NO_ONE, "upload", data=_everything)
        for app, kind in (("docs", "document"), ("images", "image"))
        for name in ("create_multiple_from", "delete_upload_multiple")
    ),
    Write(
        "wagtailadmin_editing_sessions:ping", PUBLISHERS_B, "page",
        arguments=lambda world, page: [*page._meta.label_lower.split("."), page.pk, 1],
    ),
    # --- the workshop, without an object ---
    *(
        Write(name, WORKSHOP, data=lambda world, thing: {"title": "x", "data": json.dumps({})})
        for name in (
            "wagtailadmin_choose_page_external_link", "wagtailadmin_choose_page_email_link", "wagtaildocs:add",
            "wagtailimages:add", "wagtaildocs_chooser:create", "wagtailimages_chooser:create",
        )
    ),
)  # fmt: skip
