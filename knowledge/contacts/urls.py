"""Addresses of the pages on contacts to be confirmed."""

from django.urls import path

from knowledge.contacts import views

app_name = "contacts"
urlpatterns = [
    path("", views.due, name="due"),
    path("<int:pk>/", views.confirm, name="confirm"),
]
