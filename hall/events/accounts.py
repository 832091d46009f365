"""Of people's accounts and devices' tokens."""

from dataclasses import dataclass

from hall.events.base import Event


@dataclass(frozen=True)
class AccountSignedIn(Event):
    """Somebody signed in."""

    account_id: int


@dataclass(frozen=True)
class AccountSignedOut(Event):
    """Somebody signed out, which ended the account's sessions everywhere."""

    account_id: int


@dataclass(frozen=True)
class AccountSignInRefused(Event):
    """Somebody tried a wrong password."""

    account_id: int


@dataclass(frozen=True)
class PasswordSet(Event):
    """An account has a new password."""

    account_id: int


@dataclass(frozen=True)
class AccountAdded(Event):
    """There is a new account."""

    account_id: int
    role: str


@dataclass(frozen=True)
class AccountChanged(Event):
    """An account has another name, role, badge or skills."""

    account_id: int
    role: str


@dataclass(frozen=True)
class AccountRetired(Event):
    """Nobody can sign in with this account any more."""

    account_id: int


@dataclass(frozen=True)
class AccountRestored(Event):
    """A retired account is back."""

    account_id: int


@dataclass(frozen=True)
class DeviceTokenIssued(Event):
    """A device has a new token; the old one ended."""

    device: str
