"""Several processes that serve the same pages, for a service of many: gunicorn, which needs Unix."""

from typing import Any

from django.core.wsgi import get_wsgi_application
from django.db import connections
from gunicorn.app.base import BaseApplication

# As many as the one process of a practice of one has.
THREADS = 4
# Seconds: bringing a caseload of years in is one request.
LONGEST_REQUEST = 300


class _Pages(BaseApplication):  # type: ignore[misc]
    """The program under gunicorn, set up by us alone: no file and no command line is read."""

    def __init__(self, options: dict[str, Any]) -> None:
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return get_wsgi_application()


def serve_several(*, host: str, port: int, processes: int, proxy: str | None) -> None:
    """Serve until told to stop (Ctrl-C, or SIGTERM: then requests in hand are finished).

    proxy: the address of the web server in front, whose word on https is believed; None believes
    nobody's.
    """
    # A connection to the database must not be shared by two processes.
    connections.close_all()
    _Pages(
        {
            "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
            "workers": processes,
            "worker_class": "gthread",
            "threads": THREADS,
            "timeout": LONGEST_REQUEST,
            "forwarded_allow_ips": proxy or "",
            # Without a proxy nobody's word on https counts, whatever gunicorn would believe.
            "secure_scheme_headers": {"X-FORWARDED-PROTO": "https"} if proxy else {},
            # Nothing of a request is written down: an address may hold a secret.
            "accesslog": None,
            "errorlog": "-",
            "loglevel": "warning",
            "control_socket_disable": True,
        }
    ).run()
