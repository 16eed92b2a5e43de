"""The command line: list, start, check, train."""
