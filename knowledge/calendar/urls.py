"""Addresses of the calendar; filters stand in the query."""

from django.urls import path

from knowledge.calendar import views

app_name = "calendar"
urlpatterns = [
    path("", views.this_month, name="now"),
    path("<int:year>/<int:month>/", views.month, name="month"),
    path("<int:year>/<int:month>.ics", views.month_as_file, name="month_file"),
    path("liste/", views.as_list, name="list"),
    path("vergangen/", views.past, name="past"),
    path("liste.ics", views.list_as_file, name="list_file"),
    path("termin/<int:pk>/", views.come, name="come"),
    path("termin/<int:pk>.ics", views.one_as_file, name="one_file"),
]
