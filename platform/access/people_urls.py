"""Addresses of the pages on people and on one's own data."""

from django.urls import path

from access import people_views

app_name = "people"
urlpatterns = [
    path("personen/", people_views.people_list, name="list"),
    path("personen/<int:pk>/", people_views.person, name="person"),
    path("meine-daten/", people_views.my_data, name="my_data"),
    path("meine-daten/meine-daten.zip", people_views.my_data_file, name="my_data_file"),
]
