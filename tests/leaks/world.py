"""A small world in which every word of content is a canary: it says where it stands and who may read it.

Words look like `kanarieb07`: the letter after `kanarie` is the group of readers. Nobody outside the group may ever meet
the word, in whatever answer.
"""

from __future__ import annotations

import datetime as dt
import io
import itertools
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image
from taggit.models import Tag
from wagtail.actions.move_page import MovePageAction
from wagtail.admin.models import EditingSession
from wagtail.models import UploadedFile

from access.audience import keep_audience
from access.granting.services import grant_role
from access.granting.shares import share_page
from access.models import (
    PageGroupObjectPermission,
    PageUserObjectPermission,
    Space,
    SpaceGroupObjectPermission,
    SpaceUserObjectPermission,
)
from access.roles import Role
from access.tree import SPACE_ROOT_DEPTH
from accounts.models import Membership, PlatformRole, User
from api.keys import create_key
from knowledge.annual_reports import approving
from knowledge.annual_reports import services as annual_reports
from knowledge.annual_reports.models import Mark, Report, ReportFile
from knowledge.articles.models import ArticleIndexPage, ArticlePage
from knowledge.basepage.models import KnowledgePage
from knowledge.collaboration.happenings import WATCHED
from knowledge.collaboration.models import (
    Comment,
    Happening,
    Reading,
    ReadingRequest,
    Reply,
    Watch,
)
from knowledge.collaboration.reading import ASKED
from knowledge.collaboration.services import ANSWERED, COMMENTED, MENTIONED
from knowledge.contacts.models import ContactIndexPage, ContactPage
from knowledge.events.models import EventIndexPage, EventPage, FollowUp
from knowledge.exchange.models import Run
from knowledge.files.models import KnowledgeDocument, KnowledgeImage, PageAttachment
from knowledge.groups.models import GroupPage, MinutesIndexPage, MinutesPage, Participant
from knowledge.home.services import create_space
from knowledge.indicators.services import OfYear, keep
from knowledge.measures import services as measures
from knowledge.measures.models import Entry as MeasureEntry
from knowledge.measures.models import MeasurePage, Milestone, Need
from knowledge.meetings.agenda import put_back, stored
from knowledge.meetings.models import Addendum, Decision, Meeting, Topic
from knowledge.meetings.models import State as MeetingState
from knowledge.partners.exporting import make_export
from knowledge.partners.models import ContentExport
from knowledge.partners.services import let_leave
from knowledge.practices.models import PracticeIndexPage, PracticeMeasure, PracticePage
from knowledge.reporting.models import Answer, Inquiry, NewsRequest
from knowledge.tasks.models import Task, TaskNote
from knowledge.taxonomy.models import DistrictMap
from knowledge.wiki.models import PageTag, Template, Upkeep
from notices.services import notify
from search.indexer import drain
from search.models import SavedSearch, Tell
from search.registry import make_key
from search.saved.notices import tell_owner
from search.words.models import BestBet, CountedQuery, WordEntry, WordKind, WordsState
from tests.conftest import Cast, make_cast
from tests.factories import (
    CircleFactory,
    OrganisationFactory,
    UserFactory,
    home_of,
    make_article,
    make_measure,
    make_space,
    publish_below,
)

PREFIX = "kanarie"

# Who may read which group of words. Everybody who isn't named may read none.
PUBLISHED_A, DRAFTS_A = "a", "e"
PUBLISHED_B, DRAFTS_B = "b", "f"
SHARED_B, GROUP_C = "s", "c"
# Of people and circles: stewards choose among them, whomever they are with. The administrator's log names them, and
# spaces, but no content.
NAMES_A, NAMES_B, NAMES_C, SPACE_C = "o", "n", "m", "z"
SHUT_D, SHUT_NAME_D = (
    "d",
    "w",
)  # a space that has opted out and whose organisation has left; the log names it
MAIL_C = "l"  # of an account: for those who keep accounts, and where it stands on a page
CURATED = "u"  # the curator's own: words of the search, and what people search for
KEYS = "k"  # of access keys: their owners alone, and whoever operates the platform; of a map that waits: the latter
NARROWED = (
    "r"  # of passages that are for one organisation only: for nobody of the cast, whatever the role
)
# Of people who were asked to read: for the asker alone, who is not in the cast. Whoever keeps accounts or their log
# knows the people, but not that they were asked (tests/collaboration).
READINGS = "y"
SAVED = "q"  # of saved searches: their owners alone, who are not in the cast
# Of the spaces themselves: for whoever has a role there, and whose log names them. A page that is shared tells in its
# address the short name of the space, not the title.
SPACE_A, SPACE_B, ADDRESS_B = "g", "h", "i"
NAMES_OF_SPACES = {SPACE_A, SPACE_B, ADDRESS_B, SPACE_C, SHUT_NAME_D}
READ_A = {PUBLISHED_A, NAMES_A, SPACE_A}
ALL_A = {*READ_A, DRAFTS_A}
READ_B = {PUBLISHED_B, SHARED_B, NAMES_B, SPACE_B, ADDRESS_B}
ALL_B = {*READ_B, DRAFTS_B}
MAY_READ: dict[str, set[str]] = {
    "reader_a": READ_A,
    "contributor_a": ALL_A,
    "publisher_a": ALL_A,
    "steward_a": {*ALL_A, NAMES_B, NAMES_C},
    "reader_b": READ_B,
    "contributor_b": ALL_B,
    "publisher_b": ALL_B,
    "steward_b": {*ALL_B, NAMES_A, NAMES_C},
    "member_of_both": {*READ_A, *READ_B},
    "curator": {*ALL_A, *ALL_B, GROUP_C, NAMES_C, SPACE_C, MAIL_C, CURATED},
    "administrator": {NAMES_A, NAMES_B, NAMES_C, *NAMES_OF_SPACES, MAIL_C, KEYS, READINGS},
    "data_protection": {NAMES_A, NAMES_B, NAMES_C, *NAMES_OF_SPACES, MAIL_C, READINGS},
    "manager_a": READ_A,  # reads A like everybody of her organisation, and keeps its people's accounts
    "stranger": set(),
    "inactive": set(),
    "expired": set(),  # had roles in both spaces, circles and shares; all of it has ended
    "nobody": set(),
    "publisher_a_reader_b": {*ALL_A, *READ_B},  # works in A, reads B
    "share_receiver": {SHARED_B, ADDRESS_B},  # pages of B were shared, the space wasn't
    # The steward of A, who sees the site as somebody else: what both may see, in A alone.
    "steward_a_as_member_of_both": READ_A,
    "steward_a_as_reader_b": set(),
    "curator_as_share_receiver": {SHARED_B, ADDRESS_B},
}
# Who looks through whose eyes; the others see with their own.
VIEWERS = {
    "steward_a_as_member_of_both": ("steward_a", "member_of_both"),
    "steward_a_as_reader_b": ("steward_a", "reader_b"),
    "curator_as_share_receiver": ("curator", "share_receiver"),
}


