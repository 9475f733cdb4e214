"""What every way of running shares; `embedded`, `server` and `test` fill in the rest."""

from __future__ import annotations

import os
from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from stadtwissen.environment import env_bool, env_int, env_list, env_secret

BASE_DIR = Path(__file__).resolve().parents[3]
HOME_DIR = Path(os.environ.get("STADTWISSEN_HOME") or BASE_DIR / "var").resolve()

DEBUG = False
ROOT_URLCONF = "stadtwissen.urls"
WSGI_APPLICATION = "stadtwissen.wsgi.application"
ASGI_APPLICATION = "stadtwissen.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Our apps come last: their `ready` registers permission policies over Wagtail's own. Templates are found by
# folder first, so the order costs no override.
INSTALLED_APPS = [
    # Django and the libraries that it stands on
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "django.forms",
    "guardian",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "django_prometheus",
    # Wagtail
    "wagtail.contrib.table_block",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "wagtailmarkdown",
    "modelcluster",
    "taggit",
    # platform
    "web",
    "schedule",
    "accounts",
    "audit",
    "notices",
    "access",
    "people",
    "operations",
    "api",
    # search
    "search",
    # knowledge
    "knowledge.basepage",
    "knowledge.files",
    "knowledge.pages",
    "knowledge.export",
    "knowledge.writing",
    "knowledge.wagtail_edge",
    "knowledge.taxonomy",
    "knowledge.home",
    "knowledge.measures",
    "knowledge.groups",
    "knowledge.contacts",
    "knowledge.practices",
    "knowledge.events",
    "knowledge.council",
    "knowledge.editing",
    "knowledge.versions",
    "knowledge.arranging",
    "knowledge.facts",
    "knowledge.corrections",
    "knowledge.wiki",
    "knowledge.articles",
    "knowledge.tasks",
    "knowledge.meetings",
    "knowledge.reporting",
    "knowledge.exchange",
    "knowledge.indicators",
    "knowledge.overview",
    "knowledge.calendar",
    "knowledge.collaboration",
    "knowledge.annual_reports",
    "knowledge.importing",
    "knowledge.partners",
    "knowledge.profiles",
    "knowledge.seeding",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "web.middleware.BrowserPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "web.middleware.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "web.middleware.PrivateAnswersMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.reauthentication.KeepInputMiddleware",
    "api.middleware.ApiMiddleware",
    "accounts.middleware.SignInRequiredMiddleware",
    "accounts.second_factor.SecondFactorMiddleware",
    "audit.middleware.AuditMiddleware",
    "access.middleware.ScopeMiddleware",
    "access.viewing.middleware.ViewAsMiddleware",
    "access.consequence.middleware.ConfirmMiddleware",
    "web.middleware.NumberedAddressMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "web.menu.page_frame",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- people and sign-in ------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "access.backends.AccessBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "accounts.passwords.CommonWordsValidator"},
    {"NAME": "accounts.passwords.OwnWordsValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
# Behind one address there may be a whole authority: what slows guessing down counts name and address together (axes).
# allauth's own limits stop floods only; all of them count in the shared cache (`accounts.throttling`).
ALLAUTH_TRUSTED_PROXY_COUNT = 0
ACCOUNT_RATE_LIMITS = {
    "login": "600/m/ip",
    "login_failed": "100/m/ip,100/h/key",
    "reset_password": "60/h/ip,5/h/key",
}
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.adapter.InvitationOnlyAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = (
    15 * 60
)  # s: keys, roles, exports, second factors ask again after that
ACCOUNT_FORMS = {"change_password": "people.forms.PasswordForm"}
# Whose second factor is no choice: platform roles, and organisations by their short names in addresses (`*`: all).
SECOND_FACTOR_ROLES = env_list("STADTWISSEN_SECOND_FACTOR_ROLES")
SECOND_FACTOR_ORGANISATIONS = env_list("STADTWISSEN_SECOND_FACTOR_ORGANISATIONS")
SECOND_FACTOR_GRACE_DAYS = env_int("STADTWISSEN_SECOND_FACTOR_GRACE_DAYS", default=14)
# Name and mail address of whom the first start makes an administrator.
FIRST_ADMINISTRATOR = os.environ.get("STADTWISSEN_FIRST_ADMINISTRATOR", "")
MFA_TOTP_ISSUER = "Stadtwissen"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = False
AXES_FAILURE_LIMIT = 8  # tries per name and address before a pause
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_CLIENT_IP_CALLABLE = "accounts.network.client_address"
AXES_LOCKOUT_TEMPLATE = "account/locked.html"

# --- rights -------------------------------------------------------------------------------------
# Guardian stores, `access` answers: its backend and its patch of the user model stay out (docs/access.md).
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
GUARDIAN_MONKEY_PATCH_GROUP = False
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]
VIEW_AS_MINUTES = env_int("STADTWISSEN_VIEW_AS_MINUTES", default=30)
RECERTIFICATION_DAYS = env_int("STADTWISSEN_RECERTIFICATION_DAYS", default=182)  # twice a year

