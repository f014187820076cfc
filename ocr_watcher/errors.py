"""Every error of the program, grouped by who can act on it.

* OcrWatcherError
  x SettingsError            the operator: the settings are wrong; all problems at once
  x EngineMissingError       the operator: an extra is not installed
  x StorageError             the operator: a disk is full, gone, or may not be written to
    + ClaimError             nobody: another program works on the folder; wait until it ends
  x EngineError              the engine did not give the text of a page
    + TransientError         nobody: it passes; back off and repeat
      - DoubtfulServiceError the service's own fault, it says; the image's where it alone meets it
    + RateError              nobody: too many calls a second; slow the account down and repeat
    + TokenError             the program: fetch another token and repeat once
    + PausingError           the operator: every image would fail alike; pause
      - QuotaError           the calls are used up until the next grant
      - AccountError         keys, permissions or payment of the account
        UnknownFaultError    an unknown code that one image after the other meets
      - OutageError          the service has not answered for a while
      - RequestError         what every call asks for is wrong
    + ImageError             whoever made the scan: this image has no text to give
      - DoubtfulImageError   perhaps the image, perhaps not; a few tries tell
        UnknownCodeError     likewise, but the account's where one image after the other meets it
      - OversizeError        a smaller picture of the page may be taken
* Stopped                    not a fault: the program was asked to stop

An error carries the one line a person reads, the advice on what to do, and the exit status of a
command that ends with it. Foreign exceptions are translated where they are met, and no text of
theirs is passed on: the message of an HTTP error holds the URL, and that holds the access token.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence

EXIT_FAILED = 1
EXIT_SETTINGS = 78
"""``EX_CONFIG`` of sysexits(3); the service manager does not restart on it."""


class OcrWatcherError(Exception):
    """A fault that the program expects and can name.

    Attributes:
        advice: What the person who reads it can do; empty where there is nothing to be done.
    """

    exit_status: ClassVar[int] = EXIT_FAILED

    def __init__(self, message: str, *, advice: str = "") -> None:
        super().__init__(message)
        self.advice = advice


class SettingsError(OcrWatcherError):
    """The settings cannot be used.

    Attributes:
        problems: One sentence for each problem, each beginning with the path of the setting,
            such as ``folders[0].path: …``.
    """

    exit_status = EXIT_SETTINGS

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class EngineMissingError(OcrWatcherError):
    """The chosen engine is not installed."""

    exit_status = EXIT_SETTINGS


class StorageError(OcrWatcherError):
    """The file system did not do what was asked; no image is to blame, and it may pass."""


class ClaimError(StorageError):
    """Another program works on the folder, or may do so; this one waits."""


class EngineError(OcrWatcherError):
    """The engine did not give the text of a page.

    Attributes:
        code: The service's ``error_code``, or a word of ours where the service gave none.
    """

    def __init__(self, code: int | str, message: str, *, advice: str = "") -> None:
        super().__init__(message, advice=advice)
        self.code = code


class TransientError(EngineError):
    """A fault that passes by itself: an overloaded service, a reset, an answer that is none."""


class DoubtfulServiceError(TransientError):
    """The service says that it failed, and one image may have it fail again and again.

    Attributes:
        image_advice: What to do where no other image meets it.
    """

    def __init__(self, code: int | str, message: str, *, advice: str = "") -> None:
        super().__init__(code, message)
        self.image_advice = advice


class RateError(EngineError):
    """The account makes more calls a second than it may (error 18)."""


class TokenError(EngineError):
    """The access token was refused (errors 100, 110, 111)."""


class PausingError(EngineError):
    """Every image would fail alike until somebody acts; no image is to blame."""


class QuotaError(PausingError):
    """The calls of this endpoint are used up until the next grant."""


class AccountError(PausingError):
    """The account, its keys or its permissions do not allow the call."""


class UnknownFaultError(AccountError):
    """A code that no table knows, and that one image after the other meets."""


class OutageError(PausingError):
    """The service has not answered for a while: one call at a time tries whether it does."""


class RequestError(PausingError):
    """What every call asks for is wrong: a fault of the settings or of this program."""


class ImageError(EngineError):
    """This image has no text to give, however often it is asked."""


class DoubtfulImageError(ImageError):
    """Perhaps the fault of this image, perhaps of the service; a few more tries tell."""


class UnknownCodeError(DoubtfulImageError):
    """A code that no table knows: the fault of the image, or of the account where many meet it."""


class OversizeError(ImageError):
    """The page is too large for the service; a smaller picture may be taken."""


class Stopped(Exception):  # noqa: N818  no error: the name follows StopIteration
    """The program was asked to stop while a thread waited."""
