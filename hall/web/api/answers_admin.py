"""What the API answers about sessions, accounts, devices, print jobs, the journal as audit log and the
configuration. Models for the document only, as hall/web/api/answers.py says.
"""

from typing import Any, Literal

from pydantic import Field

from hall.web.api.answers import Answer, BusinessCard, Moment, Named

Role = Literal["administrator", "manager", "guide", "clerk"]
JobState = Literal["waiting", "printing", "printed", "failed"]
Skills = Literal["all"] | list[str]
DeviceState = Literal["trouble", "silent", "there", "quiet", "unseen", "unpaired"]


class SessionAccount(Answer):
    """Who is signed in."""

    id: int
    username: str
    name: str
    name_en: str
    role: Role
    badge: str
    hall: str


class Session(Answer):
    """Who is signed in, and the token for X-CSRF-Token of every later POST."""

    account: SessionAccount
    csrf_token: str


class AccountCard(Answer):
    """An account."""

    username: str
    name: str
    name_en: str
    role: Role
    badge: str
    skills: Skills
    has_password: bool
    retired: bool
    window: int | None = Field(description="where it is signed in")


class Accounts(Answer):
    """Every account, the retired ones last."""

    accounts: list[AccountCard]


class ChangedAccount(Answer):
    """The account it was done to."""

    username: str


class NewPassword(Answer):
    """The password, shown only here."""

    password: str


class DeviceCard(Answer):
    """A device with what it last said of itself."""

    code: str
    kind: Literal["kiosk", "board", "pad", "printer", "idreader"]
    name: str
    driver: Literal["network", "usb", "file", "dummy"] | None = Field(description="how a printer is reached")
    window: int | None
    zone: Named | None
    pairs: bool = Field(description="its page needs a token")
    paired: bool
    seen_at: Moment | None
    status: dict[str, Any] | None = Field(description="in the device's own words")
    state: DeviceState
    troubles: list[str] = Field(description="keys of the catalogue, the worst first")


class OtherCard(Answer):
    """What is no configured device: the hall's voice, its copies, the server's clock, or a screen that is
    open without being paired.
    """

    source: str
    kind: Literal["voice", "backup", "clock", "board", "window"]
    window: int | None
    zone: Named | None
    seen_at: Moment
    status: dict[str, Any]
    state: DeviceState
    troubles: list[str]


class Devices(Answer):
    """Every device."""

    now: Moment
    devices: list[DeviceCard]
    others: list[OtherCard]


class NewDeviceToken(Answer):
    """The token, shown only here; opening the address in the device's browser pairs it."""

    token: str
    pairing_address: str


class JobTicket(Answer):
    """The ticket on the paper."""

    id: int
    label: str


class JobPrinter(Answer):
    """The printer."""

    code: str
    name: str


class PrintJobCard(Answer):
    """A print job; `error` is the catalogue key of what was wrong at the last try."""

    id: int
    ticket: JobTicket
    printer: JobPrinter | None
    state: JobState
    attempts: int
    error: str | None
    reprint: bool
    created_at: Moment
    printed_at: Moment | None


class PrintJobs(Answer):
    """Print jobs, newest first, and how many there are in each state."""

    print_jobs: list[PrintJobCard]
    counts: dict[JobState, int]


class PrintJobTried(Answer):
    """The job that is tried again."""

    id: int


class Actor(Answer):
    """Who did it."""

    kind: Literal["account", "device", "anyone", "system"]
    code: str | None
    name: str
    name_en: str


class About(Answer):
    """The account it was done to."""

    username: str
    name: str
    name_en: str


class JournalEntry(Answer):
    """An event of the journal as audit log."""

    seq: int
    at: Moment
    type: str
    actor: Actor
    ticket: str | None
    about: About | None
    data: dict[str, Any] = Field(description="the fields of the event")


class JournalPage(Answer):
    """One page of the journal, newest first."""

    events: list[JournalEntry]
    next_before: int | None = Field(
        description="`before` for the next page; null: this is the last. A page may be empty and have a next"
    )


class ConfigurationCounts(Answer):
    """How much of each there is."""

    departments: int
    businesses: int
    items: int
    windows: int
    zones: int
    devices: int


class ConfigurationInForce(Answer):
    """Which configuration is in force, and what it holds."""

    version: int
    applied_at: Moment | None
    counts: ConfigurationCounts
    businesses: list[BusinessCard]
