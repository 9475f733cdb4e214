"""Addresses of comments, of what one watches, and of reading that is confirmed."""

from django.urls import path

from knowledge.collaboration import reading_views, views, watch_views

app_name = "collaboration"
urlpatterns = [
    path("gespraech/<int:pk>/", views.talk, name="talk"),
    path("kommentar/<int:pk>/", views.comment, name="comment"),
    path("gelesen/", reading_views.readings, name="readings"),
    path("gelesen/<int:pk>/", reading_views.show, name="reading"),
    path("gelesen/bitten/<int:pk>/", reading_views.ask, name="ask_reading"),
    path("beobachten/", watch_views.watched, name="watched"),
    path("beobachten/<int:pk>/", watch_views.watch_page, name="watch"),
    path("beobachten/schlagwort/<slug:key>/", watch_views.watch_a_tag, name="watch_tag"),
]
