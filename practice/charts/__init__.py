"""Plain figures in, one Drawing out: the same drawing is SVG on the page and vector in the PDF."""

import reportlab.rl_config

# Else each attribute of each shape is held against a list of what it may be, every time it is set:
# a third of the time of a chart. Our own calls are typed.
reportlab.rl_config.shapeChecking = 0
