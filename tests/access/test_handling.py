"""What may be done with öffentlich, intern and vertraulich."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from access.handling import (
    Classification,
    check_classification,
    classification_of,
    mail_excerpt_allowed,
    may_export,
    may_leave_platform,
)
from knowledge.basepage.models import KnowledgePage
from knowledge.files.models import KnowledgeDocument, PageAttachment
from tests.conftest import Cast
from tests.factories import make_article


def marked(cast: Cast, mark: str, **kwargs: Any) -> Any:
    """Return a page of space A with a mark."""
    page = make_article(cast.space_a, f"Seite {mark}", **kwargs)
    page.classification = mark
    page.save()
    return page


def attach(document: KnowledgeDocument, page: Any) -> None:
    PageAttachment.objects.create(page=page, document=document)
    page.save()  # Wagtail notes the reference when the page is saved


@pytest.mark.parametrize(
    ("mark", "export", "mail", "leave"),
    [("public", True, True, True), ("internal", True, True, False),
     ("confidential", False, False, False)],
)  # fmt: skip
def test_what_follows_from_each_mark(
    cast: Cast, mark: str, export: bool, mail: bool, leave: bool
) -> None:
    page = marked(cast, mark)
    assert may_export(cast.reader_a, page) is export
    assert not may_export(cast.reader_b, page)
    assert mail_excerpt_allowed(page) is mail
    assert may_leave_platform(page) is leave
    assert KnowledgePage.objects.exportable_by(cast.reader_a).filter(pk=page.pk).exists() is export
    assert not KnowledgePage.objects.exportable_by(cast.reader_b).filter(pk=page.pk).exists()
    assert KnowledgePage.objects.free_to_leave().filter(pk=page.pk).exists() is leave


def test_a_draft_leaves_the_platform_under_no_mark(cast: Cast) -> None:
    draft = marked(cast, "public", live=False)
    assert not may_leave_platform(draft)
    assert not KnowledgePage.objects.free_to_leave().filter(pk=draft.pk).exists()


@pytest.mark.parametrize(
    ("marks", "expected"),
    [([], "internal"), (["public"], "public"), (["public", "internal"], "internal"),
     (["internal", "confidential", "public"], "confidential")],
)  # fmt: skip
def test_a_file_is_handled_like_the_strictest_page_that_shows_it(
    cast: Cast, marks: list[str], expected: str
) -> None:
    document = KnowledgeDocument.objects.create(title="Datei", file="x.txt", space=cast.space_a)
    for mark in marks:
        attach(document, marked(cast, mark))
    files = KnowledgeDocument.objects.filter(pk=document.pk)
    assert classification_of(document) == expected
    assert may_export(cast.reader_a, document) is (expected != "confidential")
    assert files.exportable_by(cast.reader_a).exists() is (expected != "confidential")
    assert not files.exportable_by(cast.reader_b).exists()
    assert may_leave_platform(document) is (expected == "public")
    assert files.free_to_leave().exists() is (expected == "public")


def test_a_page_elsewhere_gives_a_file_no_mark(cast: Cast) -> None:
    document = KnowledgeDocument.objects.create(title="Datei", file="x.txt", space=cast.space_a)
    page = make_article(cast.space_b, "Fremd")
    page.classification = "public"
    attach(document, page)
    assert classification_of(document) is Classification.INTERNAL
    assert not may_leave_platform(document)


def test_what_has_no_mark_is_asked_for_its_page(cast: Cast) -> None:
    with pytest.raises(TypeError, match="ask for the page"):
        classification_of(cast.space_a)


def test_marks_cost_no_query_for_a_page_and_few_for_a_file(
    cast: Cast, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    page = marked(cast, "internal")
    document = KnowledgeDocument.objects.create(title="Datei", file="x.txt", space=cast.space_a)
    attach(document, page)
    classification_of(document)
    with django_assert_num_queries(0):
        classification_of(page)
    with django_assert_max_num_queries(2):
        classification_of(document)


@pytest.mark.parametrize("name", ["contributor_a", "publisher_a", "steward_a", "curator"])
@pytest.mark.parametrize("before", [None, *Classification])
@pytest.mark.parametrize("mark", Classification)
def test_only_stewards_choose_a_milder_mark(
    cast: Cast, name: str, before: Classification | None, mark: Classification
) -> None:
    page = make_article(cast.space_a, "Seite")
    is_milder = mark.strictness < (before or Classification.INTERNAL).strictness
    if is_milder and name not in {"steward_a", "curator"}:
        with pytest.raises(ValidationError):
            check_classification(getattr(cast, name), page, mark, before=before)
    else:
        check_classification(getattr(cast, name), page, mark, before=before)
