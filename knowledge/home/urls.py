"""Addresses of the pages on spaces, for the curator."""

from django.urls import path

from knowledge.home import space_views

app_name = "spaces"
urlpatterns = [
    path("", space_views.spaces, name="list"),
    path("neu/", space_views.add, name="add"),
    path("bereich/<slug:slug>/", space_views.change, name="change"),
]
