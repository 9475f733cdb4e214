"""Addresses of indicators."""

from django.urls import path

from knowledge.indicators import views

app_name = "indicators"
urlpatterns = [
    path("", views.indicators, name="indicators"),
    path("neu/<slug:slug>/", views.new, name="new"),
    path("<int:pk>/", views.indicator, name="indicator"),
    path("<int:pk>/aendern/", views.change, name="change"),
    path("<int:pk>/jahr/", views.new_value, name="new_value"),
    path("<int:pk>/jahr/<int:year>/", views.change_value, name="change_value"),
]
