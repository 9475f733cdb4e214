"""Addresses at which pages get another name or place."""

from django.urls import path

from knowledge.arranging import views

app_name = "arranging"
urlpatterns = [
    path("umbenennen/<int:pk>/", views.rename, name="rename"),
    path("verschieben/<int:pk>/", views.move, name="move"),
    path("kopieren/<int:pk>/", views.copy, name="copy"),
    path("loeschen/<int:pk>/", views.delete, name="delete"),
    path("papierkorb/", views.bin_list, name="bin"),
    path("papierkorb/<int:pk>/wiederherstellen/", views.restore, name="restore"),
]
