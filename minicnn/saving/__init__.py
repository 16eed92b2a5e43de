"""Files: written whole or not at all, and read without taking anything in them at its word."""
