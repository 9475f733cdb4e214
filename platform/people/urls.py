"""Addresses of the pages on people and on one's own data."""

from django.urls import path

from people import invite_views, own_views, person_views, views
from people.passwords import views as link_views

app_name = "people"
urlpatterns = [
    # Below the sign-in, since it answers whoever is not signed in.
    path("anmelden/passwort/<slug:secret>/", link_views.set_password, name="set_password"),
    path("anmelden/vergessen/", link_views.forgotten, name="forgotten"),
    path("personen/", views.people_list, name="list"),
    path("personen/einladen/", invite_views.invite, name="invite"),
    path("personen/liste/", invite_views.read_list, name="read_list"),
    path("personen/liste/pruefen/", invite_views.list_preview, name="list_preview"),
    path("personen/<int:pk>/", person_views.person, name="person"),
    path("personen/<int:pk>/angaben/", person_views.correct, name="correct"),
    path("konto/", own_views.account, name="account"),
    path("meine-daten/", own_views.my_data, name="my_data"),
    path("meine-daten/meine-daten.zip", own_views.my_data_file, name="my_data_file"),
]
