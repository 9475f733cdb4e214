"""Addresses of the site; content pages come last."""

from __future__ import annotations

from django.conf import settings
from django.urls import include, path, re_path
from wagtail.admin import urls as admin_urls

from knowledge.contacts.views import vcard_of
from knowledge.files.views import serve_document, serve_image
from knowledge.pages.old_addresses import old_addresses
from knowledge.pages.views import serve
from knowledge.wagtail_edge.site import guarded, suggest_tags

handler400 = "web.error_views.bad_request"
handler500 = "web.error_views.server_error"
urlpatterns = [
    path("", include("web.urls")),
    path("", include("accounts.urls")),
    path("", include("people.urls")),
    path("-/", include("operations.urls")),
    path("suche/", include("search.urls")),
    path("zugriff/", include("access.urls")),
    path("alte-adressen/<slug:slug>/", old_addresses, name="old_addresses"),
    path("arbeitsgruppen/", include("knowledge.groups.urls")),
    path("plattform/", include("operations.state_urls")),
    path("bearbeiten/", include("knowledge.editing.urls")),
    path("", include("knowledge.versions.urls")),
    path("", include("knowledge.arranging.urls")),
    path("angaben/", include("knowledge.facts.urls")),
    path("hinweise/", include("knowledge.corrections.urls")),
    path("", include("knowledge.collaboration.urls")),
    path("", include("knowledge.wiki.urls")),
    path("wer/", include("knowledge.profiles.urls")),
    path("bereiche/", include("knowledge.home.urls")),
    path("organisationen/", include("knowledge.partners.urls")),
    path("kontakte-bestaetigen/", include("knowledge.contacts.urls")),
    path("aufgaben/", include("knowledge.tasks.urls")),
    path("massnahme/", include("knowledge.measures.urls")),
    path("abfragen/", include("knowledge.reporting.urls")),
    path("indikatoren/", include("knowledge.indicators.urls")),
    path("tabellen/", include("knowledge.exchange.urls")),
    path("ueberblick/", include("knowledge.overview.urls")),
    path("veranstaltung/", include("knowledge.events.urls")),
    path("stadtbezirke/", include("knowledge.taxonomy.urls")),
    path("termine/", include("knowledge.calendar.urls")),
    path("berichte/", include("knowledge.annual_reports.urls")),
    path("kontakt/<int:pk>.vcf", vcard_of, name="contact_vcard"),
    path("herunterladen/", include("knowledge.export.urls")),
    path("", include("knowledge.meetings.urls")),
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
    from web.catalogue import catalogue

    urlpatterns.append(path("bausteine/", catalogue, name="catalogue"))
urlpatterns.append(re_path(r"^((?:[\w\-]+/)*)$", serve, name="wagtail_serve"))
