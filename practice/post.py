"""Mails leave beside the answer to a page: neither a slow nor a broken mail server shows on it."""

import logging
import smtplib
import threading

from django.conf import settings
from django.core.mail import EmailMessage

_log = logging.getLogger(__name__)


def send(mail: EmailMessage) -> None:
    """Hand a mail to the mail server, in a thread of its own; to the mail folder at once.

    A mail that could not be sent is a line in the log, which names nobody: the page that asked for
    it answers as if there had been none to send.
    """
    if settings.SENDS_MAIL:
        # Not a daemon: the program ends only when the mail has gone.
        threading.Thread(target=_deliver, args=(mail,), name="mail").start()
    else:
        _deliver(mail)


def _deliver(mail: EmailMessage) -> None:
    try:
        mail.send()
    except (smtplib.SMTPException, OSError) as problem:
        _log.error("a mail could not be sent: %s", type(problem).__name__)
