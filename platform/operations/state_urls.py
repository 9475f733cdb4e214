"""The addresses of the state of the platform and of its set-up, below `/plattform/`."""

from django.urls import path

from operations.set_up.views import set_up
from operations.state_views import platform_state

urlpatterns = [
    path("zustand/", platform_state, name="platform_state"),
    path("einrichtung/", set_up, name="set_up"),
]
