"""Addresses of the search; included below `suche/`."""

from django.urls import include, path

from search import views
from search.saved import views as saved_views

urlpatterns = [
    path("", views.search, name="search"),
    path("vorschlaege/", views.suggestions, name="search_suggestions"),
    path("woerter/", include("search.words.urls")),
    path("gespeichert/", saved_views.saved_searches, name="saved_searches"),
    path("gespeichert/neu/", saved_views.new, name="saved_search_new"),
    path("gespeichert/<int:pk>/", saved_views.look, name="saved_search"),
    path("gespeichert/<int:pk>/aendern/", saved_views.change, name="saved_search_change"),
    path("gespeichert/<int:pk>/entfernen/", saved_views.remove, name="saved_search_remove"),
]
