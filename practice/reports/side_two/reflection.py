"""Room to write: what to try next, initials and date."""

from practice.reports.blocks import Block


def reflection_block() -> Block:
    """Some lines, and one for initials and date."""
    return Block(
        key="reflection",
        heading="Reflection",
        space=("What I will try next", "", "", ""),
        signatures=("Initials", "Date"),
    )
