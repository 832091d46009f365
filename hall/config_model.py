"""What config.yaml says, as frozen models whose names are the file's own keys.

Lives here: the shape of the file, and what its short forms mean ("all"). Single values (an hour, a prefix)
are checked in hall/config_values.py, places that name one another (a window and a business) in
hall/config_checks.py; reading the file and saying where a mistake stands is hall/config.py. Everything that
needs the hall's settings is handed these.
"""

import re
from collections.abc import Mapping
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator

from hall.config_alerts import Alerts
from hall.config_backup import Backup
from hall.config_floor import Floor
from hall.config_roster import RosterConfig
from hall.config_standards import ReportFiles, Standards
from hall.config_values import (
    NOT_EMPTY,
    Code,
    DatabaseUrl,
    Engine,
    Hours,
    Minutes,
    Prefix,
    RedisUrl,
    Text,
    TimeZone,
    WebUrl,
    checked_by,
    wrong,
)

Language = Literal["zh", "en"]
WindowKind = Literal[
    "comprehensive", "special", "one_matter", "elderly", "enquiry", "cannot_do", "supervision", "tide"
]
# Kinds that may be given a restricted business, and only by naming it or its department.
KINDS_FOR_RESTRICTED: frozenset[str] = frozenset(
    {"special", "one_matter", "enquiry", "cannot_do", "supervision"}
)


