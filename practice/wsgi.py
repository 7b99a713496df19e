"""The entry for web servers of others, such as gunicorn; `manage.py serve` asks the same before it serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "practice.settings")

application = get_wsgi_application()

# Only now: the line above sets Django up.
from practice.management.ready import keep_temporary_files, refuse_unfit  # noqa: E402

keep_temporary_files()
refuse_unfit()
