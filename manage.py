#!/usr/bin/env python3
"""The one door: every command runs inside `.venv`, which this file makes when it is not there.

`TRACKER_PYTHON=system` skips that (containers, packagers). The first lines stay readable for old Pythons, so
that they can say what is wrong.
"""

import os
import sys

ROOT = os.path.dirname(os.path.abspath(__file__))


def main() -> None:
    if os.environ.get("TRACKER_PYTHON") != "system":
        from tracker import bootstrap

        bootstrap.enter(ROOT)  # comes back only inside .venv
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    if sys.argv[1:2] == ["test"]:
        from tracker import bootstrap

        bootstrap.run_tests(ROOT, sys.argv[2:])
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