class Part(BaseModel):
    """Anything in the file: never changed after loading, and a key it does not know is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Named(Part):
    name: Text
    name_en: str = ""

    def name_in(self, language: str) -> str:
        """The name for a reader of `language`; the Chinese one where no English is given."""
        return self.name_en if language == "en" and self.name_en else self.name


class ServerConfig(Part):
    host: Text = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8000
    database: DatabaseUrl = "sqlite:///var/hall.db"
    redis: RedisUrl | None = None
    public_url: WebUrl | None = None
    secret_file: Text = "var/secret"  # noqa: S105 - the path of the file, not the secret

    def database_url(self, folder: Path) -> str:
        """The database's URL; an SQLite file's relative path starts at `folder` (the config file's)."""
        scheme, _, rest = self.database.partition(":///")
        if scheme != "sqlite" or rest == ":memory:" or Path(rest).is_absolute():
            return self.database
        return f"sqlite:///{(folder / rest).resolve().as_posix()}"


class VoiceConfig(Part):
    engine: Engine = "espeak"
    voice: str = "sit/cmn-latn-pinyin"
    rate: Annotated[int, Field(ge=50, le=400)] = 150
    repeat: Annotated[int, Field(ge=1, le=5)] = 2
    yao: bool = False
    second_language: Literal["en"] | None = None
    quiet: bool = False
    cache_dir: Text = "var/voice"


class PromiseMinutes(Part):
    ordinary: Minutes = 15
    elderly: Minutes = 5
    priority: Minutes = 5
    appointment: Minutes = 15


class BusinessPromise(Part):
    """A business's own promises; a class left out keeps the hall's."""

    ordinary: Minutes | None = None
    elderly: Minutes | None = None
    priority: Minutes | None = None
    appointment: Minutes | None = None


class Guarantee(Part):
    elderly_share: Annotated[float, Field(gt=0, le=1)] = 0.8
    ordinary_minutes: Minutes = 45


class BusinessGuarantee(Part):
    """A business's own guarantee; what is left out keeps the hall's."""

    elderly_share: Annotated[float, Field(gt=0, le=1)] | None = None
    ordinary_minutes: Minutes | None = None


class ElderlyWindows(Part):
    """Whom elderly-priority windows call first, whether they call others when none of those wait, and from
    which share of their promise on they come first (until then the largest share counts; 0: at once, also
    before whom the guarantee has reached).
    """

    first: Annotated[tuple[Literal["elderly", "priority"], ...], NOT_EMPTY] = ("elderly",)
    others: Literal["when_free", "never"] = "when_free"
    first_from: Annotated[float, Field(ge=0, le=1)] = 0.0


class ElderlyClaim(Part):
    """How the short promise of the elderly and the green channel counts at other windows. A special window
    calls them first from `special_share` of it on, where the guarantee does not do so sooner; one without
    businesses of its own measures their waits by it, or with `ordinary` as ordinary ones until the guarantee.
    """

    special_share: Annotated[float, Field(gt=0, le=1)] = 0.4
    elsewhere: Literal["promised", "ordinary"] = "promised"


class Rules(Part):
    elderly_age: Annotated[int, Field(ge=1, le=120)] = 60
    promise_minutes: PromiseMinutes = PromiseMinutes()
    length_weight: Annotated[float, Field(ge=0, le=1)] = 0.5
    guarantee: Guarantee = Guarantee()
    elderly_windows: ElderlyWindows = ElderlyWindows()
    elderly_claim: ElderlyClaim = ElderlyClaim()
    missed_after_seconds: Annotated[int, Field(ge=0)] = 30
    recalls: Annotated[int, Field(ge=0)] = 3
    missed_return: Literal["behind", "new_number"] = "behind"
    missed_return_behind: Annotated[int, Field(ge=0)] = 3
    missed_return_times: Annotated[int, Field(ge=1, le=9)] = 1
    missed_return_within_minutes: Annotated[int, Field(ge=1)] | None = None
    transfer_place: Literal["keep", "tail"] = "keep"
    appointment_grace_minutes: Annotated[int, Field(ge=0)] = 15
    appointment_early_minutes: Annotated[int, Field(ge=0, le=120)] = 0
    appointment_check_in_minutes: Annotated[int, Field(ge=0, le=720)] | None = None
    auto_call: bool = True
    id_once_per_business: bool = True
    issue_before_open_minutes: Annotated[int, Field(ge=0)] = 30
    warn_before_closing_share: Annotated[float, Field(ge=0, le=1)] = 0.5
    stop_issuing_when_unlikely: bool = False
    kiosk_idle_seconds: Annotated[int, Field(ge=5)] = 60
    kiosk_idle_elderly_seconds: Annotated[int, Field(ge=5)] = 120
    journal_days: Annotated[int, Field(ge=2, le=3650)] = 92
    kiosk_lease_numbers: Annotated[int, Field(ge=1, le=200)] = 10
    kiosk_lease_minutes: Annotated[int, Field(ge=1, le=1440)] = 240


class ZoneConfig(Named):
    id: Code


class MaterialConfig(Part):
    name: Text
    name_en: str = ""
    copies: Annotated[int, Field(ge=1)] | None = None
    note: str | None = None
    note_en: str = ""


class ItemConfig(Named):
    id: Code
    aliases: tuple[Text, ...] = ()
    materials: tuple[MaterialConfig, ...] = ()
    online: WebUrl | None = None
    self_service: Text | None = None
    self_service_en: str = ""
    completion: Text | None = None
    completion_en: str = ""


class QuotaConfig(Part):
    day: Annotated[int, Field(ge=1)] | None = None
    morning: Annotated[int, Field(ge=1)] | None = None
    afternoon: Annotated[int, Field(ge=1)] | None = None


class BusinessConfig(Named):
    id: Code
    prefix: Prefix
    promise_minutes: BusinessPromise = BusinessPromise()
    guarantee: BusinessGuarantee = BusinessGuarantee()
    service_minutes: Annotated[float, Field(gt=0, le=480)] = 8
    service_cv: Annotated[float, Field(gt=0, le=3)] = 0.75
    hours: Hours | None = None
    quota: QuotaConfig = QuotaConfig()
    restricted: bool = False
    bundle: bool = False
    items: tuple[ItemConfig, ...] = ()


class DepartmentConfig(Named):
    id: Code
    businesses: tuple[BusinessConfig, ...]


class DepartmentChoice(Part):
    departments: tuple[str, ...]


def _choice_tag(value: Any) -> str:
    if isinstance(value, str):
        return "<word>"
    return "<departments>" if isinstance(value, Mapping | DepartmentChoice) else "<ids>"


# Which businesses: the word "all", {departments: [ids]}, or the ids themselves. The tags' brackets let the
# reader of an error's place tell them from keys of the file.
Choice = Annotated[
    Annotated[Literal["all"], Tag("<word>")]
    | Annotated[DepartmentChoice, Tag("<departments>")]
    | Annotated[tuple[str, ...], Tag("<ids>")],
    Discriminator(_choice_tag),
]


class Prefers(Part):
    """Whom a window calls first when the shares of the promise are no more than `within` apart."""

    businesses: tuple[str, ...] = ()
    classes: tuple[Literal["ordinary", "elderly", "priority", "appointment"], ...] = ()
    within: Annotated[float, Field(gt=0, le=0.5)] = 0.1

    @model_validator(mode="after")
    def _names_somebody(self) -> "Prefers":
        if not self.businesses and not self.classes:
            raise wrong("prefers_nobody")
        return self


class WindowConfig(Part):
    number: Annotated[int, Field(ge=1, le=9999)]
    label: str | None = None
    label_en: str = ""
    zone: str
    kind: WindowKind
    businesses: Choice
    also: tuple[str, ...] = ()
    may_serve: Choice = ()
    prefers: Prefers | None = None


class AccountConfig(Named):
    username: Annotated[str, checked_by(r"[a-z0-9][a-z0-9._-]{1,31}", "bad_username")]
    role: Literal["administrator", "manager", "guide", "clerk"]
    badge: Text | None = None
    skills: Choice = ()


class DeviceConfig(Named):
    id: Code
    kind: Literal["kiosk", "board", "pad", "printer", "idreader"]
    zone: str | None = None
    window: int | None = None
    printer: str | None = None
    driver: Literal["network", "usb", "file", "dummy"] | None = None
    address: str | None = None
    paper: Literal[58, 80] = 80
    mode: Literal["auto", "text", "raster"] = "auto"
    columns: Annotated[int, Field(ge=16, le=64)] | None = None
    must_answer: bool | None = None
    """Whether a printer that does not say how it is counts as broken; None: once it has said so."""
    reader: Literal["keyboard", "http", "simulated"] | None = None
    reader_url: WebUrl | None = None
    speaks: bool = False

    @model_validator(mode="after")
    def _can_be_reached(self) -> "DeviceConfig":
        if self.kind == "printer" and self.driver is None:
            raise wrong("printer_without_driver", device=self.id)
        if self.kind == "pad" and self.window is None:
            raise wrong("pad_without_window", device=self.id)
        if self.reader == "http" and self.reader_url is None:
            raise wrong("reader_without_url", device=self.id)
        needed = {
            "network": r"[\w.\-\[\]:]+:\d{1,5}",
            "usb": r"(0x)?[0-9a-fA-F]{4}:(0x)?[0-9a-fA-F]{4}",
            "file": r".+",
        }.get(self.driver or "")
        if needed and not re.fullmatch(needed, self.address or ""):
            raise wrong("bad_address", device=self.id, driver=self.driver or "", value=self.address or "")
        return self


class PlacedBusiness(NamedTuple):
    """A business and the department it belongs to."""

    business: BusinessConfig
    department: DepartmentConfig


class HallConfig(Named):
    id: Annotated[str, checked_by(r"[a-z0-9][a-z0-9-]{0,31}", "bad_hall_id")]
    timezone: TimeZone = "Asia/Shanghai"
    languages: Annotated[tuple[Language, ...], NOT_EMPTY] = ("zh", "en")
    hours: Hours
    closed_days: tuple[date, ...] = ()
    open_days: tuple[date, ...] = ()
    rules: Rules = Rules()
    standards: Standards = Standards()
    report_files: ReportFiles = ReportFiles()
    alerts: Alerts = Alerts()
    floor: Floor | None = None
    roster: RosterConfig = RosterConfig()
    zones: tuple[ZoneConfig, ...]
    departments: tuple[DepartmentConfig, ...]
    windows: tuple[WindowConfig, ...]
    accounts: tuple[AccountConfig, ...] = ()
    devices: tuple[DeviceConfig, ...] = ()

    @cached_property
    def _businesses(self) -> dict[str, PlacedBusiness]:
        placed = (PlacedBusiness(b, d) for d in self.departments for b in d.businesses)
        return {place.business.id: place for place in placed}

    def businesses(self) -> list[PlacedBusiness]:
        """Every business with its department, in the file's order."""
        return list(self._businesses.values())

    def business(self, code: str) -> BusinessConfig | None:
        place = self._businesses.get(code)
        return place.business if place else None

    def items(self) -> list[tuple[ItemConfig, PlacedBusiness]]:
        """Every item with the business and department it belongs to, in the file's order."""
        return [(item, place) for place in self._businesses.values() for item in place.business.items]

    def window(self, number: int) -> WindowConfig | None:
        return next((window for window in self.windows if window.number == number), None)

    def hours_of(self, business: BusinessConfig) -> Hours:
        return self.hours if business.hours is None else business.hours

    def promise_of(self, business: BusinessConfig) -> PromiseMinutes:
        """Promised wait per visitor class: the business's own where it gives one, else the hall's."""
        own = business.promise_minutes.model_dump(exclude_none=True)
        return self.rules.promise_minutes.model_copy(update=own)

    def window_serves(self, window: WindowConfig) -> list[tuple[str, bool]]:
        """What the window serves now, as (business id, whether it is the window's own work)."""
        own = self.chosen(window.businesses, window.kind)
        return [(code, True) for code in own] + [(code, False) for code in window.also if code not in own]

    def window_may_serve(self, window: WindowConfig) -> list[str]:
        """Every business a manager may give the window: what it serves now and what it may be switched to."""
        now = [code for code, _ in self.window_serves(window)]
        return now + [code for code in self.chosen(window.may_serve, window.kind) if code not in now]

    def account_skills(self, account: AccountConfig) -> list[str]:
        """The businesses the account's clerk is certified for; "all" means every one, restricted too."""
        return list(self._businesses) if account.skills == "all" else self.chosen(account.skills, "special")

    def chosen(self, choice: Choice, kind: str) -> list[str]:
        """The business ids a choice means for a window of this kind.

        A group word never brings a restricted business where it may not go: "all" leaves out every restricted
        one, {departments: …} only for kinds that may not serve restricted businesses at all.
        """
        if choice == "all":
            return [code for code, place in self._businesses.items() if not place.business.restricted]
        if isinstance(choice, DepartmentChoice):
            may_restricted = kind in KINDS_FOR_RESTRICTED
            return [
                code
                for code, place in self._businesses.items()
                if place.department.id in choice.departments
                and (may_restricted or not place.business.restricted)
            ]
        return list(dict.fromkeys(choice))


class Config(Part):
    server: ServerConfig = ServerConfig()
    backup: Backup = Backup()
    voice: VoiceConfig = VoiceConfig()
    halls: Annotated[tuple[HallConfig, ...], NOT_EMPTY]

    def hall(self, code: str) -> HallConfig | None:
        return next((hall for hall in self.halls if hall.id == code), None)
