"""Whatever is granted, shared, moved, ended and closed: pages, lists, files and both engines say what the model says.

The rule stands in `reference.py`. Each example does a generated series of deeds to the model and to the database,
through the services that people use, then looks at everything as everybody, now and after each possible end.
`STADTWISSEN_EXAMPLES=300` makes the search for a difference thorough (docs/access.md).
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory, override_settings
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from access.effects import readers_of
from access.explain import explain
from access.models import Space
from access.request_cache import forget, one_request
from access.rights import can, scope_for
from access.roles import Action, Role
from access.services import grant_role, revoke_role
from access.sharing import share_page, unshare_page
from accounts.models import Membership, PlatformRole, User
from knowledge.articles.listing import ArticleListing
from knowledge.articles.models import ArticleIndexPage, ArticlePage
from knowledge.basepage.models import KnowledgePage
from knowledge.files.models import KnowledgeDocument, KnowledgeImage, PageAttachment
from knowledge.frame import find_page, spaces_of
from knowledge.home.selectors import LATEST, latest_changes
from knowledge.importing.models import ExtractedText
from search.engines import get_engine
from search.indexer import drain
from search.outbox import enqueue
from search.requests import SearchRequest
from search.service import search, suggest
from tests.access.reference import (
    CIRCLES,
    CURATOR,
    FOREVER,
    ORGANISATIONS,
    PEOPLE,
    SPACES,
    Folder,
    Holder,
    Model,
)
from tests.factories import (
    CircleFactory,
    OrganisationFactory,
    UserFactory,
    home_of,
    make_space,
    publish_below,
)
from tests.leaks.world import _picture

COMMON = "Bestand"  # in every title
BIRDS = [
    "Amsel",
    "Buchfink",
    "Drossel",
    "Fasan",
    "Gimpel",
    "Habicht",
]  # one an article: nothing else begins like it
ENDS = (60, 180, FOREVER)  # minutes
TIMES = (0, 120, 240)
EXAMPLES = int(os.environ.get("STADTWISSEN_EXAMPLES", "4"))
FOLDERS = [f"{kind}{space}" for space in range(SPACES) for kind in ("liste", "mappe")]
PAGES = [*FOLDERS, *BIRDS]

holders = st.one_of(
    st.tuples(st.just("person"), st.integers(0, PEOPLE - 1)),
    st.tuples(st.just("organisation"), st.integers(0, ORGANISATIONS - 1)),
    st.tuples(st.just("circle"), st.integers(0, CIRCLES - 1)),
)
spaces, pages, people = (
    st.integers(0, SPACES - 1),
    st.sampled_from(PAGES),
    st.integers(0, PEOPLE - 1),
)
ends = st.sampled_from(ENDS)
GIVING = [
    st.tuples(st.just("grant"), spaces, holders, st.integers(1, 4), ends),
    st.tuples(st.just("share"), pages, holders, st.booleans(), ends),
    st.tuples(st.just("join"), people, st.integers(0, CIRCLES - 1), ends),
]
TAKING = [
    st.tuples(st.just("revoke"), spaces, holders),
    st.tuples(st.just("unshare"), pages, holders),
    st.tuples(st.just("leave"), people, st.integers(0, CIRCLES - 1)),
    st.tuples(st.just("close"), people),
    st.tuples(st.just("opt_out"), spaces),
    st.tuples(st.just("classify"), pages),
    st.tuples(st.just("unpublish"), st.sampled_from(BIRDS)),
]
move = st.tuples(
    st.just("move"), st.sampled_from([*FOLDERS[1::2], *BIRDS]), st.sampled_from(FOLDERS)
)
Deed = tuple[Any, ...]  # the name of a method of Doing and its arguments
histories = st.tuples(
    st.lists(st.one_of(*GIVING), min_size=4, max_size=9),
    st.lists(st.one_of(move, *GIVING, *TAKING), max_size=5),
).map(lambda both: [*both[0], *both[1]])
quick = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize="STADTWISSEN_EXAMPLES" not in os.environ,
    database=None,
    phases=[Phase.generate, Phase.shrink]
    if EXAMPLES > 50
    else [Phase.generate],  # an example takes a second
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@contextmanager
def minutes_later(minutes: int) -> Iterator[None]:
    """Move the clock: every right is read against `timezone.now`, as a module attribute."""
    then = timezone.now() + dt.timedelta(minutes=minutes)
    forget()
    with patch("django.utils.timezone.now", return_value=then):
        yield


class Doing:
    """Does each deed to the model and to the database."""

    def __init__(self, test: TestReference) -> None:
        self.test, self.model = test, test.plan()
        self.people = [User.objects.get(pk=person.pk) for person in test.people]

    def do(self, deeds: list[Deed]) -> None:
        """Do all deeds, one after another."""
        for name, *arguments in deeds:
            getattr(self, name)(*arguments)

    def holder(self, holder: Holder) -> Any:
        kind, number = holder
        return {"person": self.people, "organisation": self.test.organisations, "circle": self.test.circles}[kind][
            number
        ]  # fmt: skip

    def page(self, name: str) -> Any:
        return KnowledgePage.objects.get(pk=self.test.page_ids[name]).specific

    def _until(self, end: int) -> dt.datetime | None:
        return None if end == FOREVER else timezone.now() + dt.timedelta(minutes=end)

    def grant(self, space: int, holder: Holder, role: int, end: int) -> None:
        if holder[0] == "person" and not self.model.active[holder[1]]:
            return  # refused; test_services says how
        until = self._until(end)
        grant_role(
            self.test.spaces[space], self.holder(holder), Role(role), actor=None, until=until
        )
        self.model.roles[space, holder] = role, end

    def revoke(self, space: int, holder: Holder) -> None:
        revoke_role(self.test.spaces[space], self.holder(holder), actor=None)
        self.model.roles.pop((space, holder), None)

    def share(self, page: str, holder: Holder, below: bool, end: int) -> None:
        is_closed = holder[0] == "person" and not self.model.active[holder[1]]
        if is_closed or self.model.pages[page].is_confidential:
            return  # refused
        share_page(
            self.page(page), self.holder(holder), actor=None, include_descendants=below, until=self._until(end)
        )  # fmt: skip
        self.model.shares[page, holder] = below, end

    def unshare(self, page: str, holder: Holder) -> None:
        unshare_page(self.page(page), self.holder(holder), actor=None)
        self.model.shares.pop((page, holder), None)

    def join(self, person: int, circle: int, end: int) -> None:
        Membership.objects.update_or_create(
            user=self.people[person], group=self.test.circles[circle].group, defaults={"until": self._until(end)}
        )  # fmt: skip
        self.model.circles[person, circle] = end

    def leave(self, person: int, circle: int) -> None:
        group = self.test.circles[circle].group
        Membership.objects.filter(user=self.people[person], group=group).delete()
        self.model.circles.pop((person, circle), None)

    def close(self, person: int) -> None:
        self.people[person].is_active = False
        self.people[person].save()
        self.model.active[person] = False

    def opt_out(self, space: int) -> None:
        Space.objects.filter(pk=self.test.spaces[space].pk).update(is_curated=False)
        self.model.curated[space] = False

    def classify(self, page: str) -> None:
        one = self.page(page)
        one.classification = "confidential"
        if one.live:
            one.save_revision().publish()
        else:
            one.save()  # a mark does not bring back what was taken from publication
        self.model.pages[page].is_confidential = True

    def unpublish(self, page: str) -> None:
        self.page(page).unpublish()
        self.model.pages[page].is_live = False

    def move(self, page: str, target: str) -> None:
        if target in self.model.at_or_below(page) or self.model.pages[page].parent == target:
            return
        if page in FOLDERS and target in FOLDERS[1::2]:
            return  # keeps short names apart in addresses
        self.page(page).move(self.page(target), pos="last-child")
        self.model.move(page, target)


@override_settings(SEARCH_DRAIN_ON_COMMIT=False)
class TestReference(TestCase):
    """The tree is made once; hypothesis rolls back what each example writes."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.spaces = [make_space(f"bereich-{number}") for number in range(SPACES)]
        cls.organisations = [OrganisationFactory() for _ in range(ORGANISATIONS)]
        cls.circles = [CircleFactory() for _ in range(CIRCLES)]
        model = Model()
        cls.people = [
            UserFactory(
                organisation=cls.organisations[model.organisations[number]],
                platform_role=PlatformRole.CURATOR if number == CURATOR else "",
            )
            for number in range(PEOPLE)
        ]
        cls.page_ids: dict[str, int] = {}
        cls.file_ids: dict[str, int] = {}
        cls.picture_ids: dict[str, int] = {}
        for number, space in enumerate(cls.spaces):
            upper = publish_below(home_of(space), ArticleIndexPage(title="Artikel", slug="artikel"))
            lower = publish_below(upper, ArticleIndexPage(title=f"Mappe {number}"))
            cls.page_ids |= {f"liste{number}": upper.pk, f"mappe{number}": lower.pk}
            for bird, parent in zip(
                BIRDS[2 * number : 2 * number + 2], (upper, lower), strict=True
            ):
                cls._make_article(bird, parent, space)

    @classmethod
    def _make_article(cls, bird: str, parent: Any, space: Space) -> None:
        document = KnowledgeDocument.objects.create(
            title=f"{bird}.txt", file=f"{bird}.txt", space=space
        )
        ExtractedText.objects.create(
            document=document, file_name="x", pages=[f"Anlage{bird.lower()}"]
        )
        image = KnowledgeImage(title=f"Bild {bird}", space=space, width=40, height=30)
        image.file.save(f"{bird}.png", _picture(bird))
        body = [("image", {"image": image, "alternative_text": "Bild", "caption": ""})]
        page = ArticlePage(title=f"{COMMON} {bird}", body=body)
        page.attachments.add(PageAttachment(document=document))
        cls.page_ids[bird] = publish_below(parent, page).pk
        cls.file_ids[bird], cls.picture_ids[bird] = document.pk, image.pk

    @classmethod
    def plan(cls) -> Model:
        """Return the model of what is made before any deed."""
        model = Model()
        for number in range(SPACES):
            upper, lower = f"liste{number}", f"mappe{number}"
            model.pages[upper], model.pages[lower] = Folder(number, ""), Folder(number, upper)
            for bird, parent in zip(
                BIRDS[2 * number : 2 * number + 2], (upper, lower), strict=True
            ):
                model.pages[bird] = Folder(number, parent)
                model.files[bird] = model.pictures[bird] = number
        return model

    def setUp(self) -> None:
        self.engine = get_engine()

    def index(self) -> None:
        """Bring the index to the state of the database, whatever the example before left in it."""
        self.engine.delete([key for key, _ in self.engine.stored()])
        enqueue("page", [self.page_ids[bird] for bird in BIRDS])
        drain()

    # --- properties ---------------------------------------------------------------------------------
    @quick
    @given(histories)
    def test_everything_agrees_with_the_model_now_and_after_each_end(
        self, deeds: list[Deed]
    ) -> None:
        doing = Doing(self)
        doing.do(deeds)
        self.index()
        for at in TIMES:
            with minutes_later(at):
                for person in range(PEOPLE):
                    self.look_at_everything(doing, person, at)
                self.look_as_nobody()

    @quick
    @given(histories, st.one_of(*TAKING))
    def test_taking_away_never_adds(self, deeds: list[Deed], taking: Deed) -> None:
        doing = Doing(self)
        doing.do(deeds)
        before = self.seen(doing)
        doing.do([taking])
        assert self.seen(doing) <= before

    @quick
    @given(histories)
    def test_time_alone_never_adds(self, deeds: list[Deed]) -> None:
        doing = Doing(self)
        doing.do(deeds)
        before = None
        for at in TIMES:
            with minutes_later(at):
                now = self.seen(doing)
            assert before is None or now <= before
            before = now

    @quick
    @given(histories, move)
    def test_moving_there_and_back_changes_nothing(self, deeds: list[Deed], there: Deed) -> None:
        doing = Doing(self)
        doing.do(deeds)
        _move, page, target = there
        start, before = doing.model.pages[page].parent, self.seen(doing)
        doing.move(page, target)
        doing.move(page, start)
        if doing.model.pages[page].parent == start:
            assert self.seen(doing) == before

    # --- looking ------------------------------------------------------------------------------------
    def seen(self, doing: Doing) -> set[tuple[int, str, int]]:
        """Everything that the database lets anybody see."""
        found = set()
        for number, person in enumerate(doing.people):
            forget()
            person = User.objects.get(pk=person.pk)
            for kind in (KnowledgePage, KnowledgeDocument, KnowledgeImage):
                ids = kind.objects.visible_to(person).values_list("pk", flat=True)
                found |= {(number, kind.__name__, pk) for pk in ids}
        return found

    def look_at_everything(self, doing: Doing, number: int, at: int) -> None:
        """Compare what one person may and sees with the model."""
        model, person = doing.model, User.objects.get(pk=doing.people[number].pk)
        with one_request():
            self.look_at_spaces(model, person, number, at)
            visible = {name for name in PAGES if model.sees(number, name, at)}
            self.look_at_pages(doing, person, number, at)
            self.look_at_files(model, person, number, at)
            self.look_at_lists(doing, person, visible)
            self.look_in_the_search(model, person, visible & set(BIRDS))

    def look_at_spaces(self, model: Model, person: User, number: int, at: int) -> None:
        roles = [model.role(number, space, at) for space in range(SPACES)]
        assert scope_for(person).spaces == {
            self.spaces[one].pk for one, role in enumerate(roles) if role
        }
        for space, role in zip(self.spaces, roles, strict=True):
            space = Space.objects.get(pk=space.pk)
            assert can(person, Action.READ, space) == (role >= Role.READER)
            assert can(person, Action.GRANT, space) == (role >= Role.STEWARD)
            assert readers_of(space).filter(pk=person.pk).exists() == (role >= Role.READER)

    def look_at_pages(self, doing: Doing, person: User, number: int, at: int) -> None:
        model = doing.model
        listed = set(KnowledgePage.objects.visible_to(person).values_list("pk", flat=True))
        for name in PAGES:
            page, sees = doing.page(name), model.sees(number, name, at)
            role = model.role(number, model.pages[name].space, at)
            reads = model.reads(number, name, at)
            assert page.space == self.spaces[model.pages[name].space]
            assert can(person, Action.READ, page) == reads, name
            assert explain(person, page).allowed == reads, name
            assert can(person, Action.EDIT, page) == (role >= Role.PUBLISHER)
            assert can(person, Action.READ_DRAFT, page) == (role >= Role.CONTRIBUTOR)
            assert (page.pk in listed) == sees, name
            assert (find_page(person, page.url_path) is not None) == sees

    def look_at_files(self, model: Model, person: User, number: int, at: int) -> None:
        kinds = (
            (KnowledgeDocument, self.file_ids, model.files),
            (KnowledgeImage, self.picture_ids, model.pictures),
        )
        for kind, ids, places in kinds:
            listed = set(kind.objects.visible_to(person).values_list("pk", flat=True))
            for bird in BIRDS:
                file = kind.objects.get(pk=ids[bird])
                assert file.space == self.spaces[places[bird]], bird
                sees = model.sees_file(number, bird, places[bird], at)
                assert (file.pk in listed) == sees, bird
                assert can(person, Action.READ, file) == sees, bird

    def look_at_lists(self, doing: Doing, person: User, visible: set[str]) -> None:
        """Compare the lists of the site: every folder, the latest changes, the spaces in the frame."""
        request = RequestFactory().get("/")
        request.user = person
        spaces_seen = {
            self.spaces.index(one) for one in self.spaces if one.pk in scope_for(person).spaces
        }
        for folder in FOLDERS:
            rows = ArticleListing(doing.page(folder), request).page
            inside = {b for b in visible & set(BIRDS) if doing.model.pages[b].parent == folder}
            assert {page.pk for page in rows.object_list} == {self.page_ids[b] for b in inside}
            assert rows.paginator.count == len(inside)
        in_her_spaces = {
            self.page_ids[name]
            for name in visible
            if doing.model.pages[name].space in spaces_seen and doing.model.above(name)
        }
        changed = {page.pk for page in latest_changes(person)}
        assert changed <= in_her_spaces
        assert len(changed) == min(LATEST, len(in_her_spaces))
        assert len(spaces_of(person)) == len(spaces_seen)

    def look_in_the_search(self, model: Model, person: User, visible: set[str]) -> None:
        """Compare hits, totals, facets and suggestions; also words that stand in files alone."""
        titles = {f"{COMMON} {bird}" for bird in visible}
        answer = search(person, SearchRequest(text=COMMON))
        assert {hit.title for hit in answer.hits} == titles
        assert answer.total == len(titles)
        counted = {
            group.name: sum(option.count for option in group.options) for group in answer.facets
        }
        known = {
            self.spaces.index(one) for one in self.spaces if one.pk in scope_for(person).spaces
        }
        assert counted.get("kind", 0) == counted.get("year", 0) == len(titles)
        # A shared page doesn't tell in which space it lies.
        assert counted.get("space", 0) == sum(model.pages[bird].space in known for bird in visible)
        assert {one.text for one in suggest(person, "Besta")} - {COMMON, COMMON.lower()} <= titles
        for bird in BIRDS:
            expected = {f"{COMMON} {bird}"} & titles
            assert {hit.title for hit in search(person, SearchRequest(text=bird)).hits} == expected
            assert bool(suggest(person, bird[:4])) == bool(expected), bird
            in_file = expected if model.files[bird] == model.pages[bird].space else set()
            found = search(person, SearchRequest(text=f"Anlage{bird.lower()}"))
            assert {hit.title for hit in found.hits} == in_file, bird

    def look_as_nobody(self) -> None:
        nobody = AnonymousUser()
        for kind in (KnowledgePage, KnowledgeDocument, KnowledgeImage):
            assert not kind.objects.visible_to(nobody).exists()
        assert search(nobody, SearchRequest(text=COMMON)).total == 0
