"""What the API gives is what the site would show, and hidden things answer like missing ones."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from access.granting.services import grant_role, revoke_role
from access.granting.shares import share_page
from access.roles import Role
from audit.models import Entry
from knowledge.basepage.models import KnowledgePage
from knowledge.pages.kinds import page_kinds
from tests.api.conftest import Program
from tests.conftest import Cast
from tests.properties import examples

pytestmark = pytest.mark.django_db

PAGES = "/api/v3/pages/"
MISSING = 987_654_321
OPERATIONS = {
    "/api/v3/whoami/", "/api/v3/spaces/", "/api/v3/search/", "/api/v3/search/suggestions/",
    "/api/v3/pages/", "/api/v3/pages/find/", "/api/v3/pages/{page_id}/",
    "/api/v3/documents/", "/api/v3/documents/{file_id}/", "/api/v3/documents/{file_id}/file/",
    "/api/v3/images/", "/api/v3/images/{file_id}/", "/api/v3/images/{file_id}/file/",
}  # fmt: skip


def titles(client: Client, query: str = "") -> set[str]:
    answer = client.get(f"{PAGES}?limit=100&{query}")
    assert answer.status_code == 200, answer.content
    listed = answer.json()
    assert listed["count"] == len(listed["items"])
    return {page["title"] for page in listed["items"]}


def test_the_description_names_every_operation_and_no_other(cast: Cast, program: Program) -> None:
    described = program(cast.reader_a).get("/api/v3/openapi.json").json()
    assert set(described["paths"]) == OPERATIONS
    # Nothing but reading: a writing operation needs a decision first (docs/decisions/0008).
    assert all(set(methods) == {"get"} for methods in described["paths"].values())
    assert set(described["components"]["securitySchemes"]) == {"KeyAuth", "SessionAuth"}
    assert all(one["get"]["security"] for one in described["paths"].values())


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(
    cast: Cast, program: Program, pages: dict[str, Any], client: Client, method: str
) -> None:
    client.force_login(cast.publisher_a)
    for asking in (program(cast.publisher_a), client):
        for number in (pages["article"].pk, pages["hidden"].pk, MISSING):
            assert getattr(asking, method)(f"{PAGES}{number}/").status_code == 405
    pages["article"].refresh_from_db()
    assert pages["article"].live


def test_lists_hold_what_the_reader_may_see(
    cast: Cast, program: Program, pages: dict[str, Any]
) -> None:
    assert {"Müllpolizei ausweiten", "Abfuhr im Hafen"} <= titles(program(cast.reader_a))
    assert "Geheimplan" not in titles(program(cast.reader_a))
    assert "Geheimplan" in titles(program(cast.reader_b))
    assert titles(program(cast.stranger)) <= {"Start", "Stadtwissen"}
    assert titles(program(cast.administrator)) <= {"Start", "Stadtwissen"}


def test_a_page_is_given_as_its_reader_sees_it(
    cast: Cast, program: Program, pages: dict[str, Any]
) -> None:
    page = program(cast.reader_a).get(f"{PAGES}{pages['article'].pk}/").json()
    assert page["kind"] == "article"
    assert page["space"]["slug"] == "bereich-a"
    assert page["parent"]["title"] == "Artikel"
    assert [file["title"] for file in page["attachments"]] == ["Bericht"]
    (text,) = page["texts"]
    assert "Die Müllpolizei kommt." in text["html"]
    assert pages["measure"].url in text["html"]
    assert pages["hidden"].url not in text["html"]
    both = program(cast.member_of_both).get(f"{PAGES}{pages['article'].pk}/").json()
    assert pages["hidden"].url in both["texts"][0]["html"]
    assert len(both["attachments"]) == 2


def test_a_measure_has_its_facts(cast: Cast, program: Program, pages: dict[str, Any]) -> None:
    page = program(cast.reader_a).get(f"{PAGES}{pages['measure'].pk}/").json()
    assert (page["facts"]["number"], page["facts"]["horizon"]) == (12, "immediate")


@pytest.mark.parametrize(
    "path",
    [
        "pages/{hidden}/", "pages/?child_of={hidden}", "pages/?descendant_of={hidden}",
        "pages/?ancestor_of={hidden}", "documents/{document}/", "documents/{document}/file/",
        "images/{document}/", "images/{document}/file/",
    ],
)  # fmt: skip
def test_hidden_answers_like_missing(
    cast: Cast, program: Program, pages: dict[str, Any], path: str
) -> None:
    numbers = {"hidden": pages["hidden"].pk, "document": pages["hidden_document"].pk}
    nothing = dict.fromkeys(numbers, MISSING)
    reader = program(cast.reader_a)
    hidden = reader.get(f"/api/v3/{path.format(**numbers)}")
    missing = reader.get(f"/api/v3/{path.format(**nothing)}")
    assert hidden.status_code == missing.status_code == 404
    assert hidden.content == missing.content
    assert hidden.headers == missing.headers
    if not path.startswith("images"):
        assert program(cast.reader_b).get(f"/api/v3/{path.format(**numbers)}").status_code == 200


def test_drafts_are_no_part_of_it(cast: Cast, program: Program, pages: dict[str, Any]) -> None:
    pages["article"].title = "Entwurf"
    pages["article"].save_revision()
    writer = program(cast.publisher_a)
    assert writer.get(f"{PAGES}{pages['article'].pk}/").json()["title"] == "Abfuhr im Hafen"
    pages["article"].unpublish()
    assert writer.get(f"{PAGES}{pages['article'].pk}/").status_code == 404


def test_pages_are_found_by_their_address(
    cast: Cast, program: Program, pages: dict[str, Any]
) -> None:
    reader, url = program(cast.reader_a), pages["article"].url
    for path in (url, url.strip("/")):
        answer = reader.get(f"{PAGES}find/", {"path": path})
        assert answer.json()["id"] == pages["article"].pk
    hidden = reader.get(f"{PAGES}find/", {"path": pages["hidden"].url})
    missing = reader.get(f"{PAGES}find/", {"path": "/gibt-es-nicht/"})
    assert (hidden.status_code, hidden.content) == (404, missing.content)


def test_lists_are_narrowed(cast: Cast, program: Program, pages: dict[str, Any]) -> None:
    reader = program(cast.member_of_both)
    assert titles(reader, "kind=measure") == {"Müllpolizei ausweiten"}
    assert "Geheimplan" not in titles(reader, "space=bereich-a")
    assert titles(reader, f"child_of={pages['article'].get_parent().pk}") == {"Abfuhr im Hafen"}
    assert "Artikel" in titles(reader, f"ancestor_of={pages['article'].pk}")
    assert titles(reader, "published_since=2999-01-01T00:00:00Z") == set()
    # A space that is hidden is as empty as one that doesn't exist.
    only_a = program(cast.reader_a)
    assert titles(only_a, "space=bereich-b") == titles(only_a, "space=gibt-es-nicht") == set()


@pytest.mark.parametrize(
    "query",
    [
        "kind=unsinn", "childof=3", "translation_of=3", "limit=101", "limit=0", "offset=-1",
        "offset=99999999", "child_of=abc", "order=body", "order=?", "published_since=gestern",
        "child_of=99999999999999999999999",
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_and_named(cast: Cast, program: Program, query: str) -> None:
    answer = program(cast.reader_a).get(f"{PAGES}?{query}")
    assert answer.status_code in {422, 404}
    assert answer["Content-Type"] == "application/problem+json"


def test_stretches_of_a_list_meet(cast: Cast, program: Program, pages: dict[str, Any]) -> None:
    reader = program(cast.reader_a)
    whole = [page["id"] for page in reader.get(f"{PAGES}?limit=100").json()["items"]]
    parts = [
        page["id"]
        for offset in range(0, len(whole), 2)
        for page in reader.get(f"{PAGES}?limit=2&offset={offset}").json()["items"]
    ]
    assert parts == whole


def test_files_are_sent_to_whoever_may_read_them(
    cast: Cast, program: Program, pages: dict[str, Any]
) -> None:
    reader = program(cast.reader_a)
    listed = reader.get("/api/v3/documents/").json()
    assert [one["title"] for one in listed["items"]] == ["Bericht"]
    answer = reader.get(listed["items"][0]["file_url"])
    assert b"".join(answer.streaming_content) == b"Bericht: Inhalt"


def test_a_shared_page_does_not_tell_its_space(
    cast: Cast, program: Program, pages: dict[str, Any]
) -> None:
    share_page(pages["hidden"], cast.stranger, actor=None)
    page = program(cast.stranger).get(f"{PAGES}{pages['hidden'].pk}/").json()
    assert page["title"] == "Geheimplan"
    assert (page["space"], page["parent"]) == (None, None)
    assert program(cast.stranger).get("/api/v3/spaces/").json()["count"] == 0


def test_a_right_that_is_taken_closes_the_api_at_once(
    cast: Cast, program: Program, pages: dict[str, Any]
) -> None:
    grant_role(cast.space_b, cast.stranger, Role.READER, actor=None)
    reader = program(cast.stranger)
    assert reader.get(f"{PAGES}{pages['hidden'].pk}/").status_code == 200
    revoke_role(cast.space_b, cast.stranger, actor=None)
    assert reader.get(f"{PAGES}{pages['hidden'].pk}/").status_code == 404


def test_a_key_gets_nothing_confidential_and_a_session_is_recorded(
    cast: Cast, program: Program, pages: dict[str, Any], client: Client
) -> None:
    article, document = pages["article"], pages["document"]
    addresses = [f"{PAGES}{article.pk}/", f"/api/v3/documents/{document.pk}/file/"]
    reader, missing = program(cast.reader_a), program(cast.reader_a).get(f"{PAGES}987654321/")
    assert [reader.get(one).status_code for one in addresses] == [200, 200]

    KnowledgePage.objects.filter(pk=article.pk).update(classification="confidential")

    for address in addresses:
        assert reader.get(address).json() == missing.json()
    assert article.pk not in {one["id"] for one in reader.get(f"{PAGES}?limit=100").json()["items"]}
    assert not Entry.objects.filter(action__startswith="read.").exists()
    client.force_login(cast.reader_a)
    read, fetched = (client.get(address) for address in addresses)
    assert read.json()["id"] == article.pk
    assert b"".join(fetched.streaming_content)
    assert Entry.objects.get(action="read.page").object_id == str(article.pk)
    assert Entry.objects.get(action="read.file").actor_id == cast.reader_a.pk


def test_refusals_are_recorded(cast: Cast, program: Program, pages: dict[str, Any]) -> None:
    program(cast.reader_a).get(f"{PAGES}{pages['hidden'].pk}/")
    refused = Entry.objects.get(action="denied.object")
    assert (refused.actor_id, refused.object_id) == (cast.reader_a.pk, str(pages["hidden"].pk))


def test_lists_cost_the_same_however_long(
    cast: Cast, program: Program, pages: dict[str, Any], django_assert_max_num_queries: Any
) -> None:
    reader = program(cast.reader_a)
    reader.get(PAGES)
    with django_assert_max_num_queries(6):
        assert reader.get(f"{PAGES}?limit=1").status_code == 200
    with django_assert_max_num_queries(6):
        assert len(reader.get(f"{PAGES}?limit=100").json()["items"]) > 4


def test_the_allow_list_leads_to_no_page_file_or_account(db: None) -> None:
    closed = {"basepage.KnowledgePage", "files.KnowledgeDocument", "files.KnowledgeImage", "accounts.User"}  # fmt: skip
    for kind in page_kinds:
        for name in (*kind.facts, *kind.texts):
            field: Any = kind.model._meta.get_field(name)
            related = field.related_model
            if related is None or name in kind.tables:
                for column in kind.tables.get(name, ()):
                    of_row = related._meta.get_field(column).related_model
                    assert of_row is None or of_row._meta.label == "accounts.Organisation"
                continue
            labels = {one._meta.label for one in (related, *related._meta.get_parent_list())}
            assert not labels & closed, f"{kind.name}.{name}"


@given(
    query=st.dictionaries(
        st.sampled_from(["kind", "space", "child_of", "ancestor_of", "order", "limit", "offset"]),
        st.one_of(st.integers(-5, 10**20).map(str), st.text(max_size=20)),
    )
)
@examples(40)
def test_no_parameters_break_the_list(cast: Cast, client: Client, query: dict[str, str]) -> None:
    client.force_login(cast.reader_a)
    answer = client.get(PAGES, query)
    assert answer.status_code in {200, 404, 422}
    json.loads(answer.content)
