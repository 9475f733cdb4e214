"""What a wiki is kept in order with, as samples: a template, tags, a check that is due, a draft that waits.

A page that is missing is named by the article on defects of lighting.
"""

from __future__ import annotations

from functools import partial

from accounts.models import User
from knowledge.articles.models import ArticleIndexPage, ArticlePage
from knowledge.basepage.addresses import slug_of
from knowledge.seeding.ledger import Ledger
from knowledge.seeding.samples.pages import Facts
from knowledge.wiki.models import PageTag, Template, Upkeep
from knowledge.writing import submitting
from knowledge.writing.services import create_page, stamp_of

SPACE = "wissen"
TEMPLATE = "vorlage-ortsbegehung"
TAGS = {
    "beleuchtung-maengel-melden": ("Beleuchtung", "Meldewege"),
    "wilder-muell-meldewege": ("Sauberkeit", "Meldewege"),
    "angstraeume-bewerten": ("Beleuchtung", "Ortsbegehung"),
    TEMPLATE: ("Ortsbegehung",),
}
CHECKED = "beleuchtung-maengel-melden"
"""Its day has passed (`review` in its text)."""
WRITER = "verwaltung"  # writes in the space, and doesn't publish there
DRAFT = "Hinweise zu Veranstaltungen im Freien"


def load_wiki(ledger: Ledger, facts: Facts) -> None:
    """Load them, on the sample articles for everybody."""
    ledger.ensure(
        f"sample_template:{TEMPLATE}",
        Template.objects.filter(page__slug=TEMPLATE, page__is_sample=True),
        _template,
    )
    for slug, names in TAGS.items():
        for name in names:
            key = slug_of(name)
            ledger.ensure(
                f"sample_tag:{slug}/{key}",
                PageTag.objects.filter(page__slug=slug, page__is_sample=True, key=key),
                partial(_tag, slug, name),
            )
    ledger.ensure(
        f"sample_check:{CHECKED}",
        Upkeep.objects.filter(page__slug=CHECKED, page__is_sample=True),
        _check,
    )
    ledger.ensure(
        f"sample_draft:{DRAFT}",
        ArticlePage.objects.filter(draft_title=DRAFT, is_sample=True),
        _draft,
    )


def _article(slug: str) -> ArticlePage | None:
    found: ArticlePage | None = ArticlePage.objects.filter(
        slug=slug, space__slug=SPACE, is_sample=True
    ).first()
    return found


def _template() -> Template | None:
    page = _article(TEMPLATE)
    return Template.objects.create(page=page) if page else None


def _tag(slug: str, name: str) -> PageTag | None:
    page = _article(slug)
    return PageTag.objects.create(page=page, name=name, key=slug_of(name)) if page else None


def _check() -> Upkeep | None:
    page, keeper = _article(CHECKED), _writer()
    return Upkeep.objects.create(page=page, keeper=keeper) if page else None


def _draft() -> ArticlePage | None:
    index = ArticleIndexPage.objects.filter(space__slug=SPACE).first()
    writer = _writer()
    if index is None or writer is None:
        return None
    text = "<p>Ein Beispiel für einen Entwurf, der auf die Veröffentlichung wartet.</p>"
    page = ArticlePage(title=DRAFT, body=[("paragraph", text)], is_sample=True)
    create_page(page, below=index, actor=writer)
    submitting.hand_in(page, actor=writer, stamp=stamp_of(page) or "")
    return page


def _writer() -> User | None:
    return User.objects.filter(username=WRITER, is_sample=True).first()
