"""Small functions that answer a student's questions about convolutions."""
