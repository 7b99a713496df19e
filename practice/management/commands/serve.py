"""Serves the practice to this machine's browser."""

import os
import socket
import sys
import threading
from argparse import SUPPRESS, ArgumentParser, ArgumentTypeError
from typing import Any

import waitress
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.core.wsgi import get_wsgi_application
from django.urls import reverse

from practice import first_run
from practice.management.ready import (
    collect_static,
    ensure_notes_readable,
    ensure_ready,
    keep_temporary_files,
    told_at_start,
)
from practice.models import Service
from practice.uploading import MOST_SENT

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
        # How a practice starts the demonstration beside itself: see practice.beside.
        parser.add_argument("--beside", action="store_true", help=SUPPRESS)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["beside"]:
            threading.Thread(target=_end_with_the_other, daemon=True).start()
            if settings.DEMO:
                call_command("demo", stdout=self.stdout)
        ensure_ready()
        ensure_notes_readable()
        for said in told_at_start():
            self.stderr.write(said)
        if settings.DEMO and not Service.objects.exists():
            raise CommandError("There is no demonstration yet: python3 manage.py demo")
        call_command("createcachetable", verbosity=0)
        collect_static()
        keep_temporary_files()
        host, port = options["host"], options["port"]
        _refuse_taken(host, port)
        if first_run.is_new():
            self.stdout.write(
                f"Nobody has an account yet. Create your practice at "
                f"{_address(port)}{reverse('practice-create')}\n"
                f"with the one-time code {first_run.offer_code()} (good for a day)."
            )
        self.stdout.write(f"{_address(port)}/ (Ctrl-C stops it)")
        self.stdout.flush()
        if settings.PROCESSES > 1:
            _serve_several(host, port)
        else:
            _serve_one(host, port)


def _address(port: int) -> str:
    """Where a browser finds it: behind a web server by the first name that was given for it."""
    if settings.BEHIND_PROXY and settings.PUBLIC_HOSTS:
        return f"https://{settings.PUBLIC_HOSTS[0]}"
    return f"http://localhost:{port}"


def _serve_one(host: str, port: int) -> None:
    # Made only now: it looks once at which static files there are.
    application = get_wsgi_application()
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
    try:
        waitress.serve(
            application,
            host=host,
            port=port,
            ident=None,
            threads=4,
            max_request_body_size=MOST_SENT,
            **proxy,
        )
    except OSError as problem:
        raise _cannot_listen(host, port, problem) from None


def _serve_several(host: str, port: int) -> None:
    # Not at the top: it cannot be imported on Windows, where a check refuses several processes.
    from practice.management.several import serve_several

    serve_several(
        host=host,
        port=port,
        processes=settings.PROCESSES,
        proxy=HOST if settings.BEHIND_PROXY else None,
    )


def _refuse_taken(host: str, port: int) -> None:
    """Before a code is offered that nobody could use: both servers say it later, or not plainly."""
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM
        )[0]
        with socket.socket(family, kind, protocol) as asked:
            if os.name != "nt":
                # As both servers do: a port that was let go a moment ago is not taken.
                asked.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            asked.bind(address)
    except OSError as problem:
        raise _cannot_listen(host, port, problem) from None


def _cannot_listen(host: str, port: int, problem: OSError) -> CommandError:
    return CommandError(
        f"cannot listen on {host}, port {port}: {problem.strerror}; try another --port"
    )


def _end_with_the_other() -> None:
    """End when the process that started this one has: its end of our input closes, however it went."""
    sys.stdin.buffer.read()
    # At once, whatever is going on here: the data are invented, and the database is safe of it.
    os._exit(0)
