"""Whatever is granted, shared, moved, ended and closed: pages, lists, files and both engines say what the model says.

The rule stands in `reference.py`. Each example does a generated series of deeds to the model and to the database,
through the services that people use, then looks at everything as everybody, now and after each possible end.
`make test-long` makes the search for a difference thorough (docs/access.md).
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any
from unittest.mock import patch

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory, override_settings
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from access.consequence.confirmation import NotConfirmed, Refused, confirmed, one_question
from access.consequence.of_shares import readers_of
from access.explain import explain
from access.granting.services import grant_role, revoke_role
from access.granting.shares import share_page, unshare_page
from access.models import Space
from access.reader import forget, one_request
from access.rights import can, scope_for
from access.roles import Action, Role
from accounts.models import Membership, PlatformRole, User
from audit.context import acting
from knowledge.articles.kind import ArticleListing
from knowledge.articles.models import ArticleIndexPage, ArticlePage
from knowledge.basepage.models import KnowledgePage
from knowledge.files.models import KnowledgeDocument, KnowledgeImage, PageAttachment
from knowledge.home.selectors import LATEST, latest_changes
from knowledge.importing.models import ExtractedText
from knowledge.pages.frame import find_page, spaces_of
from knowledge.writing.copying import copy_page, make_alias
from search.engines import get_engine
from search.engines.base import Query
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
from tests.properties import examples

pytestmark = pytest.mark.both

COMMON = "Bestand"  # in every title
BIRDS = [
    "Amsel",
    "Buchfink",
    "Drossel",
    "Fasan",
    "Gimpel",
    "Habicht",
]  # one an article: nothing else begins like it
NEW = ["Kiebitz", "Lerche", "Meise", "Nachtigall"]  # what people make: all fits on one page of hits
ENDS = (60, 180, FOREVER)  # minutes
TIMES = (0, 120, 240)
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
ends, birds = st.sampled_from(ENDS), st.sampled_from(BIRDS)
GIVING = [
    st.tuples(st.just("grant"), spaces, holders, st.integers(1, 4), ends),
    st.tuples(st.just("share"), pages, holders, st.booleans(), ends),
    st.tuples(st.just("join"), people, st.integers(0, CIRCLES - 1), ends),
    st.tuples(st.just("show"), birds, birds, st.booleans()),
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
targets = st.sampled_from([*FOLDERS, *["here"] * len(FOLDERS)])  # half inside the page's space
WORK = [
    st.tuples(st.just("work"), st.sampled_from(verbs), on, targets, st.booleans())
    for verbs, on in (
        (["copy", "alias", "publish", "soften"], birds),
        (["move"], st.sampled_from([*FOLDERS[1::2], *BIRDS])),
        (["write"], birds),
    )
]
Deed = tuple[Any, ...]  # the name of a method of Doing and its arguments
histories = st.tuples(
    st.lists(st.one_of(*GIVING), min_size=4, max_size=9),
    st.lists(st.one_of(move, *GIVING, *TAKING, *WORK), max_size=7),
).map(lambda both: [*both[0], *both[1]])
quick = examples(4)  # an example takes a second


def words_of_file(bird: str) -> tuple[str, str]:
    """Return the word in an article's file and the one in its name, which stand nowhere else.

    They are no compounds: a page that has the parts of one, in its title and another file, is found by it, too.
    """
    return f"xq{bird.lower()}", f"zk{bird.lower()}"


def articles(model: Model) -> set[str]:
    """Return the names of all articles: those that are there from the beginning, and what people made."""
    return set(model.pages) - set(FOLDERS)


def titles_of(model: Model, names: set[str]) -> list[str]:
    """Return the titles of articles, in order; an alias has that of its source."""
    return sorted(f"{COMMON} {model.pages[name].shows or name}" for name in names)


def opened(folder: str) -> st.SearchStrategy[Deed]:
    """Return shares of a folder with its subpages: where they are many, unasked deeds come to light."""
    return st.tuples(st.just("share"), st.just(folder), holders, st.just(True), ends)


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
        self.page_ids = dict(test.page_ids)
        self.sources: dict[str, str] = {}  # of copies and aliases

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
        return KnowledgePage.objects.get(pk=self.page_ids[name]).specific

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
        self.model.pages[page].is_confidential = True
        self._save(page, one)

    def show(self, article: str, of: str, attaches: bool) -> None:
        """Attach another article's file to an article, or link it, and show its picture."""
        if article == of or article in self.model.shown_by[of]:
            return
        one, document = self.page(article), self.test.file_ids[of]
        if attaches:
            one.attachments.add(PageAttachment(document_id=document))
        else:
            one.body.append(("paragraph", f'<a linktype="document" id="{document}">Datei</a>'))
        image = KnowledgeImage.objects.get(pk=self.test.picture_ids[of])
        one.body.append(("image", {"image": image, "alternative_text": "Bild", "caption": ""}))
        self.model.shown_by[of][article] = attaches
        self._save(article, one)

    def _save(self, name: str, one: Any) -> None:
        if one.live:
            one.save_revision().publish()
            self.model.publish(name)
        else:
            one.save()  # saving does not bring back what was taken from publication

    def unpublish(self, page: str) -> None:
        self.page(page).unpublish()
        self.model.unpublish(page)

    def move(self, page: str, target: str) -> None:
        if not self._may_move(page, target):
            return
        if self.model.parts(page, target):
            with pytest.raises(Refused):
                self.page(page).move(self.page(target), pos="last-child")
            return
        self.page(page).move(self.page(target), pos="last-child")
        self.model.move(page, target)

    def _may_move(self, page: str, target: str) -> bool:
        if target in self.model.at_or_below(page) or self.model.pages[page].parent == target:
            return False
        return not (page in FOLDERS and target in FOLDERS[1::2])  # keeps addresses apart

    # --- what a person does, who is asked where more people can read something then --------------
    def work(self, verb: str, page: str, target: str, is_confirmed: bool) -> None:
        """Do it, at first without confirming anything: nobody outside may see more by that."""
        if verb == "publish":
            self.unpublish(page)  # else there is nothing to ask
        elif verb == "soften":
            self.classify(page)
        if target == "here":
            target = self._other_folder(page)
        after, made = deepcopy(self.model), self._free_name()
        deed = getattr(self, f"_{verb}")(after, page, target, made)
        if deed is None:
            return
        is_refused = verb == "move" and (
            self.model.parts(page, target) or self.model.carries_confidential(page, target)
        )
        sources = {**self.sources, made: page} if verb in ("copy", "alias") else self.sources
        must_ask = self.model.must_ask(after, {made: sources[made]} if made in sources else {})
        before, asked = self.test.seen(self), None
        try:
            with acting(self.test.worker):
                deed()
        except Refused:
            assert is_refused
            return
        except NotConfirmed as problem:
            asked = problem.consequence
        assert bool(asked) == must_ask, (verb, page, target, asked)
        assert not is_refused, (verb, page, target)
        if asked is None:
            self._nobody_outside_gained(before, after, sources)
        else:
            assert self.test.seen(self) == before
            if not is_confirmed:
                return
            with acting(self.test.worker), confirmed(asked.fingerprint):
                deed()
        self.model, self.sources = after, sources

    def _nobody_outside_gained(
        self, before: set[Any], after: Model, sources: dict[str, str]
    ) -> None:
        """Look at what the database shows: whoever sees a page anew reads its space, or saw what it is made of."""
        names = {pk: name for name, pk in self.page_ids.items()}
        for person, kind, pk in self.test.seen(self) - before:
            if kind == "KnowledgePage":
                name = names[pk]
                source = self.page_ids.get(sources.get(name, ""))
                assert after.role(person, after.pages[name].space, 0) or (person, kind, source) in before  # fmt: skip

    def _other_folder(self, page: str) -> str:
        """Return a folder of the page's space in which it doesn't lie, the lower one first."""
        known, here = self.model.pages, self.model.pages[page]
        near = [one for one in FOLDERS[::-1] if known[one].space == here.space and one != page]
        return next((one for one in near if one != here.parent), FOLDERS[0])

    def _free_name(self) -> str:
        return next((name for name in NEW if name not in self.page_ids), "")

    def _move(self, after: Model, page: str, target: str, made: str) -> Any:
        if not self._may_move(page, target):
            return None
        after.move(page, target)
        return lambda: self.page(page).move(self.page(target), pos="last-child")

    def _copy(self, after: Model, page: str, target: str, made: str) -> Any:
        is_crossing = after.pages[page].space != after.pages[target].space
        if not made or (is_crossing and after.pages[page].is_confidential):
            return None  # refused; test_copying says how
        after.make(made, target, source=page)

        def deed() -> None:
            self.page_ids[made] = copy_page(
                self.page(page), to=self.page(target), actor=self.test.worker, is_live=True,
                title=f"{COMMON} {made}", slug=made.lower(), with_subpages=False,
            ).pk  # fmt: skip

        return deed

    def _alias(self, after: Model, page: str, target: str, made: str) -> Any:
        if not made or after.pages[page].space != after.pages[target].space:
            return None  # likewise
        after.make(made, target, source=page, is_alias=True)

        def deed() -> None:
            self.page_ids[made] = make_alias(
                self.page(page), to=self.page(target), actor=self.test.worker,
                slug=made.lower(), with_subpages=False,
            ).pk  # fmt: skip

        return deed

    def _write(self, after: Model, page: str, target: str, made: str) -> Any:
        if not made:
            return None
        after.make(made, target)

        def deed() -> None:
            new = ArticlePage(title=f"{COMMON} {made}", slug=made.lower())
            with one_question():
                self.page(target).add_child(instance=new)
                new.save_revision().publish()
            self.page_ids[made] = new.pk

        return deed

    def _publish(self, after: Model, page: str, target: str, made: str) -> Any:
        after.publish(page)
        return lambda: self.page(page).save_revision().publish()

    def _soften(self, after: Model, page: str, target: str, made: str) -> Any:
        after.pages[page].is_confidential = False
        after.publish(page)

        def deed() -> None:
            one = self.page(page)
            one.classification = "internal"
            one.save_revision().publish()

        return deed


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
        cls.worker = UserFactory()  # publishes everywhere, and is nobody of whom the model knows
        for space in cls.spaces:
            grant_role(space, cls.worker, Role.PUBLISHER, actor=None)
        cls.page_ids: dict[str, int] = {}
        cls.scores: dict[tuple[str, str], float] = {}
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
        text, name = words_of_file(bird)
        document = KnowledgeDocument.objects.create(
            title=f"{name}.txt", file=f"{bird}.txt", space=space
        )
        ExtractedText.objects.create(document=document, file_name="x", pages=[text])
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
                model.shown_by[bird] = {bird: True}
        return model

    def setUp(self) -> None:
        self.engine = get_engine()

    def index(self, doing: Doing) -> None:
        """Bring the index to the state of the database, whatever the example before left in it."""
        self.engine.delete([key for key, _ in self.engine.stored()])
        enqueue("page", [doing.page_ids[name] for name in articles(doing.model)])
        drain()

    # --- properties ---------------------------------------------------------------------------------
    @examples(10)
    @given(histories, st.sampled_from(TIMES))
    def test_everything_agrees_with_the_model_now_and_after_each_end(
        self, deeds: list[Deed], at: int
    ) -> None:
        # One moment for each history: to look is most of an example's time, and moments are alike.
        self._everything_agrees(deeds, at)

    def test_the_file_that_was_left_behind_is_not_found_by_another_one(self) -> None:
        self._everything_agrees(
            [
                ("show", "Fasan", "Drossel", True),
                ("move", "Drossel", "liste0"),  # Fasan keeps the file where it is
                ("show", "Drossel", "Amsel", True),
            ],
            *TIMES,
        )

    def test_a_page_is_found_by_the_name_of_another_ones_file_but_not_by_its_title(self) -> None:
        self._everything_agrees([("show", "Drossel", "Fasan", True)], *TIMES)

    def test_everything_agrees_when_people_have_made_all_they_can(self) -> None:
        self._everything_agrees(
            [("work", "write", "Amsel", "liste0", True)] * (len(NEW) + 1), *TIMES
        )

    def test_whoever_softens_a_page_is_asked_about_the_file_that_it_kept_from_a_share(self) -> None:
        shown = ("show", "Gimpel", "Habicht", True)
        share = ("share", "Habicht", ("person", 0), False, 60)
        self._everything_agrees([share, shown, ("work", "soften", "Gimpel", "here", False)], *TIMES)
        self._everything_agrees([share, shown, ("work", "soften", "Gimpel", "here", True)], *TIMES)

    def _everything_agrees(self, deeds: list[Deed], *times: int) -> None:
        doing = Doing(self)
        doing.do(deeds)
        self.index(doing)
        for at in times:
            with minutes_later(at):
                for person in range(PEOPLE):
                    self.look_at_everything(doing, person, at)
                self.look_as_nobody()

    @examples(6)
    @given(
        st.tuples(*(opened(f"mappe{number}") for number in range(SPACES))),
        st.lists(st.one_of(*WORK, *WORK, *GIVING, *TAKING), min_size=4, max_size=10),
    )
    def test_a_person_is_asked_whenever_more_people_can_read(
        self, given_before: tuple[Deed, ...], work: list[Deed]
    ) -> None:
        doing = Doing(self)
        doing.do([*given_before, *work])  # `Doing.work` compares
        seen = {
            (number, pk) for number, kind, pk in self.seen(doing) if kind == "KnowledgePage"
        }  # fmt: skip
        for number, name in itertools.product(range(PEOPLE), doing.model.pages):
            sees = doing.model.sees(number, name, 0)
            assert ((number, doing.page_ids[name]) in seen) == sees, (number, name)

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
            visible = {name for name in model.pages if model.sees(number, name, at)}
            self.look_at_pages(doing, person, number, at)
            self.look_at_files(model, person, number, at)
            self.look_at_lists(doing, person, visible)
            self.look_in_the_search(model, person, visible & articles(model))

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
        for name in model.pages:
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
            model = doing.model
            inside = {b for b in visible & articles(model) if model.pages[b].parent == folder}
            assert {page.pk for page in rows.object_list} == {doing.page_ids[b] for b in inside}
            assert rows.paginator.count == len(inside)
        in_her_spaces = {
            doing.page_ids[name]
            for name in visible
            if doing.model.pages[name].space in spaces_seen and doing.model.above(name)
        }
        changed = {page.pk for page in latest_changes(person)}
        assert changed <= in_her_spaces
        assert len(changed) == min(LATEST, len(in_her_spaces))
        assert len(spaces_of(person)) == len(spaces_seen)

    def look_in_the_search(self, model: Model, person: User, visible: set[str]) -> None:
        """Compare hits, totals, facets and suggestions; also words that stand in files alone."""
        titles = titles_of(model, visible)
        answer = search(person, SearchRequest(text=COMMON))
        assert sorted(hit.title for hit in answer.hits) == titles
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
        assert {one.text for one in suggest(person, "Besta")} - {COMMON, COMMON.lower()} <= set(
            titles
        )
        for bird in BIRDS:
            found = search(person, SearchRequest(text=bird))
            expected = [title for title in titles if title == f"{COMMON} {bird}"]
            assert [hit.title for hit in found.hits] == expected
            assert bool(suggest(person, bird[:4])) == bool(expected), bird
            in_file = titles_of(model, model.found_by_file(bird) & visible)
            for word in words_of_file(bird):
                found = search(person, SearchRequest(text=word))
                assert sorted(hit.title for hit in found.hits) == in_file, word

        self.look_at_the_scores(person)

    def look_at_the_scores(self, person: User) -> None:
        """Compare order and scores: what a page scores follows from itself, whoever reads and whatever is hidden."""
        engine = get_engine()
        stored = dict(engine.stored())
        hits = engine.search(Query(words=(COMMON, *BIRDS), limit=100), scope_for(person)).hits
        assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
        for hit in hits:
            seen_before = self.scores.setdefault((hit.key, stored[hit.key]), hit.score)
            assert hit.score == seen_before, hit.key

    def look_as_nobody(self) -> None:
        nobody = AnonymousUser()
        for kind in (KnowledgePage, KnowledgeDocument, KnowledgeImage):
            assert not kind.objects.visible_to(nobody).exists()
        assert search(nobody, SearchRequest(text=COMMON)).total == 0
