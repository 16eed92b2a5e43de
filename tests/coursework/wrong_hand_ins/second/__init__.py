"""A second author's hand-ins, a module for each exercise as in the package above."""
