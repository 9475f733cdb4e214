"""Addresses of tables that go out and come in."""

from django.urls import path

from knowledge.exchange import views

app_name = "exchange"
urlpatterns = [
    # Before the kinds of a space, which have no numbers for names.
    path("lauf/<int:pk>/", views.run, name="run"),
    path("<slug:slug>/<slug:name>/", views.exchange, name="exchange"),
    path("<slug:slug>/<slug:name>/export.<slug:ending>", views.export, name="export"),
]
