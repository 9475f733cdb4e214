"""Addresses of the list of working groups, and of the form for another one."""

from django.urls import path

from knowledge.groups.views import found, group_list

app_name = "groups"
urlpatterns = [path("", group_list, name="list"), path("neu/", found, name="new")]
