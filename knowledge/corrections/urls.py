"""Addresses of readers' hints."""

from django.urls import path

from knowledge.corrections import views

app_name = "corrections"
urlpatterns = [
    path("", views.hints, name="hints"),
    path("fehler/<int:pk>/", views.report, name="report"),
    path("berichtigen/<int:pk>/", views.correct, name="correct"),
    path("<int:pk>/", views.settle, name="settle"),
]
