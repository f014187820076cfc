"""The commands for daily work: ``nox --list`` shows them, ``nox -s NAME -- ARGUMENTS`` runs one.

nox is used because it makes an environment for each version of Python, which just and make do not.
A session that needs no other Python runs in the environment of nox itself: that of the checkout.
"""

from __future__ import annotations

import sys
from pathlib import Path

import nox

nox.needs_version = ">=2024.10.9"
nox.options.sessions = ["lint", "tests"]
nox.options.default_venv_backend = "uv"
nox.options.reuse_venv = "yes"

PYTHONS = ("3.11", "3.12", "3.13")
LOWEST = ("--resolution", "lowest-direct")
"""For uv pip install: of what `pyproject.toml` names, the oldest versions that it accepts."""


def here(session: nox.Session, module: str, *arguments: str) -> None:
    """Run a module in the environment of the checkout.

    pytest ends with 5 where none of the tests that it is given is of the kind that is run.
    """
    well = (0, 5) if module == "pytest" and session.posargs else (0,)
    session.run(sys.executable, "-m", module, *arguments, external=True, success_codes=well)


@nox.session(python=False)
def tests(session: nox.Session) -> None:
    """Run the tests that everybody runs."""
    here(session, "pytest", *session.posargs)


@nox.session(python=False)
def slow(session: nox.Session) -> None:
    """Run the tests that take long, two at once: most of them compute all the time."""
    here(session, "pytest", "-n", "2", "-m", "slow", *session.posargs)


@nox.session(python=False)
def systemd(session: nox.Session) -> None:
    """Run the tests that boot a Debian; as root, with debootstrap and systemd-nspawn."""
    here(session, "pytest", "-n", "0", "-m", "systemd", *session.posargs)


@nox.session(python=False)
def lint(session: nox.Session) -> None:
    """Check the format, the code, the types and the layers of the packages."""
    here(session, "ruff", "format", "--check", ".")
    here(session, "ruff", "check", ".")
    here(session, "mypy")
    session.run(Path(sys.executable).with_name("lint-imports"), external=True)


@nox.session(python=PYTHONS)
def python(session: nox.Session) -> None:
    """Run the tests that everybody runs on another Python, with the newest dependencies."""
    session.install("--upgrade", "--editable", ".[all,test]")
    session.run("python", "-m", "pytest", *session.posargs)


@nox.session(python=PYTHONS[0])
def lowest(session: nox.Session) -> None:
    """Run them with the oldest versions of the dependencies that pyproject.toml accepts."""
    session.install(*LOWEST, "--editable", ".[all,test]")
    session.run("python", "-m", "pytest", *session.posargs)


@nox.session(python=False)
def build(session: nox.Session) -> None:
    """Make sdist and wheel in dist/, and check them."""
    here(session, "pytest", "-n", "0", "-m", "slow", "tests/packaging/test_distribution.py")
    here(session, "build", "--outdir", "dist")


@nox.session(python=False)
def docs(session: nox.Session) -> None:
    """Make the documentation as a site in build/docs/."""
    here(session, "sphinx", "--fail-on-warning", "--keep-going", "docs", "build/docs")


@nox.session(python=False)
def manuals(session: nox.Session) -> None:
    """Make the man pages and the completions of shells in build/manuals/."""
    environment = {"PYTHON": sys.executable}
    session.run("packaging/make-manuals", "build/manuals", env=environment, external=True)


@nox.session(python=False)
def deb(session: nox.Session) -> None:
    """Make the Debian package for the Debian of this machine in dist/."""
    session.run("packaging/build-deb", external=True)
