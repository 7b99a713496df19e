"""A number that stands for a piece of JSON: one letter changed, and it is another."""

import json
from hashlib import sha256
from typing import Any


def digest(stored: Any) -> str:
    """The SHA-256 of plain JSON, in one spelling: the same figures, the same digest."""
    text = json.dumps(stored, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(text.encode()).hexdigest()


def digest_of_report(*, text: Any, figures: Any) -> str:
    """What stands for a report made for good: its words and charts, and its figures."""
    return digest({"text": text, "figures": figures})
