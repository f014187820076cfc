"""``python -m tests.endurance``: a long trial of the daemon, with a report at its end."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.endurance.trial import run


def main() -> int:
    """Run the trial that the command line asks for.

    Returns:
        The exit status: 1 where something is not as it must be.
    """
    parser = argparse.ArgumentParser(prog="python -m tests.endurance", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0, help="of work (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of all choices (%(default)s)")
    parser.add_argument("--directory", type=Path, help="an empty one; by default a temporary one")
    options = parser.parse_args()
    directory = options.directory or Path(tempfile.mkdtemp(prefix="endurance-"))
    result = run(directory, options.minutes * 60, options.seed)
    sys.stdout.write(
        f"{result.files} files, {result.calls} calls, {result.billed} billed, "
        f"{result.incidents} incidents\n"
    )
    for name in ("memory", "threads", "descriptors"):
        values = [getattr(each, name) for each in result.samples]
        sys.stdout.write(f"{name}: {min(values):.0f} to {max(values):.0f}\n")
    sys.stdout.writelines(f"{complaint}\n" for complaint in result.complaints)
    return 1 if result.complaints else 0


if __name__ == "__main__":
    sys.exit(main())
