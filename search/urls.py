"""Addresses of the search; included below `suche/`."""

from django.urls import include, path

from search import views

urlpatterns = [
    path("", views.search, name="search"),
    path("vorschlaege/", views.suggestions, name="search_suggestions"),
    path("woerter/", include("search.words.urls")),
]
