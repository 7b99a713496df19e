"""What the words and numbers mean: plain Python, no database, no clock, true on paper."""
