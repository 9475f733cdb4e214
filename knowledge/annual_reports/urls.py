"""Addresses of annual reports."""

from django.urls import path

from knowledge.annual_reports import file_views, views

app_name = "annual_reports"
urlpatterns = [
    path("", views.listing, name="list"),
    path("neu/<slug:slug>/", views.begin, name="begin"),
    path("<int:pk>/", views.report, name="report"),
    path("<int:pk>/vorschau/", views.preview, name="preview"),
    path("<int:pk>/massnahmen/", views.measures, name="measures"),
    path("<int:pk>/auswahl/", views.choose, name="choose"),
    path("abschnitt/<int:pk>/", views.part, name="part"),
    path("<int:pk>/abgleich/", views.marks, name="marks"),
    path("<int:pk>/schritt/", views.step, name="step"),
    path("<int:pk>/dateien/", file_views.make_files, name="make_files"),
    path("<int:pk>/datei/<slug:stem>.<slug:ending>", file_views.fetch, name="file"),
]
