"""Several processes behind a proxy: PostgreSQL, Elasticsearch, a worker. What docker-compose starts."""

from __future__ import annotations

from stadtwissen.environment import env_bool, env_int, env_list, env_secret, postgresql_from_url
from stadtwissen.settings.base import *

SECRET_KEY = env_secret("STADTWISSEN_SECRET_KEY", required=True)
DATABASES = {"default": postgresql_from_url("STADTWISSEN_DATABASE")}
SEARCH_ENGINE = "elasticsearch"
ELASTICSEARCH |= {
    "url": ELASTICSEARCH["url"] or "https://elasticsearch:9200",
    "user": ELASTICSEARCH["user"] or "elastic",
}
TASKS |= {"default": TASK_QUEUED, "files": TASK_QUEUED}

# Counted around everything else; read on a port of its own (deploy/gunicorn/server.py).
MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    *MIDDLEWARE,
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

BACKUP_MAX_AGE_DAYS = env_int("STADTWISSEN_BACKUP_MAX_AGE_DAYS", default=2)
# How many proxies stand between a visitor and web; each adds an address to X-Forwarded-For (`accounts.network`).
ALLAUTH_TRUSTED_PROXY_COUNT = env_int("STADTWISSEN_TRUSTED_PROXIES", default=1)
SECOND_FACTOR_ROLES = env_list(
    "STADTWISSEN_SECOND_FACTOR_ROLES", default=["administrator", "curator", "data_protection"]
)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
_https = env_bool("STADTWISSEN_HTTPS", default=True)
SESSION_COOKIE_SECURE = _https
CSRF_COOKIE_SECURE = _https
if _https:
    # Browsers take a cookie with this prefix from this host alone, over TLS: no other host of the city's can set it.
    SESSION_COOKIE_NAME = f"__Host-{SESSION_COOKIE_NAME}"
    CSRF_COOKIE_NAME = f"__Host-{CSRF_COOKIE_NAME}"
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if _https else 0
