"""The ability of a worker to read pages with a version and with models, as a resource of Dask.

A page requires it, so that a worker with another version of the program, or with other models, gets
no pages (https://distributed.dask.org/en/stable/resources.html).
"""

from __future__ import annotations

from ocr_watcher import __version__

_PREFIX = "ocr-watcher "
_SEPARATOR = " reads with "


def ability(models: str) -> str:
    """Return the name of the resource.

    Args:
        models: The names of the models.
    """
    return f"{_PREFIX}{__version__}{_SEPARATOR}{models}"


def version_and_models(resource: str) -> tuple[str, str] | None:
    """Return the version of the program and the models in a name; None for other names."""
    if not resource.startswith(_PREFIX):
        return None
    version, _, models = resource.removeprefix(_PREFIX).partition(_SEPARATOR)
    return version, models
