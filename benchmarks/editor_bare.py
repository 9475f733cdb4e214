"""Make the page that `editor` saves in Wagtail's admin, and print where it is; run by it in the bare site's shell."""

from __future__ import annotations

import json

from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
from wagtail.models import Page
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from benchmarks.bare_wagtail.bare.models import BarePage
from benchmarks.views_texts import BLOCKS


def main() -> None:
    """Make a page with the text that our site's has, and an administrator."""
    page = BarePage.objects.filter(slug="schreiben").first()
    if page is None:
        home = Page.objects.get(depth=2)
        page = home.add_child(instance=BarePage(title="Schreiben", slug="schreiben", body=BLOCKS))
        page.save_revision().publish()
    user, _is_new = get_user_model().objects.get_or_create(
        username="verwaltung", defaults={"is_superuser": True, "is_staff": True}
    )
    client = Client()
    client.force_login(user)
    blocks = [(name, rich_text(value) if name == "paragraph" else value) for name, value in BLOCKS]
    form = nested_form_data({
        "title": "Schreiben", "slug": "schreiben", "seo_title": "", "search_description": "",
        "body": streamfield(blocks), "comments": inline_formset([]),
    })  # fmt: skip
    told = {
        "cookie": f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}",
        "csrf": settings.CSRF_COOKIE_NAME,
        "save": f"/admin/pages/{page.pk}/edit/",
        "form": form,
    }
    print(json.dumps(told))
