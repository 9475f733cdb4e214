"""Addresses of versions and reviews."""

from django.urls import path

from knowledge.versions import views

app_name = "versions"
urlpatterns = [
    path("verlauf/<int:pk>/", views.history, name="history"),
    path("verlauf/<int:pk>/vergleich/", views.compare, name="compare"),
    path("verlauf/<int:pk>/wiederherstellen/", views.restore, name="restore"),
    path("pruefen/<int:pk>/", views.review, name="review"),
]
