"""The addresses. Signing in comes from allauth: only the pages named here, not its sign-up and e-mail pages."""

from __future__ import annotations

from allauth.account import views as account
from django.urls import URLPattern, URLResolver, include, path, re_path

from practice.views import benchmarks, practice, questionnaires, reports
from practice.views.health import healthz

account_urls: list[URLPattern] = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]

_WHOLE = "service/<uuid:service>/report/"
_OWN = "service/<uuid:service>/practitioner/<uuid:practitioner>/report/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", reports.report_list, name="report-list"),
    path("start/", practice.practice_create, name="practice-create"),
    path(_WHOLE, reports.report_month, name="report-month"),
    path(_OWN, reports.report_month, name="report-month"),
    path(f"{_WHOLE}pdf/", reports.report_month_pdf, name="report-month-pdf"),
    path(f"{_OWN}pdf/", reports.report_month_pdf, name="report-month-pdf"),
    path("benchmarks/", benchmarks.benchmark_list, name="benchmark-list"),
    path("questionnaires/", questionnaires.questionnaire_list, name="questionnaire-list"),
    path(
        "questionnaires/<slug:measure>/pdf/",
        questionnaires.questionnaire_pdf,
        name="questionnaire-pdf",
    ),
    path("account/", include(account_urls)),
    path("healthz", healthz, name="healthz"),
]

handler500 = "practice.views.errors.server_error"
