"""Addresses of what keeps a wiki in order."""

from django.urls import path

from knowledge.wiki import changes, missing_views, tag_views, template_views, views

app_name = "wiki"
urlpatterns = [
    path("aktualitaet/", views.due, name="due"),
    path("aktualitaet/<int:pk>/", views.upkeep, name="upkeep"),
    path("aktualitaet/<int:pk>/geprueft/", views.check, name="check"),
    path("aktualitaet/<int:pk>/veraltet/", views.doubt, name="doubt"),
    path("schlagworte/", tag_views.tags, name="tags"),
    path("schlagworte/<slug:key>/", tag_views.tag, name="tag"),
    path("schlagworte-der-seite/<int:pk>/", tag_views.tags_of, name="tags_of"),
    path("aenderungen/<slug:slug>/", changes.changes, name="changes"),
    path("fehlende-seite/<int:pk>/", missing_views.missing, name="missing"),
    path("vorlagen/<int:pk>/", template_views.begin, name="begin"),
    path("vorlagen/<int:pk>/festlegen/", template_views.mark, name="mark"),
]
