"""The addresses. Signing in comes from allauth: only the pages named here, not its sign-up and e-mail pages."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.decorators.cache import never_cache

from practice.views import (
    accounts,
    annual_figures,
    audit,
    backups,
    benchmarks,
    caseload,
    client_consent,
    client_rights,
    clients,
    completions,
    demonstration,
    ending_list,
    endings,
    episodes,
    frozen,
    home,
    imports,
    invitations,
    members,
    note_key,
    outcomes,
    practice,
    questionnaires,
    report_batch,
    reports,
    resolution_list,
    resolutions,
    retention,
    security,
    services,
    sessions,
    splits,
    supervisings,
    supervision,
    targets,
    words,
)
from practice.views.health import healthz

account_urls: list[URLPattern] = [
    path("login/", accounts.sign_in, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", accounts.passphrase_change, name="account_change_password"),
    path("password/reset/", accounts.passphrase_forgotten, name="account_reset_password"),
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

_PASSKEY = "passkey/<int:pk>/"

factor_urls: list[URLPattern] = [
    path("second-factor/", security.security_index, name="mfa_index"),
    path("code/", factors.authenticate, name="mfa_authenticate"),
    path("reauthenticate/code/", never_cache(factors.reauthenticate), name="mfa_reauthenticate"),
    path(
        "reauthenticate/passkey/",
        never_cache(passkeys.reauthenticate_webauthn),
        name="mfa_reauthenticate_webauthn",
    ),
    path("app/new/", never_cache(totp.activate_totp), name="mfa_activate_totp"),
    path("app/remove/", never_cache(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("codes/", never_cache(recovery.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("codes/file/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"),
    path(
        "codes/new/",
        never_cache(recovery.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path("passkeys/", security.security_index, name="mfa_list_webauthn"),
    path("passkey/new/", never_cache(passkeys.add_webauthn), name="mfa_add_webauthn"),
    path("passkey/login/", accounts.passkey_sign_in, name="mfa_login_webauthn"),
    path(f"{_PASSKEY}edit/", never_cache(passkeys.edit_webauthn), name="mfa_edit_webauthn"),
    path(f"{_PASSKEY}remove/", never_cache(passkeys.remove_webauthn), name="mfa_remove_webauthn"),
]

_SERVICE = "service/<uuid:service>/"
_OWN = f"{_SERVICE}practitioner/<uuid:practitioner>/"

report_urls: list[URLPattern] = [
    path("reports/", reports.report_list, name="report-list"),
    path(f"{_SERVICE}report/", reports.report_month, name="report-month"),
    path(f"{_OWN}report/", reports.report_month, name="report-month"),
    path(f"{_SERVICE}report/pdf/", reports.report_month_pdf, name="report-month-pdf"),
    path(f"{_OWN}report/pdf/", reports.report_month_pdf, name="report-month-pdf"),
    path(f"{_SERVICE}report/for-good/", frozen.report_freeze, name="report-freeze"),
    path(f"{_OWN}report/for-good/", frozen.report_freeze, name="report-freeze"),
    path("frozen/<uuid:frozen>/", frozen.frozen_detail, name="frozen-detail"),
    path("frozen/<uuid:frozen>/pdf/", frozen.frozen_pdf, name="frozen-pdf"),
    path(f"{_SERVICE}reports/", report_batch.report_batch, name="report-batch"),
    path(f"{_SERVICE}reports/zip/", report_batch.report_batch_zip, name="report-batch-zip"),
    path(f"{_SERVICE}resolutions/", resolution_list.resolution_list, name="resolution-list"),
    path(f"{_OWN}resolutions/", resolution_list.resolution_list, name="resolution-list"),
    path(f"{_SERVICE}resolution/new/", resolutions.resolution_create, name="resolution-create"),
    path(f"{_OWN}resolution/new/", resolutions.resolution_create, name="resolution-create"),
    path("resolution/<uuid:resolution>/edit/", resolutions.resolution_edit, name="resolution-edit"),
    path(
        "resolution/<uuid:resolution>/close/",
        resolutions.resolution_close,
        name="resolution-close",
    ),
]

caseload_urls: list[URLPattern] = [
    path(f"{_SERVICE}caseload/", caseload.caseload, name="caseload"),
    path(f"{_OWN}caseload/", caseload.caseload, name="caseload"),
    path(f"{_OWN}client/new/", clients.client_create, name="client-create"),
]

practice_urls: list[URLPattern] = [
    path(f"{_SERVICE}endings/", ending_list.ending_list, name="ending-list"),
    path(f"{_OWN}endings/", ending_list.ending_list, name="ending-list"),
    path(f"{_SERVICE}outcomes/", outcomes.outcome_list, name="outcome-list"),
    path(f"{_OWN}outcomes/", outcomes.outcome_list, name="outcome-list"),
    path(f"{_SERVICE}outcomes/<slug:figure>/", outcomes.outcome_clients, name="outcome-clients"),
    path(f"{_OWN}outcomes/<slug:figure>/", outcomes.outcome_clients, name="outcome-clients"),
    path(f"{_SERVICE}splits/", splits.split_list, name="split-list"),
    path(f"{_OWN}splits/", splits.split_list, name="split-list"),
    path(f"{_SERVICE}target/new/", targets.target_create, name="target-create"),
    path(f"{_OWN}target/new/", targets.target_create, name="target-create"),
    path("target/<uuid:target>/edit/", targets.target_edit, name="target-edit"),
    path("target/<uuid:target>/end/", targets.target_end, name="target-end"),
]

_CLIENT = "client/<uuid:client>/"

rights_urls: list[URLPattern] = [
    path(f"{_CLIENT}copy/", client_rights.client_copy, name="client-copy"),
    path(f"{_CLIENT}copy/pdf/", client_rights.client_copy_pdf, name="client-copy-pdf"),
    path(f"{_CLIENT}copy/data/", client_rights.client_copy_data, name="client-copy-data"),
    path(f"{_CLIENT}consent/", client_consent.client_consent, name="client-consent"),
    path(f"{_CLIENT}hold/", client_consent.client_hold, name="client-hold"),
    path(f"{_CLIENT}erase/", client_rights.client_erase, name="client-erase"),
    path(f"{_SERVICE}retention/", retention.retention_list, name="retention-list"),
]

trust_urls: list[URLPattern] = [
    path(f"{_SERVICE}members/", members.member_list, name="member-list"),
    path(f"{_SERVICE}members/<uuid:member>/role/", members.member_role, name="member-role"),
    path(f"{_SERVICE}members/<uuid:member>/leave/", members.member_leave, name="member-leave"),
    path(f"{_SERVICE}supervising/new/", supervisings.supervising_create, name="supervising-create"),
    path(
        f"{_SERVICE}supervising/<uuid:supervising>/end/",
        supervisings.supervising_end,
        name="supervising-end",
    ),
    path(f"{_SERVICE}audit/", audit.audit_list, name="audit-list"),
    path(f"{_SERVICE}backup/", backups.backup_make, name="backup-make"),
    path("security/", security.security_page, name="security"),
]

_EPISODE, _SESSION = "episode/<uuid:episode>/", "session/<uuid:session>/"
_COMPLETION = "completion/<uuid:completion>/"

client_urls: list[URLPattern] = [
    path(_EPISODE, episodes.episode_detail, name="episode-detail"),
    path(f"{_EPISODE}edit/", episodes.episode_edit, name="episode-edit"),
    path(f"{_EPISODE}pause/", episodes.episode_pause, name="episode-pause"),
    path(f"{_EPISODE}session/new/", sessions.session_log, name="session-log"),
    path(f"{_EPISODE}end/", endings.episode_end, name="episode-end"),
    path(f"{_EPISODE}reopen/", endings.episode_reopen, name="episode-reopen"),
    path(f"{_EPISODE}still-open/", ending_list.episode_still_open, name="episode-still-open"),
    path(f"{_EPISODE}leave-out/", endings.episode_leave_out, name="episode-leave-out"),
    path(f"{_SESSION}edit/", sessions.session_edit, name="session-edit"),
    path(f"{_SESSION}remove/", sessions.session_remove, name="session-remove"),
    path(f"{_COMPLETION}edit/", completions.completion_edit, name="completion-edit"),
    path(f"{_COMPLETION}remove/", completions.completion_remove, name="completion-remove"),
    path(f"{_COMPLETION}risk/", completions.risk_write, name="risk-write"),
]

_SHEET = f"{_OWN}supervision/"

supervision_urls: list[URLPattern] = [
    path(_SHEET, supervision.supervision_sheet, name="supervision-sheet"),
    path(f"{_SHEET}pdf/", supervision.supervision_sheet_pdf, name="supervision-sheet-pdf"),
    path(f"{_SHEET}key/", supervision.supervision_key, name="supervision-key"),
    path(f"{_SHEET}record/", supervision.supervision_record, name="supervision-record"),
    path(f"{_SHEET}log/", supervision.supervision_log, name="supervision-log"),
    path("supervision/<uuid:meeting>/edit/", supervision.supervision_edit, name="supervision-edit"),
]

_IMPORT = f"{_SERVICE}import/"
_UPLOAD = f"{_IMPORT}<uuid:upload>/"

service_urls: list[URLPattern] = [
    path(f"{_SERVICE}settings/", services.service_settings, name="service-settings"),
    path(f"{_SERVICE}invitation/new/", invitations.invitation_create, name="invitation-create"),
    path(
        f"{_SERVICE}invitation/<uuid:invitation>/withdraw/",
        invitations.invitation_withdraw,
        name="invitation-withdraw",
    ),
    path("invitation/<str:token>/", invitations.invitation_accept, name="invitation-accept"),
    path(_IMPORT, imports.import_start, name="import-start"),
    path(f"{_IMPORT}template/", imports.import_template, name="import-template"),
    path(f"{_UPLOAD}headings/", imports.import_headings, name="import-headings"),
    path(_UPLOAD, imports.import_preview, name="import-preview"),
    path(f"{_UPLOAD}bad-rows/", imports.import_bad_rows, name="import-bad-rows"),
    path(f"{_UPLOAD}undo/", imports.import_undo, name="import-undo"),
    path(f"{_SERVICE}nhs-year/", annual_figures.annual_import, name="annual-import"),
    path(
        f"{_SERVICE}nhs-year/<uuid:annual>/remove/",
        annual_figures.annual_remove,
        name="annual-remove",
    ),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("start/", practice.practice_create, name="practice-create"),
    path("note-key/", note_key.note_key, name="note-key"),
    path("demonstration/", demonstration.demonstration_start, name="demonstration-start"),
    *caseload_urls,
    *practice_urls,
    *client_urls,
    *supervision_urls,
    *rights_urls,
    *trust_urls,
    *service_urls,
    *report_urls,
    path("benchmarks/", benchmarks.benchmark_list, name="benchmark-list"),
    path("benchmarks/<slug:key>/", benchmarks.benchmark_detail, name="benchmark-detail"),
    path("words/", words.word_list, name="word-list"),
    path("questionnaires/", questionnaires.questionnaire_list, name="questionnaire-list"),
    path(
        "questionnaires/<slug:measure>/pdf/",
        questionnaires.questionnaire_pdf,
        name="questionnaire-pdf",
    ),
    path("account/", include(account_urls + factor_urls)),
    path("healthz", healthz, name="healthz"),
]

handler500 = "practice.views.errors.server_error"
