"""Addresses of events beside their own pages."""

from django.urls import path

from knowledge.events import views

app_name = "events"
urlpatterns = [path("<int:pk>/ergebnisseite/", views.results_page, name="results_page")]
