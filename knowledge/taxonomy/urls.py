"""Addresses of the map of districts."""

from django.urls import path

from knowledge.taxonomy import views

app_name = "districts"
urlpatterns = [
    path("karte/", views.load, name="map"),
    path("karte/<int:pk>/", views.preview, name="preview"),
]
