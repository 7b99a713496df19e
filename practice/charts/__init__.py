"""Plain figures in, one Drawing out: the same drawing is SVG on the page and vector in the PDF."""
