"""What makes a passphrase good enough, said in this program's word for it.

The rules are Django's own; only its word is another one: a few words are easier to keep in mind.
"""

from django.contrib.auth import password_validation

HELP = "At least 12 characters; a few words are easier to keep in mind than one hard word."


class NotLikeThePerson(password_validation.UserAttributeSimilarityValidator):
    """Not the person's own name or address."""

    def get_error_message(self) -> str:
        return "The passphrase is too much like your own name or e-mail address."


class LongEnough(password_validation.MinimumLengthValidator):
    """A least number of characters, which the settings give."""

    def get_error_message(self) -> str:
        return f"This passphrase is too short: it needs {self.min_length} characters or more."


class NotCommon(password_validation.CommonPasswordValidator):
    """Not one of the twenty thousand that are tried first."""

    def get_error_message(self) -> str:
        return "This passphrase is one of those that are tried first. Choose another."


class NotOnlyNumbers(password_validation.NumericPasswordValidator):
    """Not only numbers, such as a date or a telephone number."""

    def get_error_message(self) -> str:
        return "A passphrase is not made of numbers alone."
