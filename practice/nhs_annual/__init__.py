"""A year of the official annual main file of NHS Talking Therapies: read, checked, put into words."""
