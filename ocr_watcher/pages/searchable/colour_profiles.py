"""Leave out colour profiles that say nothing about the pictures that carry them.

A picture may carry any bytes as its profile. Viewers of pictures pass over what is no profile for
the kind of its samples. Readers of PDF follow it, and show other colours or a black page.
"""

from __future__ import annotations

from typing import Any

_SPACE, _SIGNATURE = slice(16, 20), slice(36, 40)
"""The bytes of a profile with the kind of its samples and its signature (ICC.1:2022, 7.2)."""
_IS_PROFILE = b"acsp"
_SPACES = {1: b"GRAY", 3: b"RGB ", 4: b"CMYK"}
_DEVICE_SPACES = {1: "/DeviceGray", 3: "/DeviceRGB", 4: "/DeviceCMYK"}
"""The kind of the samples, and the colour space without a profile, for each number of samples."""


def drop_false_profiles(page: Any) -> None:
    """Give each picture on a page the plain colour space of its samples if its profile is false.

    Args:
        page: The page, of pikepdf.
    """
    from pikepdf import Name  # noqa: PLC0415  an extra

    for picture in page.get_images().values():
        samples = _samples_of_false_profile(picture.get("/ColorSpace"))
        if samples in _DEVICE_SPACES:
            picture.ColorSpace = Name(_DEVICE_SPACES[samples])


def _samples_of_false_profile(space: Any) -> int | None:
    """Return the number of samples for which a colour space has a false profile; None for none."""
    from pikepdf import Array, Name  # noqa: PLC0415  an extra

    if not isinstance(space, Array) or space[0] != Name.ICCBased:
        return None
    samples, profile = int(space[1].N), space[1].read_bytes()
    is_true = profile[_SIGNATURE] == _IS_PROFILE and profile[_SPACE] == _SPACES.get(samples)
    return None if is_true else samples