@dataclass
class Words:
    """Hands out canaries and remembers where each one stands."""

    where: dict[str, str] = field(default_factory=dict)
    numbers: Any = field(default_factory=lambda: itertools.count(1))

    def new(self, group: str, place: str) -> str:
        """Return a new canary of the group."""
        word = f"{PREFIX}{group}{next(self.numbers):02}x"
        self.where[word] = place
        return word

    def hidden_from(self, person: str) -> dict[str, str]:
        """Return the canaries that the person must never meet, with their places."""
        allowed = MAY_READ[person]
        return {w: place for w, place in self.where.items() if w[len(PREFIX)] not in allowed}


@dataclass
class World:
    """The cast, the words, and what there is to visit: objects by kind, each with its group of readers."""

    cast: Cast
    words: Words
    people: dict[str, Any]
    objects: dict[str, list[tuple[str, Any]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, kind: str, group: str, thing: Any) -> Any:
        """Remember something to visit."""
        self.objects[kind].append((group, thing))
        return thing

    def first(self, kind: str, group: str) -> Any:
        """Return the first object of a kind in a group."""
        return next(thing for of, thing in self.objects[kind] if of == group)


def build() -> World:
    """Make the world; the caller keeps it in a transaction that is rolled back."""
    words = Words()
    cast = make_cast(
        _space(words, PUBLISHED_A, SPACE_A, SPACE_A), _space(words, PUBLISHED_B, SPACE_B, ADDRESS_B)
    )
    people = cast.people()
    people["publisher_a_reader_b"] = UserFactory(organisation=cast.organisation_a)
    grant_role(cast.space_a, people["publisher_a_reader_b"], Role.PUBLISHER, actor=None)
    grant_role(cast.space_b, people["publisher_a_reader_b"], Role.READER, actor=None)
    people["share_receiver"] = UserFactory(organisation=OrganisationFactory())
    for name, role in (("contributor_b", Role.CONTRIBUTOR), ("steward_b", Role.STEWARD)):
        people[name] = UserFactory(organisation=cast.organisation_b)
        grant_role(cast.space_b, people[name], role, actor=None)
    people["data_protection"] = UserFactory(
        organisation=OrganisationFactory(), platform_role=PlatformRole.DATA_PROTECTION
    )
    people["manager_a"] = UserFactory(
        organisation=cast.organisation_a, platform_role=PlatformRole.ORGANISATION
    )
    people["expired"] = UserFactory(organisation=OrganisationFactory())
    for name, (actor, _target) in VIEWERS.items():
        people[name] = people[actor]
    world = World(cast=cast, words=words, people=people)
    for space, published, drafts in (
        (cast.space_a, PUBLISHED_A, DRAFTS_A),
        (cast.space_b, PUBLISHED_B, DRAFTS_B),
    ):
        _fill_space(world, space, published, drafts)
    _share_a_page(world)
    _share_a_meeting(world)
    _cross_references(world, cast.space_a, PUBLISHED_A, PUBLISHED_B)
    _cross_references(world, cast.space_b, PUBLISHED_B, PUBLISHED_A)
    _make_group(world)
    _leave_traces(world)
    _let_a_partner_leave(world)
    _keep_words(world)
    _save_searches(world)
    _tell_everybody(world)
    _let_rights_end(world)
    for _group, page in world.objects["page"]:
        page.refresh_from_db()
    drain()
    return world


def _space(words: Words, group: str, name: str, address: str) -> Space:
    return make_space(
        words.new(address, "short name of a space"), title=words.new(name, "title of a space"),
        description=words.new(group, "description of a space"),
    )  # fmt: skip


def _save_searches(world: World) -> None:
    """Keep a search of somebody else's, and one with news for each of the cast that she may have lost her right to."""
    new = world.words.new
    saved = SavedSearch.objects.create(
        owner=world.first("page", PUBLISHED_B).owner,
        name=new(SAVED, "name of a saved search"),
        query=f"q={new(SAVED, 'query of a saved search')}",
    )
    world.add("saved", SAVED, saved)
    keys = [make_key("page", page.pk) for _group, page in world.objects["page"]][:20]
    for person in dict.fromkeys(world.people.values()):  # a viewer is the person who looks
        if person.is_authenticated:
            mine = SavedSearch.objects.create(
                owner=person, name="Meine", query="q=seite", tell=Tell.IN_APP, new_keys=keys,
                has_news=True,
            )  # fmt: skip
            tell_owner(mine)


def _tell_everybody(world: World) -> None:
    """Tell each of the cast of everything: somebody may have lost the right since, and meets none of its words."""
    people = {one for one in world.people.values() if one.is_authenticated}
    for _group, comment in world.objects["comment"]:
        for kind in (MENTIONED, ANSWERED, COMMENTED):
            details = {"comment": comment.pk, "reply": comment.replies.get().pk}
            notify(people, kind, key=f"comment:{comment.pk}", details=details)
    happened = list(Happening.objects.values_list("pk", flat=True))
    notify(people, WATCHED, key="watched:2026-01-01", details={"happenings": happened})
    pages = KnowledgePage.objects.filter(depth__gte=SPACE_ROOT_DEPTH)
    for person in people:  # of both spaces, whatever right there was
        Watch.objects.bulk_create(Watch(person=person, page=page) for page in pages)
    for _group, request in world.objects["reading"]:
        Reading.objects.bulk_create(Reading(request=request, person=person) for person in people)
        notify(people, ASKED, key=f"reading:{request.pk}", details={"request": request.pk})


def _picture(word: str) -> ContentFile[bytes]:
    stream = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(stream, "PNG")
    return ContentFile(stream.getvalue(), name=f"{word}.png")


def _fill_space(world: World, space: Space, group: str, drafts: str) -> None:
    new = world.words.new
    names = NAMES_B if group == PUBLISHED_B else NAMES_A
    owner = UserFactory(
        username=new(names, "user name"), last_name=new(names, "last name of an owner"),
        organisation=world.cast.organisation_a if group == "a" else world.cast.organisation_b,
    )  # fmt: skip
    grant_role(space, owner, Role.PUBLISHER, actor=None)
    document = KnowledgeDocument(
        title=new(group, "document title"), space=space, uploaded_by_user=owner
    )
    document.file.save(f"{new(group, 'file name')}.txt", _text(new(group, "file content")))
    document.tags.add(new(group, "document tag"))
    image = KnowledgeImage(
        title=new(group, "image title"), space=space, uploaded_by_user=owner,
        description=new(group, "image description"), width=40, height=30,
    )  # fmt: skip
    word = new(group, "image file name")
    image.file.save(f"{word}.png", _picture(word))
    image.tags.add(new(group, "image tag"))
    key, _secret = create_key(owner=owner, name=new(KEYS, "name of an access key"))
    world.add("key", KEYS, key)
    world.add("document", group, document)
    world.add("image", group, image)
    world.add("rendition", group, image.get_rendition("width-20"))

    article = make_article(space, new(group, "title"), text=f"<p>{new(group, 'paragraph')}</p>")
    article.slug, article.owner = new(group, "slug"), owner
    article.body = [
        ("heading", new(group, "heading")),
        ("paragraph", f"<p>{new(group, 'paragraph')}</p>"),
        ("markdown", f"**{new(group, 'markdown')}**"),
        ("image", {"image": image, "alternative_text": new(group, "alternative text"),
                   "caption": new(group, "caption")}),
        ("document", document),
    ]  # fmt: skip
    article.attachments.add(PageAttachment(document=document))
    article.save_revision(user=owner, log_action=True).publish(user=owner)
    world.add("page", group, article)
    Template.objects.create(page=article)
    _tag(world, article, group)
    index = article.get_parent().specific
    index.title = new(group, "title of a folder")
    index.save_revision().publish()
    world.add("page", group, index)
    world.add("page", group, home_of(space))

    draft = make_article(space, new(drafts, "title of a draft"), text="<p>x</p>", live=False)
    draft.body = [("paragraph", f"<p>{new(drafts, 'text of a draft')}</p>")]
    draft.save_revision(user=owner)
    _tag(world, draft, drafts)
    world.add("page", drafts, draft)

    _revise(world, space, group, drafts, owner)
    _other_kinds(world, space, group)
    _comment(world, article, group, drafts, owner)


def _comment(world: World, page: Any, group: str, drafts: str, owner: User) -> None:
    """Comment on a page: who writes in the space sees it, and who reads there doesn't."""
    new = world.words.new
    comment = Comment.objects.create(
        page=page, author=owner, text=new(drafts, "comment"), content_path="body.x", quote=new(group, "quoted passage"),
    )  # fmt: skip
    Reply.objects.create(comment=comment, author=owner, text=new(drafts, "answer to a comment"))
    Comment.objects.create(
        page=page, author=owner, text=new(drafts, "settled comment"), resolved_at=timezone.now(), resolved_by=owner
    )  # fmt: skip
    world.add("comment", drafts, comment)
    # Asked by somebody outside of the cast: nobody in it may see of whom else.
    request = ReadingRequest.objects.create(
        page=page, asker=owner, due_on=dt.date(2099, 1, 1), asked=1
    )
    asked = UserFactory(last_name=new(READINGS, "name of somebody who was asked to read"))
    Reading.objects.create(request=request, person=asked)
    world.add("reading", group, request)
    page_row = KnowledgePage.objects.get(pk=page.pk)
    Happening.objects.create(page=page_row, what=Happening.What.CHANGED, actor=owner)
    Happening.objects.create(
        page=page_row, what=Happening.What.COMMENTED, actor=owner, comment=comment
    )


def _tag(world: World, page: Any, group: str) -> None:
    name = world.words.new(group, "tag of a page")
    world.add("tag", group, PageTag.objects.create(page=page, name=name, key=name))


def _text(word: str) -> ContentFile[bytes]:
    return ContentFile(f"{word} steht in der Datei.".encode())


def _revise(world: World, space: Space, group: str, drafts: str, owner: User) -> None:
    """Make a page with an older published text and a newer draft."""
    new = world.words.new
    page = make_article(space, new(drafts, "title of an old revision"))
    page.body = [("paragraph", f"<p>{new(drafts, 'text of an old revision')}</p>")]
    page.save_revision(user=owner).publish(user=owner)
    page.title, page.slug = new(group, "title after revision"), new(group, "slug after revision")
    page.body = [("paragraph", f"<p>{new(group, 'text after revision')}</p>")]
    page.save_revision(user=owner).publish(user=owner)
    page.title = new(drafts, "title of the next draft")
    page.body = [("paragraph", f"<p>{new(drafts, 'text of the next draft')}</p>")]
    page.save_revision(user=owner)
    page.refresh_from_db()
    world.add("page", group, page)
    gone = make_article(space, new(drafts, "title of an unpublished page"))
    gone.unpublish(user=owner)
    world.add("page", drafts, gone)


def _other_kinds(world: World, space: Space, group: str) -> None:
    new = world.words.new
    _measure(world, space, group)
    contacts = publish_below(home_of(space), ContactIndexPage(title="Kontakte"))
    contact = ContactPage(
        title=new(group, "contact"), organisation=OrganisationFactory(),
        person=new(group, "person of a contact"), email=f"{new(group, 'e-mail')}@example.org",
        responsibility=new(group, "responsibility"),
    )  # fmt: skip
    world.add("page", group, publish_below(contacts, contact))
    minutes_index = publish_below(home_of(space), MinutesIndexPage(title="Protokolle"))
    minutes = MinutesPage(
        title=new(group, "minutes"), held_on=dt.date(2026, 5, 1), place=new(group, "place"),
        agenda=[("item", {
            "title": new(group, "agenda item"), "text": f"<p>{new(group, 'discussion')}</p>",
            "decisions": [new(group, "decision")],
            "tasks": [{"what": new(group, "task"), "who": new(group, "task for"), "due_on": None}],
        })],
    )  # fmt: skip
    minutes.participants.add(Participant(name=new(group, "participant")))
    world.add("page", group, publish_below(minutes_index, minutes))
    task = Task.objects.create(
        what=new(group, "task row"), space=space, origin=minutes, reference=new(group, "reference of a task"),
    )  # fmt: skip
    TaskNote.objects.create(task=task, text=new(group, "note on a task"))
    world.add("task", group, task)
    world.add("minutes", group, minutes)
    _narrow_an_item(world, minutes)
    Meeting.objects.create(page=minutes, state=MeetingState.CIRCULATED)
    decision = Decision.objects.create(
        page=minutes, space=space, key=uuid4(), item_key=uuid4(), item_title=new(group, "item of a decision"),
        year=2026, running=1, number=new(group, "number of a decision"), text=new(group, "text of a decision"),
        decided_on=minutes.held_on,
    )  # fmt: skip
    world.add("decision", group, decision)
    unsent = MinutesPage(
        title=new(group, "minutes that are not out"), held_on=dt.date(2026, 5, 4),
        agenda=[("item", {"title": new(group, "item that is not out"), "text": f"<p>{new(group, 'what was said')}</p>",
                          "decisions": [], "tasks": []})],
    )  # fmt: skip
    world.add("page", group, publish_below(minutes_index, unsent))
    world.add("unsent minutes", group, unsent)
    Topic.objects.create(space=space, title=new(group, "topic"), reporter=new(group, "reporter"))
    Addendum.objects.create(page=minutes, text=new(group, "addendum"))
    events = publish_below(home_of(space), EventIndexPage(title="Veranstaltungen"))
    event = EventPage(
        title=new(group, "event"), kind="workshop", held_on=dt.date(2026, 5, 6), last_day=dt.date(2026, 5, 7),
        place=new(group, "place of an event"), note=new(group, "note on an event"),
        body=[("paragraph", f"<p>{new(group, 'text of an event')}</p>")],
        results=[("paragraph", f"<p>{new(group, 'results of an event')}</p>")],
    )  # fmt: skip
    event.slug = new(group, "slug of an event")
    event.follow_ups.add(FollowUp(measure=world.first("measure", group)))
    world.add("page", group, publish_below(events, event))
    world.add("event", group, event)


def _narrow_an_item(world: World, minutes: MinutesPage) -> None:
    """Add an item that everybody could read for one version, and let rows come of it."""
    new, target = world.words.new, world.first("page", PUBLISHED_A)
    link = f'<a linktype="page" id="{target.pk}">{new(NARROWED, "link in a narrowed item")}</a>'
    key, line = uuid4(), uuid4()
    value = {
        "title": new(NARROWED, "title of a narrowed item"), "reporter": new(NARROWED, "reporter of it"),
        "text": f"<h3>{new(NARROWED, 'heading in it')}</h3><p>{new(NARROWED, 'text of it')} {link}</p>",
        "decisions": [{"type": "item", "id": str(uuid4()), "value": new(NARROWED, "decision in it")}],
        "tasks": [{"type": "item", "id": str(line), "value": {
            "what": new(NARROWED, "task in it"), "who": new(NARROWED, "who is charged in it"), "due_on": None}}],
        "dissent": new(NARROWED, "dissent in it"), "reference": new(NARROWED, "file reference of it"),
    }  # fmt: skip
    put_back(minutes, [*stored(minutes), {"type": "item", "id": str(key), "value": value}])
    minutes.save_revision().publish()
    keep_audience(key, [OrganisationFactory()], pages=[minutes.pk])
    minutes.save_revision().publish()
    page = {"space": minutes.space, "page": minutes}
    row = Decision.objects.create(
        **page, key=uuid4(), item_key=key, item_title=value["title"], year=2026, running=2,
        number=new(NARROWED, "number of its decision"), text=new(NARROWED, "text of its decision"),
        decided_on=minutes.held_on,
    )  # fmt: skip
    world.add("decision", NARROWED, row)
    task = Task.objects.create(
        what=new(NARROWED, "its task row"), space=minutes.space, origin=minutes, origin_key=line, passage=key,
    )  # fmt: skip
    world.add("task", NARROWED, task)
    Topic.objects.create(
        space=minutes.space, title=new(NARROWED, "topic that it became"), came_from=minutes, came_from_key=key
    )  # fmt: skip


def _measure(world: World, space: Space, group: str) -> None:
    """Make a measure with all that hangs on one, and an entry that is narrowed to nobody of the cast."""
    new = world.words.new
    measure = make_measure(
        space, 7 if group == "a" else 8, new(group, "measure"), state="running", assessment="delayed",
        assessment_reason=new(group, "reason of an assessment"),
    )  # fmt: skip
    world.add("page", group, measure)
    world.add("measure", group, measure)
    today = dt.date(2026, 5, 1)
    milestone = Milestone(measure=measure, title=new(group, "milestone"), due_on=today)
    measures.keep_milestone(milestone, actor=None)
    entry = MeasureEntry(
        measure=measure, happened_on=today, text=new(group, "entry"), next_step=new(group, "next step"),
        evidence=new(group, "evidence"),
    )  # fmt: skip
    measures.write_entry(entry, actor=None)
    narrowed = MeasureEntry(
        measure=measure, happened_on=today, text=new(NARROWED, "narrowed entry"),
        next_step=new(NARROWED, "next step in it"),
    )  # fmt: skip
    measures.write_entry(narrowed, actor=None, only_for=[OrganisationFactory()])
    need = Need(
        measure=measure,
        kind="staff",
        amount=2,
        purpose=new(group, "need"),
        deciding_body=new(group, "decider"),
    )
    measures.keep_need(need, actor=None)
    _indicator(world, space, group, measure)
    _news(world, space, group, measure)
    _reports(world, space, group, measure)


def _reports(world: World, space: Space, group: str, measure: MeasurePage) -> None:
    """Freeze last year's report, with a file, and begin this year's: what was chosen, marked and left out in it."""
    new, drafts = world.words.new, DRAFTS_A if group == PUBLISHED_A else DRAFTS_B
    for year, of in ((2025, group), (2026, drafts)):
        report = Report(
            space=space, year=year, title=new(of, "title of a report"), as_of=dt.date(year, 12, 31)
        )
        annual_reports.begin_report(report, [measure], actor=None)
        part = report.parts.get(measure=measure)
        part.text = f"{new(of, 'section of a report')} steht da. {part.text}"
        part.save()
        world.add("report", of, report)
        if of == group:
            approving.freeze(report, actor=None)
            file = ReportFile(report=report, name="zahlen.csv", title=new(group, "title of a report's file"),
                              media_type="text/csv", digest="0", size=1)  # fmt: skip
            file.file.save(
                "zahlen.csv", _text(new(group, "content of a report's file")), save=False
            )
            file.save()
            continue
        report.choices.update(reason=new(drafts, "reason of a choice"))
        Mark.objects.create(
            part=part, passage=new(drafts, "marked passage"), source_kind="entry", source=1
        )
        world.add("report part", drafts, part)


def _indicator(world: World, space: Space, group: str, measure: MeasurePage) -> None:
    """Make an indicator that hangs on a measure, and a table that somebody has sent."""
    new = world.words.new
    facts = {
        "name": new(group, "indicator"), "nature": "objective", "level": "effect", "unit": new(group, "unit"),
        "direction": "up", "source": new(group, "source of an indicator"), "area": new(group, "area"),
    }  # fmt: skip
    value = OfYear(2025, Decimal("2.5"), None, is_break=True, note=new(group, "note on a value"))
    indicator = keep(space, new(group, "key of an indicator"), facts, value, actor=None)
    indicator.measures.add(measure)
    world.add("indicator", group, indicator)
    run = Run.objects.create(
        space=space, exchange="indikatoren", file_name=f"{new(NARROWED, 'name of a table')}.csv",
        asked_by=UserFactory(),
        columns=["Kennung"], rows=[[2, [new(NARROWED, "cell of a table")]]],
    )  # fmt: skip
    world.add("run", NARROWED, run)


def _news(world: World, space: Space, group: str, measure: MeasurePage) -> None:
    """Ask the space's own organisation for news, with an answer and somebody's draft."""
    new, cast = world.words.new, world.cast
    request = NewsRequest.objects.create(
        space=space, title=new(group, "title of a request"), note=new(group, "note of a request"),
        as_of=dt.date(2026, 5, 1), due_on=dt.date(2026, 6, 1),
    )  # fmt: skip
    body = cast.organisation_a if group == "a" else cast.organisation_b
    inquiry = Inquiry.objects.create(request=request, measure=measure, body=body, told=1)
    author = UserFactory(organisation=body)
    Answer.objects.create(
        inquiry=inquiry, author=author, sent_at=timezone.now(),
        **{name: new(group, f"{name} of an answer") for name in ("reason", "done", "next_step", "obstacles")},
    )  # fmt: skip
    Answer.objects.create(
        inquiry=inquiry,
        author=UserFactory(organisation=body),
        done=new(NARROWED, "draft of an answer"),
    )
    world.add("news", group, request)
    world.add("inquiry", group, inquiry)


def _share_a_page(world: World) -> None:
    """Share one page of B with its file, and a contact that the receiver keeps, without their neighbours."""
    new, space = world.words.new, world.cast.space_b
    document = KnowledgeDocument(title=new(SHARED_B, "title of a shared document"), space=space)
    document.file.save(
        f"{new(SHARED_B, 'name of a shared file')}.txt", _text(new(SHARED_B, "shared content"))
    )
    page = make_article(space, new(SHARED_B, "title of a shared page"))
    page.slug = new(SHARED_B, "slug of a shared page")
    page.body = [("document", document)]
    page.attachments.add(PageAttachment(document=document))
    # What its author may see need not be for whoever it is shared with.
    hidden = world.first("document", PUBLISHED_A)
    page.attachments.add(PageAttachment(document=hidden))
    page.save_revision().publish()
    world.add("document", SHARED_B, document)
    contact = ContactPage(
        title=new(SHARED_B, "title of a shared contact"), organisation=OrganisationFactory(),
        confirmed_on=dt.date(2026, 5, 1), review_by=dt.date(2026, 6, 1),
    )  # fmt: skip
    contact = publish_below(ContactIndexPage.objects.get(space=space), contact)
    Upkeep.objects.create(page=contact, keeper=world.people["share_receiver"])
    for one in (page, contact):
        _tag(world, one, SHARED_B)
        _share(world, one)


def _share_a_meeting(world: World) -> None:
    """Share minutes, with their decision and task, and a meeting to come."""
    new, space = world.words.new, world.cast.space_b
    index = MinutesIndexPage.objects.get(space=space)
    minutes = MinutesPage(
        title=new(SHARED_B, "title of shared minutes"), held_on=dt.date(2026, 5, 8),
        agenda=[("item", {"title": new(SHARED_B, "agenda item of shared minutes"), "text": "", "decisions": [],
                          "tasks": []})],
    )  # fmt: skip
    publish_below(index, minutes)
    Meeting.objects.create(page=minutes, state=MeetingState.CIRCULATED)
    decision = Decision.objects.create(
        page=minutes, space=space, key=uuid4(), item_key=uuid4(), item_title=new(SHARED_B, "item of a shared decision"),
        year=2026, running=3, number=new(SHARED_B, "number of a shared decision"),
        text=new(SHARED_B, "text of a shared decision"), decided_on=minutes.held_on,
    )  # fmt: skip
    world.add("decision", SHARED_B, decision)
    task = Task.objects.create(
        what=new(SHARED_B, "task of shared minutes"), space=space, origin=minutes
    )
    world.add("task", SHARED_B, task)
    coming = MinutesPage(
        title=new(SHARED_B, "title of a shared meeting"), held_on=timezone.localdate() + dt.timedelta(days=9)
    )  # fmt: skip
    publish_below(index, coming)
    Meeting.objects.create(page=coming, state=MeetingState.PLANNED, invited_at=timezone.now())
    for page in (minutes, coming):
        world.add("minutes", SHARED_B, page)
        _share(world, page)


def _share(world: World, page: Any) -> None:
    share_page(page, world.people["share_receiver"], actor=None)
    world.add("page", SHARED_B, page)


def _tie_measure(world: World, space: Space, other: str) -> None:
    """Let the measure of one space be what a decision of the other one moved, by its item and by an entry."""
    measure = MeasurePage.objects.get(space=space)
    for group in (other, NARROWED):
        decision = world.first("decision", group)
        decision.about.add(measure)
        entry = MeasureEntry(
            measure=measure, happened_on=timezone.localdate(), text="Aus einer anderen Runde."
        )
        origin = measures.Origin(decision.page, decision.key, decision.number)
        measures.write_entry(entry, actor=None, origin=origin)
    world.first("indicator", other).measures.add(measure)
    decision = world.first("decision", other)
    task = Task.objects.create(
        what=world.words.new(other, "task of a decision"), space=decision.space, origin=decision.page,
        reference=decision.number,
    )  # fmt: skip
    world.add("task", other, task)


def _cross_references(world: World, space: Space, group: str, other: str) -> None:
    """Let pages of one space refer to the other one in every way there is."""
    page, document = world.first("page", other), world.first("document", other)
    image = world.first("image", other)
    _tie_measure(world, space, other)
    links = (
        f'<p><a linktype="page" id="{page.pk}">Seite</a> und '
        f'<a linktype="document" id="{document.pk}">Datei</a></p>'
    )
    markdown = (
        f"<:page {page.title}> <:doc:{document.title}> <:image:{image.title}> "
        f"[Seite](page:{page.pk}) ![Bild](image:{image.pk}) [Datei](doc:{document.pk})"
    )
    # Typed words are the author's own; take those away that the resolved reference would bring back.
    markdown = markdown.replace(page.title, "Titel").replace(document.title, "Titel")
    markdown = markdown.replace(image.title, "Titel")
    referring = make_article(space, world.words.new(group, "title of a referring page"))
    for number in range(2):  # two revisions, so that there is something to compare
        referring.body = [
            ("paragraph", links),
            ("markdown", f"{markdown} {number}"),
            ("document", document),
            ("image", {"image": image, "alternative_text": "Bild", "caption": ""}),
        ]
        if number:
            referring.attachments.add(PageAttachment(document=document))
        referring.save_revision().publish()
    world.add("page", group, referring)
    practices = publish_below(home_of(space), PracticeIndexPage(title="Gute Praxis"))
    practice = PracticePage(
        title=world.words.new(group, "best practice"), problem=links, approach="<p>So.</p>"
    )
    measures = [thing for of, thing in world.objects["page"] if hasattr(thing, "horizon")]
    practice = publish_below(practices, practice)
    practice.measure_links.add(PracticeMeasure(measure=measures[1 if group == "a" else 0]))
    practice.save_revision().publish()
    world.add("page", group, practice)
    event = world.first("event", group)
    event.follow_ups.add(FollowUp(measure=world.first("measure", other)))
    event.save_revision().publish()


def _make_group(world: World) -> None:
    """Make a working group of people whom nobody of the cast knows."""
    new = world.words.new
    circle = CircleFactory(name=new(NAMES_C, "name of a circle"))
    world.add("circle", GROUP_C, circle)
    member = UserFactory(
        username=new(NAMES_C, "user name of a member"), first_name=new(NAMES_C, "first name"),
        last_name=new(NAMES_C, "last name"), email=f"{new(MAIL_C, 'mail of a member')}@example.org",
        organisation=OrganisationFactory(),
    )  # fmt: skip
    Membership.objects.create(user=member, group=circle.group)
    space = create_space(
        slug=new(SPACE_C, "slug of a space"), title=new(SPACE_C, "title of a space"),
        description=new(GROUP_C, "description of a space"), circle=circle,
        home_page=GroupPage(kind="working_group"),
    )  # fmt: skip
    grant_role(space, circle, Role.PUBLISHER, actor=None)
    page = make_article(space, new(GROUP_C, "title of a group's page"))
    page.owner = member
    page.save_revision(user=member, log_action=True).publish(user=member)
    world.add("page", GROUP_C, page)


def _let_a_partner_leave(world: World) -> None:
    """Export what an organisation owns in A, B and a space that has opted out, then let it leave."""
    cast, new = world.cast, world.words.new
    organisation = OrganisationFactory(slug="amt-weg")
    internal = create_space(
        slug=new(SHUT_NAME_D, "slug of a shut space"), title=new(SHUT_NAME_D, "title of a shut space"),
        organisation=organisation, is_curated=False,
    )  # fmt: skip
    make_article(
        internal, new(SHUT_D, "title in a shut space"), text=f"<p>{new(SHUT_D, 'text')}</p>"
    )
    for space, group in ((cast.space_a, PUBLISHED_A), (cast.space_b, PUBLISHED_B)):
        page = make_article(space, new(group, "title of an owned page"))
        page.owning_organisation = organisation
        page.save_revision().publish()
        world.add("page", group, page)
    export = ContentExport.objects.create(organisation=organisation, requested_by=cast.curator)
    make_export.call(export.pk)
    person = UserFactory(organisation=organisation, last_name=new(NAMES_C, "name of who left"))
    share_page(world.first("page", PUBLISHED_B), person, actor=None)
    grant_role(internal, cast.administrator, Role.READER, actor=None)
    left = let_leave(organisation, actor=cast.curator, heir=cast.organisation_a, reason="Ende")
    # Whose words stand in the report is said by each reader's rights; that it exists, by her task.
    world.add("export", SPACE_C, export)
    world.add("exit", SPACE_C, left)


def _leave_traces(world: World) -> None:
    """Let people do things that they could not do today, and leave marks of what goes on elsewhere."""
    cast, new = world.cast, world.words.new
    page_b = world.first("page", PUBLISHED_B)
    # She once edited and locked a page of B, before she lost her rights there.
    page_b.save_revision(user=cast.publisher_a, log_action=True).publish()
    page_b.locked, page_b.locked_by = True, cast.publisher_a
    page_b.locked_at = timezone.now()
    page_b.save()
    # A page that came from B knows where it was.
    folder = publish_below(home_of(cast.space_b), ArticleIndexPage(title=new(PUBLISHED_B, "left")))
    folder.save_revision(log_action=True)
    moved = publish_below(folder, ArticlePage(title=new(PUBLISHED_A, "title of a moved page")))
    target = ArticleIndexPage.objects.filter(space=cast.space_a).first()
    MovePageAction(moved, target, pos="last-child", user=cast.publisher_b).execute(
        skip_permission_checks=True
    )
    moved.refresh_from_db()
    world.add("page", PUBLISHED_A, moved)
    EditingSession.objects.create(
        user=world.first("page", PUBLISHED_B).owner, object_id=str(page_b.pk), is_editing=True,
        content_type=ContentType.objects.get_for_model(type(page_b)),
        last_seen_at=timezone.now(),
    )  # fmt: skip
    upload = UploadedFile(
        uploaded_by_user=cast.publisher_b,
        for_content_type=ContentType.objects.get_for_model(KnowledgeDocument),
    )
    upload.file.save(f"{new(DRAFTS_B, 'name of a waiting file')}.txt", _text("x"))
    world.add("upload", DRAFTS_B, upload)
    Tag.objects.create(name=new(GROUP_C, "unused tag"))


def _keep_words(world: World) -> None:
    """Let the curator keep words, recommend pages of both spaces, and see what people search for."""
    new = world.words.new
    entry = WordEntry.objects.create(
        kind=WordKind.SYNONYMS, note=new(CURATED, "note on a word"),
        expressions=["Seite", new(CURATED, "synonym"), new(CURATED, "other synonym")],
    )  # fmt: skip
    world.add("word", CURATED, entry)
    for group in (PUBLISHED_A, PUBLISHED_B):
        # Readers ask for `steht` and `seite`, which are in texts of both spaces.
        bet = BestBet.objects.create(
            expressions=["steht", "Seite", new(CURATED, "expression of a recommendation")],
            target=make_key("page", world.first("page", group).pk),
            sentence=new(group, "sentence of a recommendation"),
        )  # fmt: skip
        world.add("best_bet", CURATED, bet)
    waiting = DistrictMap.objects.create(
        source=new(KEYS, "source of a map that waits"), licence=new(KEYS, "licence of it"),
        outlines={"nirgends": [[[7, 51], [8, 51], [8, 52], [7, 51]]]}, unknown=[new(KEYS, "name in it")],
    )  # fmt: skip
    world.add("district map", KEYS, waiting)
    WordsState.objects.update_or_create(pk=1, defaults={"token": "leaks"})
    text = new(CURATED, "counted query")
    CountedQuery.objects.create(
        month=timezone.localdate().replace(day=1), key=text, text=text, asked=9, is_common=True
    )


def _let_rights_end(world: World) -> None:
    """Give somebody every kind of right in both spaces, each of which ended a minute ago."""
    person, spaces = world.people["expired"], (world.cast.space_a, world.cast.space_b)
    former, ended_circle = CircleFactory(), CircleFactory()
    soon, ago = timezone.now() + dt.timedelta(days=1), timezone.now() - dt.timedelta(minutes=1)
    Membership.objects.create(user=person, group=former.group, until=ago)
    Membership.objects.create(user=person, group=ended_circle.group)
    for group, space in zip((PUBLISHED_A, PUBLISHED_B), spaces, strict=True):
        grant_role(space, former, Role.STEWARD, actor=None)  # she is in it no more
        page = world.first("page", group).get_parent()
        share_page(page, former, actor=None, include_descendants=True)
        for holder in (person, ended_circle):
            grant_role(space, holder, Role.STEWARD, actor=None, until=soon)
            share_page(page, holder, actor=None, include_descendants=True, until=soon)
    # The services refuse an end that lies in the past.
    for model in (SpaceUserObjectPermission, PageUserObjectPermission):
        assert model.objects.filter(user=person).update(until=ago)
    for model in (SpaceGroupObjectPermission, PageGroupObjectPermission):
        assert model.objects.filter(group=ended_circle.group).update(until=ago)
