#!/usr/bin/env python
"""Themis' command line: `manage.py help` lists the commands."""

import os
import sys

from django.core.management import execute_from_command_line

from themis.domain.errors import Misconfigured

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "themis.settings")
    try:
        execute_from_command_line(sys.argv)
    except Misconfigured as error:
        print(f"Themis: {error}", file=sys.stderr)  # noqa: T201  settings could not be read
        sys.exit(2)
