"""What a practice may set itself a target for: rates of its own, by name."""

# Endings before outcomes. Nothing here is a verdict: a target is what somebody hopes for.
TARGET_RATES: tuple[tuple[str, str], ...] = (
    ("planned_declared", "planned endings, declared"),
    ("planned_estimated", "planned endings, estimated"),
    ("finished_of_entered", "two sessions or more, of those who entered"),
    ("measured_ending", "measured endings, of those who entered"),
    ("reliable_improvement", "reliable improvement"),
    ("reliable_recovery", "reliable recovery"),
    ("recovery", "recovery"),
)


def target_rates() -> list[tuple[str, str]]:
    """Choices for the rate that a target is set for."""
    return list(TARGET_RATES)
