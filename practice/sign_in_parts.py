"""Constants of the settings: which forms signing in uses, and what a passphrase must be."""

ACCOUNT_FORMS = {
    "login": "practice.forms.accounts.SignInForm",
    "reauthenticate": "practice.forms.accounts.PassphraseAgainForm",
    "change_password": "practice.forms.accounts.PassphraseChangeForm",
    "reset_password": "practice.forms.accounts.PassphraseForgottenForm",
    "reset_password_from_key": "practice.forms.accounts.PassphraseNewForm",
}
MFA_FORMS = {
    "authenticate": "practice.forms.second_factor.CodeForm",
    "reauthenticate": "practice.forms.second_factor.CodeAgainForm",
    "activate_totp": "practice.forms.second_factor.AppForm",
    "authenticate_webauthn": "practice.forms.second_factor.PasskeyCodeForm",
    "reauthenticate_webauthn": "practice.forms.second_factor.PasskeyAgainForm",
    "login_webauthn": "practice.forms.second_factor.PasskeySignInForm",
    "add_webauthn": "practice.forms.second_factor.PasskeyForm",
    "edit_webauthn": "practice.forms.second_factor.PasskeyNameForm",
}
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "practice.passphrases.NotLikeThePerson",
        "OPTIONS": {"user_attributes": ("name", "email")},
    },
    {"NAME": "practice.passphrases.LongEnough", "OPTIONS": {"min_length": 12}},
    {"NAME": "practice.passphrases.NotCommon"},
    {"NAME": "practice.passphrases.NotOnlyNumbers"},
]
