"""Single clients: each open episode with its scores, signals and risk answers, as pages and sheets show it."""
