"""Addresses of what is done with measures."""

from django.urls import path

from knowledge.measures import views

app_name = "measures"
urlpatterns = [
    path("stille/", views.silence, name="silence"),
    path("<int:pk>/verlauf/", views.history, name="history"),
    path("<int:pk>/wie-weiter/", views.goes_on, name="goes_on"),
    path("<int:pk>/vorschlag/", views.accept_proposal, name="accept_proposal"),
    path("<int:pk>/form/<str:name>/", views.change, name="change"),
]
