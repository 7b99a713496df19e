"""The official annual file: what is read of it, and what is refused."""
