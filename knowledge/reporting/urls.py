"""Addresses of requests for news."""

from django.urls import path

from knowledge.reporting import views

app_name = "reporting"
urlpatterns = [
    path("", views.mine, name="mine"),
    path("neu/<slug:slug>/", views.ask, name="ask"),
    path("<int:pk>/", views.overview, name="request"),
    path("<int:pk>/aendern/", views.change_request, name="change_request"),
    path("<int:pk>/antworten/", views.to_answer, name="to_answer"),
    path("antwort/<int:pk>/", views.answer, name="answer"),
    path("antwort/<int:pk>/weitergeben/", views.hand_on, name="hand_on"),
    path("annehmen/<int:pk>/", views.accept, name="accept"),
]
