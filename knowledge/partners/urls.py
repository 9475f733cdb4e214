"""Addresses of the pages on partners and their exits."""

from django.urls import path

from knowledge.partners import keeping_views, views

app_name = "partners"
urlpatterns = [
    path("", views.organisations, name="list"),
    path("neu/", keeping_views.add, name="add"),
    path("export/<int:pk>.zip", views.fetch, name="fetch"),
    path("bericht/<int:pk>/", views.report, name="report"),
    path("bericht/<int:pk>/bericht.csv", views.report_table, name="report_table"),
    path("<slug:slug>/", views.organisation, name="organisation"),
    path("<slug:slug>/aendern/", keeping_views.change, name="change"),
    path("<slug:slug>/zusammenlegen/", keeping_views.merge, name="merge"),
    path("<slug:slug>/austritt/", views.leave, name="leave"),
]
