"""Addresses of meetings and decisions."""

from django.urls import path

from knowledge.meetings import views
from knowledge.meetings.minuting import saving
from knowledge.meetings.minuting import views as minuting
from knowledge.meetings.planning import views as planning

app_name = "meetings"
urlpatterns = [
    path("sitzungen/<slug:slug>/neu/", planning.plan, name="plan"),
    path("sitzungen/<slug:slug>/themen/", planning.topics, name="topics"),
    path("sitzungen/<slug:slug>/regeln/", views.rules, name="rules"),
    path("sitzung/<int:pk>/", minuting.edit, name="edit"),
    path("sitzung/<int:pk>/entwurf/", saving.keep_typed, name="keep_typed"),
    path("sitzung/<int:pk>/aufteilen/", minuting.take_apart, name="take_apart"),
    path("sitzung/aus/<int:pk>/", minuting.from_article, name="from_article"),
    path("sitzung/<int:pk>/ansicht/", minuting.as_seen, name="as_seen"),
    path("sitzung/<int:pk>/absagen/", planning.call_off, name="call_off"),
    path("sitzung/<int:pk>/einladung/", planning.come, name="come"),
    path("sitzung/<int:pk>/antwort/", planning.answer, name="answer"),
    path("sitzung/<int:pk>/genehmigen/", views.approve_minutes, name="approve"),
    path("sitzung/<int:pk>/nachtrag/", views.addendum, name="addendum"),
    path("kalender/", planning.feed_settings, name="feed_settings"),
    path("kalender/feed/<slug:secret>.ics", planning.feed, name="feed"),
    path("beschluesse/", views.decisions, name="decisions"),
    path("beschluss/<slug:slug>/<int:year>/<int:running>/", views.decision, name="decision"),
    path(
        "beschluss/<slug:slug>/<int:year>/<int:running>/<slug:form>/",
        views.decision_file,
        name="decision_file",
    ),
]
