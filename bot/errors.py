"""Every error of ours. A docstring is what an operator reads, and it ends with what to do."""

from policy.words import Text


class ChaperoneError(Exception):
    """Something that a person can mend. The message says what."""


class StaleLease(ChaperoneError):
    """Another worker has taken this item over since. Nothing to do: its work counts, ours is undone."""


class StoreUnavailable(ChaperoneError):
    """The database does not take writes. Look at disk space, file rights and the server, then start again; nothing
    accepted is lost."""


class StoreTooNew(ChaperoneError):
    """The database was written by a newer Chaperone. Install that version or newer, or point DATABASE_URL at another
    database."""


class BrokenSeal(ChaperoneError):
    """Stored words could not be opened: the key is another one, or the row was changed. Put the right CHAPERONE_KEY
    or key file back."""


class Undeliverable(ChaperoneError):
    """The platform says this person or conversation cannot be reached. Chaperone goes to the next in the chain; mend
    the registry."""


class Unable(ChaperoneError):
    """The platform cannot do this in that workspace as it is set up. Do it there by hand, or grant what the manifest
    asks for."""


class FileTooLarge(ChaperoneError):
    """A file is larger than Chaperone looks at. Look at it yourself."""


class PlatformBusy(ChaperoneError):
    """The platform asks us to wait. Nothing to do: it is tried again after `wait_seconds`."""

    def __init__(self, wait_seconds: float) -> None:
        super().__init__(f"wait {wait_seconds} s")
        self.wait_seconds = wait_seconds


class Refused(ChaperoneError):
    """A person asked for something that is not theirs or not possible now; `text` tells them why and what they can
    do."""

    def __init__(self, text: Text, **values: object) -> None:
        super().__init__(text.en.format_map(values) if values else text.en)
        self.text = text
        self.values = values
