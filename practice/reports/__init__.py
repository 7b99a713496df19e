"""Figures as frozen objects, and the paper and JSON that show the same object."""
