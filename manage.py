#!/usr/bin/env python
"""Django's own door, for tools that look for it; people use `rapport`."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.config.settings")
    execute_from_command_line(sys.argv)
