"""Addresses of the plain forms."""

from django.urls import path

from knowledge.facts import views

app_name = "facts"
urlpatterns = [
    path("neu/<slug:kind>/<int:pk>/", views.new, name="new"),
    path("<int:pk>/", views.edit, name="edit"),
]
