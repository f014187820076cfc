"""All errors of the program, grouped by the person or part that can act on them.

* OcrWatcherError
  x SettingsError            the operator: the settings are wrong; all problems at once
  x EngineMissingError       the operator: an extra is not installed
  x StorageError             the operator: a disk is full, gone, or may not be written to
    + ClaimError             nobody: another program works on the folder; wait until it ends
  x EngineError              the engine did not give the text of a page
    + TransientError         nobody: it passes; back off and repeat
      - DoubtfulServiceError the service reports its own fault, or one image causes it
    + RateError              nobody: too many calls a second; slow the account down and repeat
    + TokenError             the program: fetch another token and repeat once
    + PausingError           the operator: every image would fail alike; pause
      - QuotaError           the calls of an endpoint are used up until the next grant
        LimitError           the calls of a day that the settings allow are used up
      - AccountError         keys, permissions or payment of the account
        EndpointError        the account may not call one endpoint
        UnknownFaultError    an unknown code that one image after another meets
      - OutageError          an endpoint has not answered for a while
      - RequestError         what every call asks for is wrong
    + ImageError             the author of the scan: no text of this image can be had
      - DoubtfulImageError   the image or the service is at fault; a few more tries show which
        UnknownCodeError     the same, and the endpoint is at fault if one image after another
                             meets the code
      - OversizeError        the page is too large; a smaller picture of it may be accepted
      - OwnFileError         nobody: the program wrote the file itself
* NotItsTurn                 not a fault: another image of the endpoint is read first
* Stopped                    not a fault: the program was asked to stop

An error has one line for a person, the advice on what to do, and the exit status of a command that
ends with it. Exceptions of libraries are translated where they are caught. Their text is never
passed on, as the message of an HTTP error contains the URL with the access token.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence

EXIT_FAILED = 1
EXIT_USAGE = 2
"""The exit status of click and most programs that were used wrongly."""
EXIT_SETTINGS = 78
"""``EX_CONFIG`` of sysexits(3); the service manager does not restart the program after it."""


class OcrWatcherError(Exception):
    """A fault that the program expects and can name.

    Attributes:
        advice: What a person can do about it; empty if there is nothing to do.
    """

    exit_status: ClassVar[int] = EXIT_FAILED

    def __init__(self, message: str, *, advice: str = "") -> None:
        super().__init__(message)
        self.advice = advice


class SettingsError(OcrWatcherError):
    """The settings cannot be used.

    Attributes:
        problems: One sentence for each problem, which begins with the path of the setting, such as
            ``folders[0].path: …``.
    """

    exit_status = EXIT_SETTINGS

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class UsageError(OcrWatcherError):
    """The command line asks for what cannot be done."""

    exit_status = EXIT_USAGE


class EngineMissingError(OcrWatcherError):
    """The chosen engine is not installed."""

    exit_status = EXIT_SETTINGS


class StorageError(OcrWatcherError):
    """The file system refused an operation; no image is to blame, and the fault may pass."""


class ClaimError(StorageError):
    """Another program works on the folder, or may do so; this program waits."""


class EngineError(OcrWatcherError):
    """The engine did not give the text of a page.

    Attributes:
        code: The ``error_code`` of the service, or a word of this program where there is none.
    """

    def __init__(self, code: int | str, message: str, *, advice: str = "") -> None:
        super().__init__(message, advice=advice)
        self.code = code


class TransientError(EngineError):
    """A fault that passes by itself: an overloaded service, a reset, an invalid answer."""


class DoubtfulServiceError(TransientError):
    """The service says that it failed, and one image may cause it each time.

    Attributes:
        advice: What to do if other images meet the fault too.
        image_advice: What to do if no other image meets it.
    """

    def __init__(
        self, code: int | str, message: str, *, advice: str = "", service_advice: str = ""
    ) -> None:
        super().__init__(code, message, advice=service_advice)
        self.image_advice = advice


class RateError(EngineError):
    """The account makes more calls a second than it may (error 18)."""


class TokenError(EngineError):
    """The access token was refused (errors 100, 110, 111)."""


class PausingError(EngineError):
    """A fault with which every image would fail until a person acts; no image is to blame.

    Attributes:
        of_account: Whether the calls of every endpoint would meet it; otherwise those of one do.
    """

    of_account: ClassVar[bool] = True


class QuotaError(PausingError):
    """The calls of this endpoint are used up until the next grant."""

    of_account = False


class LimitError(QuotaError):
    """The calls of a day that the settings allow are used up, over all endpoints."""

    of_account = True


class AccountError(PausingError):
    """The account, its keys or its permissions do not allow the call."""


class EndpointError(AccountError):
    """The account may not call this endpoint: it lacks the interface, or its free quota."""

    of_account = False


class UnknownFaultError(AccountError):
    """A code that is in no table, and that one image after another meets at an endpoint."""

    of_account = False


class OutageError(PausingError):
    """An endpoint has not answered for a while; one probe at a time finds out whether it does."""

    of_account = False


class RequestError(PausingError):
    """Every request to this endpoint is wrong: a fault of the settings or of this program."""

    of_account = False


class ImageError(EngineError):
    """The image has no text that can be read, however often it is sent."""


class DoubtfulImageError(ImageError):
    """A fault of this image or of the service; a few more tries show which."""


class UnknownCodeError(DoubtfulImageError):
    """A code that is in no table.

    The image is at fault, or the account where one image after another meets the code.
    """


class OversizeError(ImageError):
    """The page is too large for the service; a smaller picture of it may be accepted."""


class OwnFileError(ImageError):
    """The file is no image: this program wrote it, as marks in it say."""


class NotItsTurn(Exception):  # noqa: N818  no error: the attempt is made later
    """Another attempt is to find out first whether the calls of an endpoint can be made."""


class Stopped(Exception):  # noqa: N818  no error: the name follows StopIteration
    """The program was asked to stop while a thread waited."""
