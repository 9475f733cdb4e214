"""Addresses of the overview; filters stand in the query."""

from django.urls import path

from knowledge.overview import bulk_views, views

app_name = "overview"
urlpatterns = [
    path("", views.overview, name="page"),
    path("liste/", views.measures, name="list"),
    path("aendern/", bulk_views.change_many, name="change"),
    path("tabelle/<slug:name>.<slug:ending>", views.table, name="table"),
    path("bild/<slug:name>.<slug:ending>", views.picture, name="picture"),
]
