"""Addresses of files that are made of pages."""

from django.urls import path

from knowledge.export import views

app_name = "export"

urlpatterns = [
    path("<int:pk>/<slug:name>/", views.download, name="download"),
]
