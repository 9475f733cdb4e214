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
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image
from taggit.models import Tag
from wagtail.actions.move_page import MovePageAction
from wagtail.admin.models import EditingSession
from wagtail.models import UploadedFile

from access.models import (
    PageGroupObjectPermission,
    PageUserObjectPermission,
    Space,
    SpaceGroupObjectPermission,
    SpaceUserObjectPermission,
)
from access.roles import Role
from access.services import grant_role
from access.sharing import share_page
from accounts.models import Membership, PlatformRole, User
from api.keys import create_key
from knowledge.articles.models import ArticleIndexPage, ArticlePage
from knowledge.contacts.models import ContactIndexPage, ContactPage
from knowledge.files.models import KnowledgeDocument, KnowledgeImage, PageAttachment
from knowledge.groups.models import GroupPage, MinutesIndexPage, MinutesPage, Participant
from knowledge.home.services import create_space
from knowledge.partners.exporting import make_export
from knowledge.partners.models import ContentExport
from knowledge.partners.services import let_leave
from knowledge.practices.models import PracticeIndexPage, PracticeMeasure, PracticePage
from search.indexer import drain
from search.models import SavedSearch, Tell
from search.registry import make_key
from search.saved_notices import tell_owner
from search.words.models import BestBet, CountedQuery, WordEntry, WordKind, WordsState
from tests.conftest import Cast, make_cast
from tests.factories import (
    CircleFactory,
    OrganisationFactory,
    UserFactory,
    home_of,
    make_article,
    make_measure,
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
KEYS = "k"  # of access keys: their owners alone, and whoever operates the platform
SAVED = "q"  # of saved searches: their owners alone, who are not in the cast
READ_A = {PUBLISHED_A, NAMES_A}
ALL_A = {*READ_A, DRAFTS_A}
READ_B = {PUBLISHED_B, SHARED_B, NAMES_B}
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
    "administrator": {NAMES_A, NAMES_B, NAMES_C, SPACE_C, MAIL_C, SHUT_NAME_D, KEYS},
    "data_protection": {NAMES_A, NAMES_B, NAMES_C, SPACE_C, SHUT_NAME_D, MAIL_C},
    "stranger": set(),
    "inactive": set(),
    "expired": set(),  # had roles in both spaces, circles and shares; all of it has ended
    "nobody": set(),
    "publisher_a_reader_b": {*ALL_A, *READ_B},  # works in A, reads B
    "share_receiver": {SHARED_B},  # one page of B was shared with her
    # The steward of A, who sees the site as somebody else: what both may see, in A alone.
    "steward_a_as_member_of_both": READ_A,
    "steward_a_as_reader_b": set(),
    "curator_as_share_receiver": {SHARED_B},
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
    cast, words = make_cast(), Words()
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
    _cross_references(world, cast.space_a, PUBLISHED_A, PUBLISHED_B)
    _cross_references(world, cast.space_b, PUBLISHED_B, PUBLISHED_A)
    _make_group(world)
    _leave_traces(world)
    _let_a_partner_leave(world)
    _keep_words(world)
    _save_searches(world)
    _let_rights_end(world)
    for _group, page in world.objects["page"]:
        page.refresh_from_db()
    drain()
    return world


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
    index = article.get_parent().specific
    index.title = new(group, "title of a folder")
    index.save_revision().publish()
    world.add("page", group, index)
    world.add("page", group, home_of(space))

    draft = make_article(space, new(drafts, "title of a draft"), text="<p>x</p>", live=False)
    draft.body = [("paragraph", f"<p>{new(drafts, 'text of a draft')}</p>")]
    draft.save_revision(user=owner)
    world.add("page", drafts, draft)

    _revise(world, space, group, drafts, owner)
    _other_kinds(world, space, group)


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
    world.add("page", group, make_measure(space, 7 if group == "a" else 8, new(group, "measure")))
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


def _share_a_page(world: World) -> None:
    """Share one page of B, with its file and without its neighbours."""
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
    share_page(page, world.people["share_receiver"], actor=None)
    world.add("page", SHARED_B, page)
    world.add("document", SHARED_B, document)


def _cross_references(world: World, space: Space, group: str, other: str) -> None:
    """Let pages of one space refer to the other one in every way there is."""
    page, document = world.first("page", other), world.first("document", other)
    image = world.first("image", other)
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
    WordsState.objects.create(token="leaks")
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
