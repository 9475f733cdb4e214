"""Addresses of the site; content pages come last."""

from __future__ import annotations

from django.conf import settings
from django.urls import include, path, re_path
from wagtail.admin import urls as admin_urls

from knowledge.files.views import serve_document, serve_image
from knowledge.home.views import serve
from stadtwissen.admin_site import guarded, suggest_tags

handler400 = "stadtwissen.error_pages.bad_request"
handler500 = "stadtwissen.error_pages.server_error"
urlpatterns = [
    path("", include("accounts.urls")),
    path("", include("access.people_urls")),
    path("-/", include("operations.urls")),
    path("suche/", include("search.urls")),
    path("zugriff/", include("access.urls")),
    path("organisationen/", include("knowledge.partners.urls")),
    path("kontakte-bestaetigen/", include("knowledge.contacts.urls")),
    path("konto/schluessel/", include("api.key_urls")),
    path("api/", include("api.urls")),
    path("mitteilungen/", include("notices.urls")),
    path("aenderungsprotokoll/", include("operations.audit_urls")),
    # Before Wagtail's view at the same address, which completes from all tags there are.
    path("admin/tag-autocomplete/", suggest_tags, name="suggest_tags"),
    path("admin/", include(guarded(admin_urls.urlpatterns))),
    re_path(r"^dateien/(\d+)/(.*)$", serve_document, name="wagtaildocs_serve"),
    path("bilder/<path:name>", serve_image, name="image"),
]
if settings.DEBUG or hasattr(settings, "TEST_STACK"):
    from stadtwissen.catalogue import catalogue

    urlpatterns.append(path("bausteine/", catalogue, name="catalogue"))
urlpatterns.append(re_path(r"^((?:[\w\-]+/)*)$", serve, name="wagtail_serve"))
