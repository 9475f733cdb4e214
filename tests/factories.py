"""The smallest data that shows a point."""

from __future__ import annotations

from typing import Any

import factory
from factory.django import DjangoModelFactory

from access.models import Space
from accounts.models import Circle, Organisation, OrganisationKind, User
from knowledge.articles.models import ArticleIndexPage, ArticlePage
from knowledge.home.services import create_space
from knowledge.measures.models import MeasureIndexPage, MeasurePage
from knowledge.writing.services import create_published_page
from notices.models import Notice


class OrganisationFactory(DjangoModelFactory):
    slug = factory.Sequence(lambda n: f"organisation-{n}")
    name = factory.Sequence(lambda n: f"Organisation {n}")
    short_name = factory.SelfAttribute("name")
    kind = OrganisationKind.OTHER

    class Meta:
        model = Organisation


class CircleFactory(DjangoModelFactory):
    slug = factory.Sequence(lambda n: f"kreis-{n}")
    name = factory.Sequence(lambda n: f"Kreis {n}")

    class Meta:
        model = Circle


class UserFactory(DjangoModelFactory):
    username = factory.Sequence(lambda n: f"person{n}")
    first_name = "Erika"
    last_name = factory.Sequence(lambda n: f"Mustermann {n}")
    organisation = factory.SubFactory(OrganisationFactory)

    class Meta:
        model = User


def make_space(slug: str, **kwargs: Any) -> Space:
    """Return a new space with its home page."""
    return create_space(slug=slug, title=kwargs.pop("title", slug.title()), **kwargs)


def home_of(space: Space) -> Any:
    """Return the home page of a space."""
    return space.pages.get(depth=3).specific


def publish_below_any(parent: Any, page: Any) -> Any:
    """Add `page` below `parent` and publish it, also below a kind below which nobody can: the tree is the rule."""
    parent.add_child(instance=page)
    page.save_revision().publish()
    page.refresh_from_db()
    return page


def publish_below(parent: Any, page: Any) -> Any:
    """Add `page` below `parent` and publish it."""
    create_published_page(page, below=parent, actor=None)
    page.refresh_from_db()
    return page


def make_article(space: Space, title: str, *, text: str = "", live: bool = True) -> ArticlePage:
    """Return a new article in the space's list of articles, which is made if there is none."""
    home = home_of(space)
    index = ArticleIndexPage.objects.child_of(home).first()
    if index is None:
        index = publish_below(home, ArticleIndexPage(title="Artikel", slug="artikel"))
    page = ArticlePage(title=title, body=[("paragraph", text)] if text else [], live=live)
    if live:
        return publish_below(index, page)
    index.add_child(instance=page)
    page.save_revision()
    return page


def make_measure(space: Space, number: int, title: str, **fields: Any) -> MeasurePage:
    """Return a new measure in the space's list of measures, which is made if there is none."""
    home = home_of(space)
    index = MeasureIndexPage.objects.child_of(home).first()
    if index is None:
        index = publish_below(home, MeasureIndexPage(title="Maßnahmen", slug="liste"))
    return publish_below(index, MeasurePage(title=title, number=number, **fields))


def unread_count(user: User) -> int:
    """Return how many unread notices somebody has."""
    return Notice.objects.unread().filter(recipient=user).count()
