"""``python -m minicnn.coursework``: the command line of the exercises."""

import sys

from minicnn.coursework.command_line.subcommands import main

if __name__ == "__main__":
    sys.exit(main())