# --- audit log ----------------------------------------------------------------------------------
AUDIT_RETENTION_DAYS = env_int("STADTWISSEN_AUDIT_RETENTION_DAYS", default=3 * 365)
AUDIT_HEADS_FILE = Path(os.environ.get("STADTWISSEN_AUDIT_HEADS") or HOME_DIR / "audit-heads.log")
AUDIT_READS_RETENTION_DAYS = env_int("STADTWISSEN_AUDIT_READS_RETENTION_DAYS", default=365)

# --- personal data ------------------------------------------------------------------------------
EXPORTS_KEPT_DAYS = env_int("STADTWISSEN_EXPORTS_KEPT_DAYS", default=7)
CONTACT_CONFIRMATION_DAYS = env_int("STADTWISSEN_CONTACT_CONFIRMATION_DAYS", default=365)

SESSION_ENGINE = "accounts.sessions"  # rows that say whose they are: closing an account ends them
SESSION_COOKIE_AGE = 12 * 60 * 60  # s: one long working day
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_NAME = "stadtwissen_session"
CSRF_COOKIE_NAME = "stadtwissen_csrf"
CSRF_FAILURE_VIEW = "accounts.kept_forms.csrf_failure"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"  # the admin previews pages in a frame of its own
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}

# --- backup ---------------------------------------------------------------------------------------
BACKUP_MAX_AGE_DAYS = env_int(
    "STADTWISSEN_BACKUP_MAX_AGE_DAYS", default=0
)  # 0: nobody asks for one
BACKUP_RECIPIENTS = env_list("STADTWISSEN_BACKUP_RECIPIENTS")

# --- language and time --------------------------------------------------------------------------
LANGUAGE_CODE = "de"
LANGUAGES = [("de", _("German")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Berlin"
USE_I18N = True
USE_TZ = True

# --- files --------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = HOME_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "web.finders.NodeModulesFinder",
]
MEDIA_ROOT = HOME_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "knowledge.files.storage.GuardedFileStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_PERMISSIONS = 0o600
# In a form that is sent, a comma has three bytes and an umlaut six; how long a text may be is said where it is read.
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # a long StreamField has many
MAX_UPLOAD_SIZE_BYTES = env_int("STADTWISSEN_MAX_UPLOAD_MB", default=100) * 1024 * 1024

# --- council papers over OParl (docs/council.md) --------------------------------------------------
OPARL_URL = os.environ.get("STADTWISSEN_OPARL_URL", "")
OPARL_HOSTS = env_list("STADTWISSEN_OPARL_HOSTS")
OPARL_LIST = os.environ.get("STADTWISSEN_OPARL_LIST", "")

# --- Wagtail ------------------------------------------------------------------------------------
WAGTAIL_SITE_NAME = "Stadtwissen"
WAGTAIL_PAGE_MODEL = "basepage.KnowledgePage"
WAGTAILADMIN_BASE_URL = os.environ.get("STADTWISSEN_BASE_URL", "http://localhost:8000")
WAGTAILDOCS_DOCUMENT_MODEL = "files.KnowledgeDocument"
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_EXTENSIONS = [
    "csv", "docx", "eml", "html", "htm", "md", "msg", "odp", "ods", "odt", "pdf", "pptx", "txt", "xlsx",
]  # fmt: skip
WAGTAILDOCS_DOCUMENT_FORM_BASE = "knowledge.files.forms.DocumentForm"
WAGTAILIMAGES_IMAGE_MODEL = "files.KnowledgeImage"
WAGTAILIMAGES_IMAGE_FORM_BASE = "knowledge.files.forms.ImageForm"
# Those of which `knowledge.files` takes place and camera out without changing a pixel; AVIF is not among them.
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 20 * 1024 * 1024
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "modelsearch.backends.database"}}
WAGTAIL_WORKFLOW_ENABLED = False
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAIL_DATE_FORMAT = "%d.%m.%Y"
WAGTAIL_DATETIME_FORMAT = "%d.%m.%Y %H:%M"
WAGTAILADMIN_EXTERNAL_LINK_CONVERSION = "none"  # it would name any page whose address is typed
WAGTAILADMIN_COMMENTS_ENABLED = False  # ours are in `knowledge.collaboration` (decision 0025)
WAGTAILADMIN_RICH_TEXT_EDITORS = {
    "default": {
        "WIDGET": "wagtail.admin.rich_text.DraftailRichTextArea",
        "OPTIONS": {
            "features": ["h3", "h4", "bold", "italic", "ol", "ul", "hr", "link", "document-link"]
        },
    }
}
# wagtail-markdown's own extensions link to any page, document or image by its title or number, without asking for a
# right; they stay out (docs/access.md).
WAGTAILMARKDOWN = {
    "autodownload_fontawesome": False,
    "extensions_settings_mode": "override",
    "extensions": ["extra", "sane_lists", "wagtailmarkdown.mdx.inlinepatterns:DelExtension"],
    "extension_configs": {},
}
TAGGIT_CASE_INSENSITIVE = True

