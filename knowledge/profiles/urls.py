"""Addresses of the pages of organisations and people."""

from django.urls import path

from knowledge.profiles import views

app_name = "profiles"
urlpatterns = [
    path("stelle/<slug:slug>/", views.organisation, name="organisation"),
    path("person/<int:pk>/", views.person, name="person"),
]
