"""Several processes behind a proxy: PostgreSQL, Elasticsearch, a worker. What docker-compose starts."""

from __future__ import annotations

import os

from stadtwissen.environment import env_bool, env_secret, postgresql_from_url
from stadtwissen.settings.base import *

SECRET_KEY = env_secret("STADTWISSEN_SECRET_KEY", required=True)
DATABASES = {"default": postgresql_from_url("STADTWISSEN_DATABASE")}
SEARCH_ENGINE = "elasticsearch"
ELASTICSEARCH = {
    "url": os.environ.get("STADTWISSEN_ELASTICSEARCH_URL", "https://elasticsearch:9200"),
    "user": os.environ.get("STADTWISSEN_ELASTICSEARCH_USER", "elastic"),
    "password": env_secret("STADTWISSEN_ELASTICSEARCH_PASSWORD"),
    "ca_file": os.environ.get("STADTWISSEN_ELASTICSEARCH_CA", ""),
}
TASKS = {
    "default": {"BACKEND": "django_tasks_db.DatabaseBackend"},
    "files": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []},
}

# Counted around everything else; read on a port of its own (deploy/gunicorn/server.py).
MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    *MIDDLEWARE,
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

AUDIT_ADDRESS_HEADER = "HTTP_X_FORWARDED_FOR"  # the proxy replaces what visitors claim
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
_https = env_bool("STADTWISSEN_HTTPS", default=True)
SESSION_COOKIE_SECURE = _https
CSRF_COOKIE_SECURE = _https
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if _https else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
