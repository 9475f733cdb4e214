"""Addresses of the curator's pages; included below `suche/woerter/`."""

from django.urls import path

from search.words import bet_views, views

urlpatterns = [
    path("", views.word_list, name="search_words"),
    path("neu/", views.word_add, name="search_word_add"),
    path("<int:pk>/", views.word_edit, name="search_word"),
    path("<int:pk>/entfernen/", views.word_remove, name="search_word_remove"),
    path("empfehlungen/", bet_views.bet_list, name="search_best_bets"),
    path("empfehlungen/neu/", bet_views.bet_add, name="search_best_bet_add"),
    path("empfehlungen/<int:pk>/", bet_views.bet_edit, name="search_best_bet"),
    path("empfehlungen/<int:pk>/entfernen/", bet_views.bet_remove, name="search_best_bet_remove"),
    path("anfragen/", views.counted_queries, name="search_counted_queries"),
]
