"""The second side of the month's report: one module a block, each with its figures and its words."""
