"""Addresses of the frame's own pages."""

from django.urls import path

from web import views

app_name = "web"
urlpatterns = [
    path("neu/", views.new, name="new"),
    # Below the sign-in, since its page shows it.
    path("anmelden/marke/<slug:digest>.png", views.mark, name="mark"),
]
