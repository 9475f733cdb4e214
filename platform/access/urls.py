"""Addresses of the pages on rights."""

from django.urls import path

from access import (
    circle_views,
    matrix_views,
    recertification_views,
    request_views,
    view_as_pages,
    views,
)

app_name = "access"
urlpatterns = [
    path("", matrix_views.all_spaces, name="spaces"),
    path("mit-mir-geteilt/", views.shared_with_me, name="shared_with_me"),
    path("anfrage/", request_views.ask, name="ask"),
    path("anfragen/", request_views.requests, name="requests"),
    path("ansicht/", view_as_pages.view_as, name="view_as"),
    path("ansicht/beenden/", view_as_pages.end, name="end_view"),
    path("seite/<int:pk>/", views.page_access, name="page"),
    path("bereich/<slug:slug>/", matrix_views.space_access, name="space"),
    path(
        "bereich/<slug:slug>/bestaetigen/",
        recertification_views.confirm_rights,
        name="confirm_rights",
    ),
    path("bestaetigungen/", recertification_views.confirmations, name="confirmations"),
    path("gruppe/", circle_views.circles, name="circles"),
    path("gruppe/<slug:slug>/", circle_views.circle_members, name="circle"),
]
