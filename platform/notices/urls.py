"""Addresses of one's notices."""

from django.urls import path

from notices import views

app_name = "notices"
urlpatterns = [
    path("", views.notice_list, name="list"),
    path("gelesen/", views.read_all, name="read_all"),
    path("einstellungen/", views.delivery_settings, name="settings"),
    path("abbestellen/<str:signed>/", views.unsubscribe, name="unsubscribe"),
    path("<int:pk>/", views.open_notice, name="open"),
]
