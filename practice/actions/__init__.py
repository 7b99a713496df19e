"""Every write of more than one row: atomic, with who did it and why kept in the history."""
