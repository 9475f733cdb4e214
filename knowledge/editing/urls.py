"""Addresses of the editor."""

from django.urls import path

from knowledge.editing import views

app_name = "editing"
urlpatterns = [
    path("ergaenzen/", views.complete, name="complete"),
    path("titel/", views.titles, name="titles"),
    path("neu/<slug:kind>/<int:pk>/", views.new, name="new"),
    path("<int:pk>/", views.edit, name="edit"),
    path("<int:pk>/entwurf/", views.autosave, name="autosave"),
    path("<int:pk>/da/", views.presence, name="presence"),
    path("<int:pk>/schluessel/", views.key, name="key"),
    path("<int:pk>/datei/", views.add_file, name="file"),
    path("<int:pk>/vorlegen/", views.hand_in, name="hand_in"),
    path("<int:pk>/veroeffentlichen/", views.publish, name="publish"),
]
