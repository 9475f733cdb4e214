"""Addresses of tasks."""

from django.urls import path

from knowledge.tasks import views

app_name = "tasks"
urlpatterns = [
    path("", views.mine, name="mine"),
    path("bereich/<slug:slug>/", views.of_space, name="of_space"),
    path("<int:pk>/", views.task, name="task"),
    path("<int:pk>/aendern/", views.change, name="change"),
    path("<int:pk>/uebergeben/", views.hand_over, name="hand_over"),
    path("<int:pk>/antworten/", views.answer, name="answer"),
]
