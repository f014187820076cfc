"""The errors for a part of the local engine that is not installed."""

from __future__ import annotations

from importlib.util import find_spec

from ocr_watcher.errors import EngineMissingError
from ocr_watcher.values.install_command import install_command, install_extra

INSTALL = f"install it with: {install_extra('local')}"


def reinstall(*packages: str) -> str:
    """Return the advice to install packages again, which lie here broken or incomplete."""
    command = install_command("--force-reinstall", "--no-deps", *packages)
    return f"reinstall with: {command}"


def is_installed(module: str) -> bool:
    """Return whether a module can be found. Import nothing."""
    return find_spec(module) is not None


def absent(module: str) -> EngineMissingError:
    """Return the error for a module that cannot be found."""
    return not_installed(f"No module named '{module}'")


def not_installed(reason: object) -> EngineMissingError:
    """Return the error for a part that is missing.

    Args:
        reason: What is missing, such as the exception of an import. A missing shared library of the
            system, such as libGL, raises ImportError or OSError.
    """
    return EngineMissingError(f"the local engine is not installed ({reason}); {INSTALL}")