# --- background work, search ----------------------------------------------------------------------
# "files" reads uploaded files (knowledge.importing.texts), which may take minutes; the server mode queues both, the
# embedded mode only the files, tests and commands none. No queue has to be named here (QUEUES).
TASK_AT_ONCE = {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend", "QUEUES": []}
TASK_QUEUED = {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}
TASKS = {
    "default": TASK_AT_ONCE,
    "files": TASK_AT_ONCE,
    # Which page shows which file decides who may read it: written with the page, in every mode.
    "at_once": TASK_AT_ONCE,
}
SEARCH_ENGINE = "tantivy"
SEARCH_INDEX_DIR = HOME_DIR / "search"
SEARCH_INDEX_NAME = "stadtwissen"
SEARCH_TIMEOUT_S = 3.0
# Of one person, more than anybody reads or types: filters and pages of hits are searches, the field asks for
# proposals at most five times a second.
SEARCHES_A_MINUTE = 120
SUGGESTIONS_A_MINUTE = 600
# What people search for is counted without who asked, for the curator (docs/decisions/0005).
SEARCH_COUNT_MONTHS = env_int("STADTWISSEN_SEARCH_COUNT_MONTHS", default=12)
SEARCH_COUNT_PEOPLE = env_int("STADTWISSEN_SEARCH_COUNT_PEOPLE", default=3)
# In every mode: `search evaluate` and the benchmarks measure Elasticsearch beside tantivy.
ELASTICSEARCH = {
    "url": os.environ.get("STADTWISSEN_ELASTICSEARCH_URL", ""),
    "user": os.environ.get("STADTWISSEN_ELASTICSEARCH_USER", ""),
    "password": env_secret("STADTWISSEN_ELASTICSEARCH_PASSWORD"),
    "ca_file": os.environ.get("STADTWISSEN_ELASTICSEARCH_CA", ""),
}

# --- caches ---------------------------------------------------------------------------------------
CACHES = {
    # What each process works out anew, such as Wagtail's addresses of pages.
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    # What all processes must count together, such as attempts to sign in. A migration of `operations` makes its table.
    "shared": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "shared_cache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
}

# --- mail -----------------------------------------------------------------------------------------
# Without a mail server: written to files in the embedded mode, not sent at all in server mode.
HOLIDAYS_OF = os.environ.get("STADTWISSEN_LAND", "NW")  # a Land, by its two letters
EMAIL_HOST = os.environ.get("STADTWISSEN_MAIL_HOST", "")
EMAIL_PORT = env_int("STADTWISSEN_MAIL_PORT", default=587)
EMAIL_HOST_USER = os.environ.get("STADTWISSEN_MAIL_USER", "")
EMAIL_HOST_PASSWORD = env_secret("STADTWISSEN_MAIL_PASSWORD")
EMAIL_USE_TLS = env_bool("STADTWISSEN_MAIL_STARTTLS", default=True)
EMAIL_TIMEOUT = 20  # s
DEFAULT_FROM_EMAIL = os.environ.get("STADTWISSEN_MAIL_FROM", "stadtwissen@localhost")
EMAIL_FILE_PATH = HOME_DIR / "mails"
NOTICE_MAIL_ENABLED = bool(EMAIL_HOST)

# --- log --------------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    # These name people or titles at INFO; the audit log is the place for that.
    "loggers": {
        "axes": {"level": "WARNING"},
        "wagtail": {"level": "WARNING"},
        "django_tasks": {"level": "WARNING"},
        "elastic_transport": {"level": "WARNING"},
        "pikepdf": {"level": "WARNING"},
        "weasyprint": {"level": "WARNING"},  # each step of each file
        "fontTools": {"level": "WARNING"},
    },
}

ALLOWED_HOSTS = env_list("STADTWISSEN_ALLOWED_HOSTS")
SAMPLES_ALLOWED = env_bool("STADTWISSEN_ALLOW_SAMPLES")
