"""What locks a backup that is made on the page."""

from typing import Any

from django import forms

from practice.backups import SHORTEST_PASSPHRASE
from practice.forms.accounts import NOT_THE_SAME, again_field

# Beyond, it is no passphrase but something pasted by mistake.
LONGEST_PASSPHRASE = 500


class BackupForm(forms.Form):
    """A passphrase of its own, typed twice: nothing can open the file without it."""

    passphrase = forms.CharField(
        label="Passphrase for this backup",
        strip=False,
        min_length=SHORTEST_PASSPHRASE,
        max_length=LONGEST_PASSPHRASE,
        help_text=f"At least {SHORTEST_PASSPHRASE} characters: four or five words that do not belong together are good.",
        error_messages={
            "min_length": f"This is too short: at least {SHORTEST_PASSPHRASE} characters.",
            "max_length": f"This is too long: at most {LONGEST_PASSPHRASE} characters.",
        },
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = again_field()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        passphrase, again = cleaned.get("passphrase"), cleaned.get("again")
        if passphrase and again and passphrase != again:
            self.add_error("again", NOT_THE_SAME)
        return cleaned
