"""What can go wrong, as a sentence for the person at the terminal."""


class BackupError(Exception):
    """A backup could not be made or restored; the message says why, and what to do."""
