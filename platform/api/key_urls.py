"""Addresses of the pages on access keys; included below `konto/schluessel/`."""

from django.urls import path

from api import views

urlpatterns = [
    path("", views.own_keys, name="access_keys"),
    path("alle/", views.all_keys, name="all_access_keys"),
    path("<int:pk>/widerrufen/", views.revoke, name="access_key_revoke"),
]
