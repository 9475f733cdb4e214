"""Every route of the site: who gets through, and with which answer for an object of space A.

`test_routes` walks the URL configuration and fails for a route that isn't here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from access.viewing.middleware import OPEN_WHILE_VIEWING
from tests.leaks.world import VIEWERS

READERS_OF_A = frozenset({
    "reader_a", "contributor_a", "publisher_a", "steward_a", "member_of_both", "curator",
    "publisher_a_reader_b", "steward_a_as_member_of_both", "manager_a",
})  # fmt: skip
WORKSHOP_OF_A = frozenset({"publisher_a", "steward_a", "curator", "publisher_a_reader_b"})
WRITERS_OF_A = WORKSHOP_OF_A | {"contributor_a"}
STEWARDS_OF_A = frozenset({"steward_a", "curator"})
STEWARDS = STEWARDS_OF_A | {"steward_b"}
CURATORS = frozenset({"curator"})
READS_REPORTS = frozenset({"curator", "administrator", "data_protection"})
KEEPS_ACCOUNTS = frozenset({"administrator", "data_protection"})
INVITES = frozenset({"administrator", "manager_a"})
READS_THE_LOG = STEWARDS | {"administrator", "data_protection"}
WORKSHOP = WORKSHOP_OF_A | {"publisher_b", "steward_b"}
NO_ONE: frozenset[str] = frozenset()
NOT_SIGNED_IN = frozenset({"nobody", "inactive"})


@dataclass(frozen=True)
class Route:
    """One named route as Django knows it."""

    name: str
    parameters: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """What the route answers to GET.

    Attributes:
        status: For the people in `who`; everybody else who is signed in gets 404, the others the sign-in.
        who: None for everybody who is signed in.
        open: Whether it answers without a sign-in, and what.
    """

    status: int | frozenset[int] = 200
    who: frozenset[str] | None = None
    open: int | None = None

    def expected(self, name: str) -> frozenset[int]:
        """Return the statuses that are right for one person."""
        if name in NOT_SIGNED_IN:
            return frozenset({self.open or 302})
        if self.who is not None and name not in self.who:
            return frozenset({404})
        return self.status if isinstance(self.status, frozenset) else frozenset({self.status})


def all_routes() -> Iterator[Route]:
    """Yield every route of the URL configuration, with its namespaces and all its parameters."""
    yield from _walk(get_resolver(), "", ())


def _walk(resolver: Any, namespace: str, above: tuple[str, ...]) -> Iterator[Route]:
    for one in resolver.url_patterns:
        parameters = above + _parameters(one.pattern)
        if isinstance(one, URLResolver):
            inner = f"{namespace}{one.namespace}:" if one.namespace else namespace
            yield from _walk(one, inner, parameters)
        elif isinstance(one, URLPattern):
            yield Route(f"{namespace}{one.name or str(one.pattern)}", parameters)


def _parameters(pattern: Any) -> tuple[str, ...]:
    if pattern.converters:
        return tuple(pattern.converters)
    regex = getattr(pattern, "regex", None)
    return tuple(regex.groupindex) if regex is not None else ()


CLOSED = Row(who=NO_ONE)
SIGNED_IN = Row()
WORK = Row(who=WORKSHOP)
ON_A = Row(who=WORKSHOP_OF_A)
ON_A_POST = Row(405, WORKSHOP_OF_A)
ON_A_AWAY = Row(302, WORKSHOP_OF_A)
ON_A_OR_AWAY = Row(frozenset({200, 302}), WORKSHOP_OF_A)
READ_A = Row(who=READERS_OF_A)
COLLEAGUES_A = READERS_OF_A - {"curator"}
API = Row(open=401)
API_READ_A = Row(who=READERS_OF_A, open=401)

TABLE: dict[str, Row] = {
    # --- people ---
    "account_login": Row(302, open=200),
    "account_logout": SIGNED_IN,
    "account_change_password": SIGNED_IN,
    "account_reauthenticate": Row(frozenset({200, 302})),
    "account_second_factor": Row(302),
    "account_signup": Row(frozenset({200, 302, 403}), open=200),
    "account_inactive": Row(open=200),
    "mfa_index": Row(frozenset({200, 302}), open=302),
    "mfa_authenticate": Row(302, open=302),
    "mfa_reauthenticate": Row(302, open=302),
    "mfa_activate_totp": Row(302, open=302),
    "mfa_deactivate_totp": Row(frozenset({302, 404}), open=302),
    "mfa_view_recovery_codes": Row(frozenset({302, 404}), open=302),
    "mfa_generate_recovery_codes": Row(302, open=302),
    "mfa_download_recovery_codes": Row(frozenset({302, 404}), open=302),
    "mfa_list_webauthn": Row(frozenset({200, 302}), open=302),
    "mfa_add_webauthn": Row(302, open=302),
    "mfa_reauthenticate_webauthn": Row(302, open=302),
    "mfa_remove_webauthn": Row(frozenset({302, 404}), open=302),
    "mfa_edit_webauthn": Row(frozenset({302, 404}), open=302),
    # --- operation ---
    "operations:live": Row(open=200),
    "operations:ready": Row(frozenset({200, 503}), open=200),
    "audit_log": Row(who=READS_THE_LOG),
    "platform_state": Row(who=frozenset({"administrator"})),
    "set_up": Row(who=frozenset({"administrator", "curator"})),
    "web:mark": Row(404, open=404),
    "groups:list": SIGNED_IN,
    "audit_log_export": Row(who=READS_THE_LOG),
    # --- people ---
    "people:list": Row(who=KEEPS_ACCOUNTS | INVITES),
    "people:person": Row(who=KEEPS_ACCOUNTS | INVITES),
    "people:correct": Row(who=INVITES),
    "people:invite": Row(who=INVITES),
    "people:read_list": Row(who=INVITES),
    "people:list_preview": Row(302, INVITES),
    "people:account": SIGNED_IN,
    "people:forgotten": Row(open=200),
    "web:new": Row(who=WORKSHOP | {"contributor_a", "contributor_b"}),
    "people:set_password": Row(410, open=410),
    "people:my_data": SIGNED_IN,
    "people:my_data_file": SIGNED_IN,
    "profiles:organisation": READ_A,
    "profiles:person": Row(who=COLLEAGUES_A),
    "spaces:list": Row(who=CURATORS),
    "spaces:add": Row(who=CURATORS),
    "spaces:change": Row(who=CURATORS),
    "groups:new": Row(who=CURATORS),
    "partners:list": Row(who=CURATORS),
    "partners:add": Row(who=CURATORS),
    "partners:change": Row(who=CURATORS),
    "partners:merge": Row(who=CURATORS),
    "partners:organisation": Row(who=CURATORS),
    "partners:leave": Row(frozenset({200, 302}), CURATORS),
    "partners:fetch": Row(who=CURATORS),
    "partners:report": Row(who=READS_REPORTS),
    "partners:report_table": Row(who=READS_REPORTS),
    "contacts:due": WORK,
    "contacts:confirm": Row(405),
    # --- writing ---
    "editing:edit": Row(frozenset({200, 404}), WORKSHOP_OF_A),  # lists have no text to write
    "editing:new": Row(
        frozenset({200, 404}), WORKSHOP_OF_A | {"contributor_a"}
    ),  # below lists of articles alone
    "editing:key": Row(frozenset({200, 404}), WORKSHOP_OF_A),
    "editing:complete": SIGNED_IN,
    "editing:titles": SIGNED_IN,
    "editing:autosave": Row(405),
    "editing:presence": Row(405),
    "editing:file": Row(405),
    "editing:publish": Row(405),
    "editing:hand_in": Row(405),
    # Only pages of a kind with fields have a form; contributors write their own.
    "facts:edit": Row(frozenset({200, 404}), WORKSHOP_OF_A),
    "facts:new": Row(frozenset({200, 404}), WRITERS_OF_A),
    "corrections:hints": Row(who=WORKSHOP),
    "corrections:report": READ_A,
    "corrections:correct": Row(frozenset({200, 404}), READERS_OF_A),
    "corrections:settle": Row(405),
    "collaboration:talk": Row(who=WRITERS_OF_A),
    "collaboration:comment": Row(405),
    "wiki:due": SIGNED_IN,
    "wiki:upkeep": Row(who=WORKSHOP_OF_A),  # and its keeper
    "wiki:check": Row(405),
    "wiki:tags": SIGNED_IN,
    "wiki:changes": READ_A,
    "wiki:tag": READ_A,
    "wiki:tags_of": Row(who=WORKSHOP_OF_A),
    "wiki:missing": Row(frozenset({200, 302}), WRITERS_OF_A),
    "wiki:begin": Row(frozenset({200, 404}), WRITERS_OF_A),  # few pages are templates
    "wiki:mark": Row(405),
    "wiki:doubt": Row(405),
    "collaboration:watched": SIGNED_IN,
    "collaboration:watch": READ_A,
    "collaboration:watch_tag": Row(405),
    "collaboration:readings": SIGNED_IN,
    "collaboration:reading": READ_A,
    "collaboration:ask_reading": ON_A,
    "arranging:rename": Row(frozenset({200, 404}), WORKSHOP_OF_A),  # the home of a space stays
    "arranging:move": Row(frozenset({200, 404}), WORKSHOP_OF_A),
    "arranging:copy": Row(frozenset({200, 404}), WRITERS_OF_A),
    "arranging:delete": Row(frozenset({200, 404}), WORKSHOP_OF_A),
    "arranging:bin": Row(who=WORKSHOP | {"contributor_a", "contributor_b"}),
    "arranging:restore": Row(405),
    "versions:history": Row(who=WRITERS_OF_A),
    "versions:compare": Row(frozenset({200, 404}), WRITERS_OF_A),  # lists may have no versions
    "versions:restore": Row(405),
    # Where nothing is handed in, it leads to the history; a contributor has to be its writer.
    "versions:review": Row(frozenset({200, 302, 404}), WRITERS_OF_A),
    # --- measures ---
    "measures:silence": Row(who=CURATORS),
    "measures:history": READ_A,
    "measures:goes_on": ON_A,
    "measures:accept_proposal": Row(405),
    "measures:change": Row(405),
    # --- overview of measures: everybody's own ---
    "overview:page": SIGNED_IN,
    "overview:list": SIGNED_IN,
    "overview:change": WORK,
    "overview:table": SIGNED_IN,
    "overview:picture": Row(frozenset({200, 404})),  # without measures there is no timeline
    "events:results_page": Row(frozenset({200, 404}), WRITERS_OF_A),  # of events with results
    "districts:map": Row(who=frozenset({"administrator"})),
    "districts:preview": Row(who=frozenset({"administrator"})),
    # --- calendar: everybody's own; entries of events and meetings by their right ---
    "calendar:now": SIGNED_IN,
    "calendar:month": SIGNED_IN,
    "calendar:list": SIGNED_IN,
    "calendar:past": SIGNED_IN,
    "calendar:month_file": SIGNED_IN,
    "calendar:list_file": SIGNED_IN,
    "calendar:come": Row(302, READERS_OF_A),
    "calendar:one_file": READ_A,
    # --- indicators, tables out and in ---
    "indicators:indicators": SIGNED_IN,
    "indicators:indicator": READ_A,
    "indicators:new": ON_A,
    "indicators:change": ON_A,
    "indicators:new_value": ON_A,
    "indicators:change_value": ON_A,
    "exchange:exchange": ON_A,
    "exchange:export": ON_A,
    "exchange:run": CLOSED,  # for whoever sent it alone
    # --- requests for news ---
    "annual_reports:list": SIGNED_IN,
    "annual_reports:begin": ON_A,
    "annual_reports:report": READ_A,
    "annual_reports:preview": ON_A,
    "annual_reports:measures": ON_A,
    "annual_reports:choose": ON_A,
    "annual_reports:part": ON_A,
    "annual_reports:marks": ON_A,
    "annual_reports:step": Row(405),
    "annual_reports:make_files": Row(405),
    "annual_reports:file": READ_A,
    "reporting:mine": SIGNED_IN,
    "reporting:ask": ON_A,
    "reporting:request": ON_A,
    "reporting:change_request": Row(405),
    "reporting:to_answer": Row(302, COLLEAGUES_A),
    "reporting:answer": Row(who=COLLEAGUES_A),
    "reporting:hand_on": Row(405),
    "reporting:accept": ON_A,
    # --- tasks ---
    "tasks:mine": SIGNED_IN,
    "tasks:of_space": READ_A,
    "tasks:task": READ_A,  # and whoever is charged: nobody of the cast
    "tasks:change": Row(405),
    "tasks:hand_over": Row(405),
    "tasks:answer": Row(405),
    "contact_vcard": READ_A,
    # --- pages as files: confidential ones lead back, most pages have no attachments ---
    "export:download": Row(frozenset({200, 302, 404}), READERS_OF_A),
    # --- meetings ---
    "meetings:plan": Row(who=WORKSHOP_OF_A | {"contributor_a"}),
    "meetings:topics": READ_A,
    "meetings:rules": ON_A,
    "meetings:edit": ON_A,
    "meetings:keep_typed": Row(405),
    "meetings:as_seen": ON_A,
    "meetings:take_apart": ON_A,
    "meetings:from_article": Row(frozenset({200, 404}), WRITERS_OF_A),  # of articles alone
    "meetings:approve": Row(405),
    "meetings:call_off": Row(405),
    "meetings:answer": Row(405),
    "meetings:addendum": ON_A,
    "meetings:come": Row(302, READERS_OF_A),
    "meetings:feed_settings": SIGNED_IN,
    "meetings:feed": Row(404, open=404),  # by a secret, which nobody guesses
    "meetings:decisions": SIGNED_IN,
    "meetings:decision": READ_A,
    "meetings:decision_file": Row(frozenset({200, 302}), READERS_OF_A),
    # --- API and access keys ---
    "access_keys": SIGNED_IN,
    "all_access_keys": Row(who=frozenset({"administrator"})),
    "access_key_revoke": Row(405),
    "api:openapi-json": API,
    "api:whoami": API,
    "api:spaces": API,
    "api:search": API,
    "api:search_suggestions": API,
    "api:pages": API,
    "api:page_by_path": API_READ_A,
    "api:page": API_READ_A,
    "api:documents": API,
    "api:document": API_READ_A,
    "api:document_file": API_READ_A,
    "api:images": API,
    "api:image": API_READ_A,
    "api:image_file": API_READ_A,
    "api:api-root": Row(404, open=401),
    "api_root": Row(404, open=401),
    "api_missing": Row(404, open=401),
    # --- front ---
    "search": SIGNED_IN,
    "search_suggestions": SIGNED_IN,
    "saved_searches": SIGNED_IN,
    "saved_search_new": SIGNED_IN,
    "saved_search": CLOSED,  # for the owner alone
    "saved_search_change": CLOSED,
    "saved_search_remove": Row(405),
    "search_words": Row(who=CURATORS),
    "search_word_add": Row(who=CURATORS),
    "search_word": Row(who=CURATORS),
    "search_word_remove": Row(who=CURATORS),
    "search_best_bets": Row(who=CURATORS),
    "search_best_bet_add": Row(who=CURATORS),
    "search_best_bet": Row(who=CURATORS),
    "search_best_bet_remove": Row(who=CURATORS),
    "search_counted_queries": Row(who=CURATORS),
    "access:spaces": Row(who=STEWARDS),
    "access:space": Row(who=STEWARDS_OF_A),
    "old_addresses": Row(who=STEWARDS_OF_A),
    "access:page": READ_A,
    "access:confirm_rights": Row(who=STEWARDS_OF_A),
    "access:confirmations": Row(who=CURATORS),
    "access:circles": Row(who=CURATORS),  # no other steward's space has a circle
    "access:circle": Row(who=CURATORS),
    "access:shared_with_me": SIGNED_IN,
    "access:suggest": Row(who=STEWARDS),
    "access:ask": SIGNED_IN,
    "access:requests": Row(who=STEWARDS),
    "notices:list": SIGNED_IN,
    "notices:settings": SIGNED_IN,
    "notices:read_all": Row(405),
    "notices:unsubscribe": Row(404, open=404),  # by an address that we signed
    "notices:open": CLOSED,  # for its recipient alone
    "access:view_as": Row(who=STEWARDS),
    "access:end_view": Row(405),
    "wagtail_serve": READ_A,
    "wagtaildocs_serve": READ_A,
    "image": READ_A,
    "catalogue": SIGNED_IN,
    # --- admin: frame ---
    "suggest_tags": WORK,
    "wagtailadmin_tag_autocomplete": WORK,  # its address is taken by `suggest_tags`
    "wagtailadmin_sprite": SIGNED_IN,
    "wagtailadmin_javascript_catalog": SIGNED_IN,
    "wagtailadmin_logout": CLOSED,  # open to POST
    "wagtailadmin_home": WORK,
    "wagtailadmin_account": WORK,
    "wagtailadmin_dismissibles": WORK,
    # --- admin: pages ---
    "wagtailadmin_explore_root": Row(frozenset({200, 302}), WORKSHOP),
    "wagtailadmin_explore": ON_A,
    "wagtailadmin_explore_results": ON_A,
    "wagtailadmin_pages:search": WORK,
    "wagtailadmin_pages:search_results": WORK,
    "wagtailadmin_pages:type_use": WORK,
    "wagtailadmin_pages:type_use_results": WORK,
    "wagtailadmin_api:pages:listing": WORK,
    "wagtailadmin_api:pages:detail": ON_A,
    "wagtailadmin_pages:add_subpage": ON_A_OR_AWAY,
    "wagtailadmin_pages:add": ON_A_OR_AWAY,  # some pages have none below
    "wagtailadmin_pages:preview_on_add": ON_A_OR_AWAY,
    "wagtailadmin_pages:edit": ON_A,
    "wagtailadmin_pages:preview_on_edit": ON_A,
    "wagtailadmin_pages:view_draft": ON_A,
    "wagtailadmin_pages:usage": ON_A,
    "wagtailadmin_pages:delete": ON_A_OR_AWAY,  # to the bin, but for the home of a space
    "wagtailadmin_pages:unpublish": ON_A,
    "wagtailadmin_pages:convert_alias": Row(404),  # the page is no alias
    "wagtailadmin_pages:move": ON_A,
    "wagtailadmin_pages:move_confirm": ON_A_OR_AWAY,
    "wagtailadmin_pages:set_page_position": ON_A_POST,
    "wagtailadmin_pages:copy": ON_A,
    "wagtailadmin_pages:lock": ON_A_POST,
    "wagtailadmin_pages:unlock": ON_A_POST,
    "wagtailadmin_pages:history": ON_A,
    "wagtailadmin_pages:history_results": ON_A,
    "wagtailadmin_pages:revisions_index": ON_A_AWAY,
    "wagtailadmin_pages:revisions_view": ON_A,
    "wagtailadmin_pages:revisions_revert": ON_A,
    "wagtailadmin_pages:revisions_unschedule": ON_A,
    "wagtailadmin_pages:revisions_compare": ON_A,
    "wagtail_bulk_action": ON_A,
    "wagtailadmin_editing_sessions:ping": ON_A_POST,
    "wagtailadmin_editing_sessions:release": Row(405, WORKSHOP),
    # --- admin: choosing ---
    "wagtailadmin_choose_page": WORK,
    "wagtailadmin_choose_page_child": Row(who=WORKSHOP_OF_A),
    "wagtailadmin_choose_page_search": WORK,
    "wagtailadmin_choose_page_external_link": WORK,
    "wagtailadmin_choose_page_email_link": WORK,
    "wagtailadmin_choose_page_phone_link": WORK,
    "wagtailadmin_choose_page_anchor_link": WORK,
    # --- admin: documents ---
    "wagtaildocs:index": WORK,
    "wagtaildocs:index_results": WORK,
    "wagtaildocs:add": WORK,
    "wagtaildocs:add_multiple": WORK,
    "wagtaildocs:create_multiple_from_uploaded_document": CLOSED,  # for the uploader alone
    "wagtaildocs:delete_upload_multiple": CLOSED,
    "wagtaildocs:edit": ON_A,
    "wagtaildocs:delete": ON_A,
    "wagtaildocs:document_usage": ON_A,
    "wagtaildocs:edit_multiple": ON_A_POST,
    "wagtaildocs:delete_multiple": ON_A_POST,
    "wagtaildocs_chooser:choose": WORK,
    "wagtaildocs_chooser:choose_results": WORK,
    "wagtaildocs_chooser:create": WORK,
    "wagtaildocs_chooser:chosen": ON_A,
    "wagtaildocs_chooser:chosen_multiple": WORK,
    # --- admin: images ---
    "wagtailimages:index": WORK,
    "wagtailimages:index_results": WORK,
    "wagtailimages:add": WORK,
    "wagtailimages:add_multiple": WORK,
    "wagtailimages:create_multiple_from_uploaded_image": CLOSED,
    "wagtailimages:delete_upload_multiple": CLOSED,
    "wagtailimages:edit": ON_A,
    "wagtailimages:delete": ON_A,
    "wagtailimages:image_usage": ON_A,
    "wagtailimages:edit_multiple": ON_A_POST,
    "wagtailimages:delete_multiple": ON_A_POST,
    "wagtailimages_chooser:choose": WORK,
    "wagtailimages_chooser:choose_results": WORK,
    "wagtailimages_chooser:create": WORK,
    "wagtailimages_chooser:chosen": ON_A,
    "wagtailimages_chooser:chosen_multiple": WORK,
    "wagtailimages_chooser:select_format": ON_A,
    # --- admin: reports ---
    "wagtailadmin_reports:site_history": WORK,
    "wagtailadmin_reports:site_history_results": WORK,
    "wagtailadmin_reports:aging_pages": WORK,
    "wagtailadmin_reports:aging_pages_results": WORK,
}

# Parts of Wagtail's admin that have no place here: answered like addresses that don't exist.
CLOSED_PREFIXES = (
    "wagtailadmin_collections:", "wagtailadmin_workflows:", "wagtailsites:", "wagtailusers_",
    "wagtailadmin_password_reset", "wagtailadmin_api:documents:", "wagtailadmin_api:images:",
)  # fmt: skip
CLOSED_ROUTES = {
    "test404/", "^.*/$", "wagtailadmin_error_test", "wagtailadmin_login",
    "wagtailadmin_api:pages:find", "wagtailadmin_api:pages:action",
    "wagtailadmin_pages:choose_parent", "wagtailadmin_pages:set_privacy",
    "wagtailadmin_pages:workflow_action", "wagtailadmin_pages:collect_workflow_action_data",
    "wagtailadmin_pages:confirm_workflow_cancellation", "wagtailadmin_pages:workflow_preview",
    "wagtailadmin_pages:workflow_history", "wagtailadmin_pages:workflow_history_detail",
    "wagtailadmin_choose_page_chosen_multiple",
    "wagtailadmin_tag_model_autocomplete", "wagtailadmin_block_preview",
    "wagtailadmin_reports:locked_pages", "wagtailadmin_reports:locked_pages_results",
    "wagtailadmin_reports:workflow", "wagtailadmin_reports:workflow_results",
    "wagtailadmin_reports:workflow_tasks", "wagtailadmin_reports:workflow_tasks_results",
    "wagtailadmin_reports:page_types_usage", "wagtailadmin_reports:page_types_usage_results",
    "wagtailimages:url_generator", "wagtailimages:url_generator_output", "wagtailimages:preview",
}  # fmt: skip


def row_of(name: str) -> Row:
    """Return the row of a route.

    Raises:
        KeyError: If nobody has thought about it yet.
    """
    if name in CLOSED_ROUTES or name.startswith(CLOSED_PREFIXES):
        return CLOSED
    return TABLE[name]


def expected_of(name: str, person: str) -> frozenset[int]:
    """Return the statuses that are right for one person; what is closed while looking says so to whoever looks."""
    if person in VIEWERS and name not in OPEN_WHILE_VIEWING:
        return frozenset({403})
    return row_of(name).expected(person)
