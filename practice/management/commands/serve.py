"""Serves the practice to this machine's browser."""

from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

import waitress
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.core.wsgi import get_wsgi_application
from django.urls import reverse

from practice import first_run
from practice.management.ready import collect_static, ensure_ready
from practice.models import Service

# Plain http is for this machine alone; other hosts need a web server with https in front.
HOST, PORT = "127.0.0.1", 8000


def _port(text: str) -> int:
    """1 to 65535: beyond, another port than the one printed would be taken without a word."""
    if not text.isascii() or not text.isdecimal() or not 0 < int(text) < 65536:
        raise ArgumentTypeError(f"{text} is no port; it takes a number from 1 to 65535")
    return int(text)


class Command(BaseCommand):
    """serve [--host 127.0.0.1] [--port 8000] [--demo]."""

    help = "Serves the practice (with --demo the demonstration) on this machine; Ctrl-C stops it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=HOST)
        parser.add_argument("--port", type=_port, default=PORT)

    def handle(self, *args: Any, **options: Any) -> None:
        ensure_ready()
        if settings.DEMO and not Service.objects.exists():
            raise CommandError("There is no demonstration yet: python3 manage.py demo")
        call_command("createcachetable", verbosity=0)
        collect_static()
        # Made only now: it looks once at which static files there are.
        application = get_wsgi_application()
        host, port = options["host"], options["port"]
        # The browser's own address and scheme, as the web server in front tells them.
        proxy: dict[str, Any] = (
            {
                "trusted_proxy": HOST,
                "trusted_proxy_headers": "x-forwarded-for x-forwarded-proto",
                "clear_untrusted_proxy_headers": True,
            }
            if settings.BEHIND_PROXY
            else {}
        )
        if first_run.is_new():
            self.stdout.write(
                f"Nobody has an account yet. Create your practice at "
                f"http://localhost:{port}{reverse('practice-create')}\n"
                f"with the one-time code {first_run.offer_code()} (good for a day)."
            )
        self.stdout.write(f"http://localhost:{port}/ (Ctrl-C stops it)")
        self.stdout.flush()
        try:
            waitress.serve(application, host=host, port=port, ident=None, threads=4, **proxy)
        except OSError as problem:
            raise CommandError(
                f"cannot listen on {host}, port {port}: {problem.strerror}; try another --port"
            ) from None
