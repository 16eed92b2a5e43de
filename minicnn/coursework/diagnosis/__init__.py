"""Whether a hand-in is right, and otherwise which mistake was made."""
