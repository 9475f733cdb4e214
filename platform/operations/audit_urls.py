"""Addresses of the audit log, below `/aenderungsprotokoll/`."""

from django.urls import path

from operations.audit_views import audit_log, audit_log_export

urlpatterns = [
    path("", audit_log, name="audit_log"),
    path("aenderungsprotokoll.csv", audit_log_export, name="audit_log_export"),
]
