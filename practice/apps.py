"""The one application of this project."""

from django.apps import AppConfig


class PracticeConfig(AppConfig):
    name = "practice"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Importing registers the system checks; before ready() their imports would be too early.
        from practice import checks  # noqa: F401
