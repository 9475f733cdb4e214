"""Addresses of the pages on rights."""

from django.urls import path

from access.granting import circle_views, page_views, space_views, suggestions
from access.recertification import views as recertification_views
from access.requests import views as request_views
from access.viewing import views as viewing_views

app_name = "access"
urlpatterns = [
    path("", space_views.all_spaces, name="spaces"),
    path("vorschlaege/", suggestions.suggest, name="suggest"),
    path("mit-mir-geteilt/", page_views.shared_with_me, name="shared_with_me"),
    path("anfrage/", request_views.ask, name="ask"),
    path("anfragen/", request_views.requests, name="requests"),
    path("ansicht/", viewing_views.view_as, name="view_as"),
    path("ansicht/beenden/", viewing_views.end, name="end_view"),
    path("seite/<int:pk>/", page_views.page_access, name="page"),
    path("bereich/<slug:slug>/", space_views.space_access, name="space"),
    path(
        "bereich/<slug:slug>/bestaetigen/",
        recertification_views.confirm_rights,
        name="confirm_rights",
    ),
    path("bestaetigungen/", recertification_views.confirmations, name="confirmations"),
    path("gruppe/", circle_views.circles, name="circles"),
    path("gruppe/<slug:slug>/", circle_views.circle_members, name="circle"),
]
