"""Addresses of the search; included below `suche/`."""

from django.urls import path

from search import views

urlpatterns = [
    path("", views.search, name="search"),
    path("vorschlaege/", views.suggestions, name="search_suggestions"),
]
