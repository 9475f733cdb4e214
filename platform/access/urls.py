"""Addresses of the pages on rights."""

from django.urls import path

from access import request_views, view_as_pages, views

app_name = "access"
urlpatterns = [
    path("", views.all_spaces, name="spaces"),
    path("mit-mir-geteilt/", views.shared_with_me, name="shared_with_me"),
    path("anfrage/", request_views.ask, name="ask"),
    path("anfragen/", request_views.requests, name="requests"),
    path("ansicht/", view_as_pages.view_as, name="view_as"),
    path("ansicht/beenden/", view_as_pages.end, name="end_view"),
    path("seite/<int:pk>/", views.page_access, name="page"),
    path("bereich/<slug:slug>/", views.space_access, name="space"),
]
