"""Tried as an intruder would."""
