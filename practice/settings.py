"""Django's settings. What an installation may choose is read from the environment: see .env.example.

Nothing set means: one user, an SQLite file, secrets made on the first start, https expected, no debug pages.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import django_stubs_ext
from django.core.exceptions import ImproperlyConfigured

from practice import logs, sign_in_parts
from practice.databases import database_from_url, has_tables, sqlite_database
from practice.environment import Environment, read_environment
from practice.secrets_file import find_secrets

# Makes TextField[str, str] and the like legal at run time; must come before any model or form is imported.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
_environment = read_environment(os.environ, BASE_DIR / ".env")

DEBUG = _environment.flag("PRACTICE_DEBUG")
# The demonstration: a folder, database and secrets of its own, and "invented data" on every page and paper.
DEMO = _environment.flag("PRACTICE_DEMO")
# Served to this machine alone, over plain http. `manage.py serve` sets it; behind a proxy it stays off.
BEHIND_PROXY = _environment.flag("PRACTICE_BEHIND_PROXY")
LOOPBACK = _environment.flag("PRACTICE_LOOPBACK") and not BEHIND_PROXY
HTTPS = not (LOOPBACK or DEBUG)
# How many processes serve the pages. One suits a practice; a service of many on PostgreSQL may want more.
PROCESSES = _environment.number("PRACTICE_PROCESSES", 1)
# Whether the wording of the CORE-10 is shown and printed: its licence forbids that to a host who charges.
CORE10_ITEMS = _environment.text("PRACTICE_CORE10_ITEMS") == "" or _environment.flag(
    "PRACTICE_CORE10_ITEMS"
)

# --- The data folder: database, secrets, collected static files, outgoing mail without a mail server

DATA_DIR = BASE_DIR / Path(_environment.text("PRACTICE_DATA", "data")).expanduser()
if DEMO:
    DATA_DIR = DATA_DIR / "demo"
STATIC_ROOT = DATA_DIR / "static"
try:
    # The mode counts for folders made here; one that is there already is the business of a check.
    for _folder in (DATA_DIR.parent, DATA_DIR) if DEMO else (DATA_DIR,):
        _folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    # WhiteNoise complains about a missing folder, even where nothing has been collected yet.
    STATIC_ROOT.mkdir(exist_ok=True)
except OSError as _problem:
    raise ImproperlyConfigured(
        f"The data folder {DATA_DIR} could not be made ({_problem.strerror}). It holds the database and the secrets."
        " Set PRACTICE_DATA to a folder that this user may write to, on a disk of this machine."
    ) from _problem

# --- The database

_url = _environment.text("DATABASE_URL")
if DEMO:
    if _url:
        print(
            "The demonstration ignores DATABASE_URL: it has its own SQLite file.", file=sys.stderr
        )
    DATABASES = {"default": sqlite_database(DATA_DIR / "demo.sqlite3")}
elif _url:
    DATABASES = {"default": database_from_url(_url, base=BASE_DIR)}
else:
    DATABASES = {"default": sqlite_database(DATA_DIR / "practice.sqlite3")}

# --- Secrets. The demonstration has its own: a service's keys in the environment are not for invented data.

_secrets = find_secrets(
    Environment({}) if DEMO else _environment,
    folder=DATA_DIR,
    database_has_tables=lambda: has_tables(DATABASES["default"]),
)
SECRET_KEY = _secrets.secret_key
# Encrypt the notes: the first key writes, every one reads.
FIELD_KEYS = _secrets.field_keys
# The file that they are in; None where they come from the environment.
FIELD_KEYS_FILE = _secrets.field_keys_file
# The key is lost, and that has been accepted: pages say so in the place of each note.
WITHOUT_NOTES = _environment.flag("PRACTICE_WITHOUT_NOTES")

# --- The application

INSTALLED_APPS = [
    # First: its commands come before Django's of the same name (changepassword).
    "practice.apps.PracticeConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_tables2",
    "simple_history",
]
MIDDLEWARE = [
    # Outermost, so that refusals and static files carry the headers as well.
    "practice.headers.headers",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Every page needs signing in, unless its view says otherwise.
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    # After a while without a page, and after a working day, one signs in again.
    "practice.views.session_limits.SessionLimits",
    # Whoever belongs to a service that asks for a second factor sets one up first.
    "practice.views.second_factor.RequiredSecondFactor",
    # Notes who is signed in, for the history of each change.
    "simple_history.middleware.HistoryRequestMiddleware",
]
ROOT_URLCONF = "practice.urls"
WSGI_APPLICATION = "practice.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                # allauth's pages and the tables need the request.
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "practice.context.practice",
            ],
        },
    },
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Language and time

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True

# --- Static files

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        # Names carry a hash of the content, so that browsers may keep them; needs `collectstatic` first.
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage",
    },
}

# --- Signing in

ACCOUNT_FORMS = sign_in_parts.ACCOUNT_FORMS
MFA_FORMS = sign_in_parts.MFA_FORMS
AUTH_PASSWORD_VALIDATORS = sign_in_parts.AUTH_PASSWORD_VALIDATORS
AUTH_USER_MODEL = "practice.Practitioner"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "practice.accounts.ClosedSignup"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
# The owner makes the accounts and knows the addresses.
ACCOUNT_EMAIL_VERIFICATION = "none"
# Else somebody unknown who asks for a new passphrase would be sent to a page to sign up on, and there is none.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
# Sessions end after the time below for everybody: no "remember me".
ACCOUNT_SESSION_REMEMBER = False
# A change of a passphrase or a second factor is told by mail.
ACCOUNT_EMAIL_NOTIFICATIONS = True
# The second factor: an app that shows codes, a passkey (also alone, instead of the passphrase), codes on paper.
MFA_ADAPTER = "practice.accounts.SecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Practice outcomes, demonstration" if DEMO else "Practice outcomes"
# A code of half a minute ago or ahead is good as well: clocks differ. (None is good twice: see the forms.)
MFA_TOTP_TOLERANCE = 1
# Addresses are never confirmed here: whoever leads the practice gave them.
MFA_ALLOW_UNVERIFIED_EMAIL = True
# allauth's own limits on guessing stay as they are, counted by what practice.accounts says. They count in the cache,
# so it must be one that all processes share: with a cache per process, each would grant as many guesses again.
CACHES = {
    "default": {
        "BACKEND": "practice.shared_cache.SharedCache",
        "LOCATION": "practice_cache",
        # Beyond so many, what counts guesses is dropped while it still counts: with Django's three hundred, whoever
        # makes up as many addresses would guess for ever.
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    },
}
# A link for a new passphrase is good for a day: one that lies in a mailbox for longer is for somebody else to find.
PASSWORD_RESET_TIMEOUT = 24 * 60 * 60
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]

# --- Sessions, cookies, transport

# Messages name scores: they stay in the session, on this side, and go into no cookie.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
# So long without a page, or so long after signing in, and one signs in again: practice.views.session_limits.
IDLE_MINUTES = _environment.number("PRACTICE_IDLE_MINUTES", 60)
LONGEST_HOURS = 12
# How long the row of a session is kept at most; the cookie ends with the browser.
SESSION_COOKIE_AGE = LONGEST_HOURS * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_SAVE_EVERY_REQUEST = True
# Browsers share cookies between the ports of one host: the demonstration beside the practice has its own. With
# __Host- a browser takes a cookie from this host alone, over https: no neighbour under the same domain can set one.
_COOKIES = f"{'__Host-' if HTTPS else ''}{'demo' if DEMO else 'practice'}"
# Tells a browser that has signed in before from a new one; it opens nothing.
DEVICE_COOKIE_NAME = f"{_COOKIES}_device"
SESSION_COOKIE_NAME = f"{_COOKIES}_session"
CSRF_COOKIE_NAME = f"{_COOKIES}_csrf"
# Lax, not Strict: a link in a mail would else open a page as if one had never signed in.
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = HTTPS
# Forms carry the token themselves; no script reads the cookie.
CSRF_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = _environment.words("PRACTICE_TRUSTED_ORIGINS")
PUBLIC_HOSTS = _environment.words("PRACTICE_ALLOWED_HOSTS")
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *PUBLIC_HOSTS]
SECURE_SSL_REDIRECT = HTTPS
if BEHIND_PROXY:
    # Only then: without a proxy that sets them, anybody could send these headers.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # The limits on guessing count by the browser's address, not by the proxy's.
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
# Health checks come from the same machine, without https.
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
# Whether other hosts of the same domain have https, and belong on the browsers' lists, is for the domain's owner
# to say, not for one application on it: the two advices about that are silenced.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
# Not "no-referrer": over https a form without Origin and Referer is refused, and that policy sends neither.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_CSP = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "form-action": ["'self'"],
    # data: is for the icons that Bootstrap's sheet carries inside itself.
    "img-src": ["'self'", "data:"],
    "frame-ancestors": ["'none'"],
    "base-uri": ["'none'"],
}

# --- What a browser may send: files are read in memory, so that none lies in the machine's own temporary folder

FILE_UPLOAD_HANDLERS = ["practice.uploading.InMemory"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# An import takes two files; a form that offers more says so itself.
DATA_UPLOAD_MAX_NUMBER_FILES = 10

# --- Mail (for a forgotten passphrase and an invitation; never about a client)

DEFAULT_FROM_EMAIL = _environment.text("PRACTICE_MAIL_FROM", "practice@localhost")
EMAIL_HOST = _environment.text("PRACTICE_MAIL_HOST")
EMAIL_PORT = _environment.number("PRACTICE_MAIL_PORT", 587)
EMAIL_HOST_USER = _environment.text("PRACTICE_MAIL_USER")
EMAIL_HOST_PASSWORD = _environment.text("PRACTICE_MAIL_PASSWORD")
EMAIL_USE_TLS = True
EMAIL_TIMEOUT = 10
SENDS_MAIL = bool(EMAIL_HOST)
if not SENDS_MAIL:
    # Without a mail server, mails become files that only the machine's owner reads.
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = DATA_DIR / "mail"

# --- Logging: ids and codes, never names, notes or scores, and never the body of a request

LOGGING = logs.LOGGING
