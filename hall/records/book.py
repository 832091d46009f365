"""The hall's book: what is configured (businesses, items, windows, rules), read once and shared until it
changes.

A frozen picture of the configuration rows of one hall. `books.of(code)` compares the hall's
`settings_version` on every use and reads anew only when somebody applied a configuration or switched a
window's businesses; live state (who is where) is never in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, select

from hall.config_model import BusinessGuarantee, Prefers, Rules
from hall.config_rules import asker_of, claim_of, guarantee_of, preference_of
from hall.records.tables import (
    businesses,
    departments,
    devices,
    halls,
    items,
    window_businesses,
    windows,
    zones,
)
from hall.rules import calendar
from hall.rules.dispatcher import Asker, Guarantee, Preference
from hall.rules.errors import UnknownBusiness, UnknownDevice, UnknownHall, UnknownItem, UnknownWindow
from hall.rules.floor import home_zones
from hall.rules.references import Matter, reference_times
from hall.rules.tickets import VisitorClass


@dataclass(frozen=True)
class Zone:
    id: int
    code: str
    name: str
    name_en: str


@dataclass(frozen=True)
class Department:
    id: int
    code: str
    name: str
    name_en: str


@dataclass(frozen=True)
class Business:
    """What a visitor queues for. `promises` in seconds per class, of these `own` not the hall's usual ones;
    `service_seconds` the expected service, `service_cv` its expected spread (standard deviation ÷ mean).
    """

    id: int
    code: str
    name: str
    name_en: str
    prefix: str
    department_id: int
    promises: Mapping[VisitorClass, float]
    service_seconds: float
    service_cv: float
    hours: calendar.Hours | None
    quota: Mapping[str, int]
    bundle: bool
    guarantee: BusinessGuarantee = BusinessGuarantee()  # noqa: RUF009 - frozen
    own: frozenset[VisitorClass] = frozenset()


@dataclass(frozen=True)
class Item:
    """A service item; `details` holds aliases, materials, online, self_service and completion as
    configured, texts with their English beside them (completion_en …), empty where there is none.
    """

    id: int
    code: str
    name: str
    name_en: str
    business_id: int
    details: Mapping[str, Any]


@dataclass(frozen=True)
class Window:
    """A window as configured: `serves` now, of these `own`, and all it `may` be switched to
    (business ids).
    """

    id: int
    number: int
    label: str
    kind: str
    zone_id: int
    serves: frozenset[int]
    own: frozenset[int]
    may: frozenset[int]
    label_en: str = ""
    preference: Preference | None = None


@dataclass(frozen=True)
class Device:
    id: int
    code: str
    kind: str
    name: str
    window_id: int | None
    zone_id: int | None
    settings: Mapping[str, Any]


@dataclass(frozen=True)
class Book:
    """One hall's configuration. Dictionaries are by id unless their name says otherwise, in the configured
    order.
    """

    id: int
    code: str
    name: str
    name_en: str
    zone: ZoneInfo
    version: int
    settings: Mapping[str, Any]
    rules: Rules
    zones: Mapping[int, Zone]
    departments: Mapping[int, Department]
    businesses: Mapping[int, Business]
    items: Mapping[int, Item]
    windows: Mapping[int, Window]
    devices: Mapping[int, Device]

    @cached_property
    def businesses_by_code(self) -> dict[str, Business]:
        return {one.code: one for one in self.businesses.values()}

    @cached_property
    def items_by_code(self) -> dict[str, Item]:
        return {one.code: one for one in self.items.values()}

    @cached_property
    def windows_by_number(self) -> dict[int, Window]:
        return {one.number: one for one in self.windows.values()}

    @cached_property
    def devices_by_code(self) -> dict[str, Device]:
        return {one.code: one for one in self.devices.values()}

    @cached_property
    def promises(self) -> dict[tuple[int, VisitorClass], float]:
        return {
            (one.id, kind): seconds
            for one in self.businesses.values()
            for kind, seconds in one.promises.items()
        }

    @cached_property
    def references(self) -> dict[tuple[int, VisitorClass], float]:
        """What the dispatcher measures waits by, in seconds; what visitors are promised is `promises`."""
        matters = (
            Matter(one.id, one.promises, one.own, one.service_seconds) for one in self.businesses.values()
        )
        return reference_times(matters, self.rules.length_weight)

    @cached_property
    def guarantee(self) -> Guarantee:
        return guarantee_of(self.rules, ((one.id, one.guarantee) for one in self.businesses.values()))

    @cached_property
    def askers(self) -> dict[int, Asker]:
        """The windows as the dispatcher sees them."""
        windows, elderly = self.windows.values(), self.rules.elderly_windows
        claim = claim_of(self.rules, (one.kind for one in windows))
        return {one.id: asker_of(one.kind, one.own, one.preference, elderly, claim) for one in windows}

    @cached_property
    def windows_of_business(self) -> dict[int, list[Window]]:
        """Windows serving each business now, in the order of their numbers."""
        serving: dict[int, list[Window]] = {one: [] for one in self.businesses}
        for window in self.windows.values():
            for business_id in window.serves:
                serving.setdefault(business_id, []).append(window)
        return serving

    @cached_property
    def home_zones(self) -> dict[int, str]:
        """Business id → code of the zone where most of its work is done now."""
        return home_zones((self.zones[one.zone_id].code, one.serves) for one in self.windows.values())

    def business(self, code: str) -> Business:
        """Raises UnknownBusiness."""
        found = self.businesses_by_code.get(code)
        if found is None:
            raise UnknownBusiness(business=code)
        return found

    def item(self, code: str) -> Item:
        """Raises UnknownItem."""
        found = self.items_by_code.get(code)
        if found is None:
            raise UnknownItem(item=code)
        return found

    def window(self, number: int) -> Window:
        """Raises UnknownWindow."""
        found = self.windows_by_number.get(number)
        if found is None:
            raise UnknownWindow(window=number)
        return found

    def device(self, code: str) -> Device:
        """Raises UnknownDevice."""
        found = self.devices_by_code.get(code)
        if found is None:
            raise UnknownDevice(device=code)
        return found

    @property
    def alone(self) -> bool:
        """Whether this is the copy of a kiosk that works by itself: nobody here knows the line."""
        return bool(self.settings.get("alone"))

    @cached_property
    def closed_days(self) -> frozenset[date]:
        return frozenset(date.fromisoformat(one) for one in self.settings["closed_days"])

    @cached_property
    def open_days(self) -> frozenset[date]:
        return frozenset(date.fromisoformat(one) for one in self.settings["open_days"])

    def day(self, now: datetime) -> date:
        """The business day by the hall's own clock."""
        return calendar.business_day(now, self.zone.key)

    def midnight(self, day: date) -> datetime:
        """When the day begins by the hall's own clock, in UTC."""
        return datetime.combine(day, time(), self.zone).astimezone(UTC)

    def opening(self, now: datetime, business: Business | None = None) -> calendar.Opening:
        """Whether the hall, or one business with hours of its own, is open now."""
        hours = business.hours if business is not None and business.hours else self.settings["hours"]
        return calendar.opening(hours, self.closed_days, self.open_days, now, self.zone.key)


class Books:
    """The books of all halls of this server, each read anew when its version has changed."""

    def __init__(self) -> None:
        self._books: dict[str, Book] = {}
        self._ids: dict[str, int] = {}

    def id_of(self, connection: Connection, code: str) -> int:
        """A hall's id, which never changes; raises UnknownHall."""
        if code not in self._ids:
            self._ids[code] = self.of(connection, code).id
        return self._ids[code]

    def known_id(self, code: str) -> int | None:
        """The id of a hall that was asked for before."""
        return self._ids.get(code)

    def forget(self) -> None:
        """Lets go of every book: one may have been read inside a transaction that was rolled back."""
        self._books.clear()

    def of(self, connection: Connection, code: str) -> Book:
        """The present book of a hall; raises UnknownHall."""
        version = connection.execute(_VERSION, {"code": code}).scalar()
        if version is None:
            raise UnknownHall(hall=code)
        return self.of_version(connection, code, version)

    def of_version(self, connection: Connection, code: str, version: int) -> Book:
        """The book of a hall whose present settings version the caller has read already."""
        book = self._books.get(code)
        if book is None or book.version != version:
            book = self._books[code] = read_book(connection, code)
        return book


_VERSION = select(halls.c.settings_version).where(halls.c.code == bindparam("code"))


def read_book(connection: Connection, code: str) -> Book:
    """Reads a hall's configuration rows; raises UnknownHall."""
    hall = connection.execute(select(halls).where(halls.c.code == code)).first()
    if hall is None:
        raise UnknownHall(hall=code)

    def rows(table: Any, *order: Any) -> list[Any]:
        kept = select(table).where(table.c.hall_id == hall.id, table.c.retired.is_(False)).order_by(*order)
        return list(connection.execute(kept))

    served: dict[int, dict[int, tuple[bool, bool]]] = {}
    links = select(window_businesses).join(windows).where(windows.c.hall_id == hall.id)
    for link in connection.execute(links.order_by(*window_businesses.primary_key)):
        served.setdefault(link.window_id, {})[link.business_id] = (link.serves, link.own)
    default_promise = hall.settings["rules"]["promise_minutes"]
    kept_businesses = rows(businesses, businesses.c.position)
    known = {row.id for row in kept_businesses}
    ids = {row.code: row.id for row in kept_businesses}
    preferences = {
        int(number): Prefers.model_validate(given)
        for number, given in hall.settings.get("preferences", {}).items()
    }
    return Book(
        id=hall.id,
        code=hall.code,
        name=hall.name,
        name_en=hall.name_en,
        zone=ZoneInfo(hall.timezone),
        version=hall.settings_version,
        settings=hall.settings,
        rules=Rules.model_validate(hall.settings["rules"]),
        zones={
            row.id: Zone(row.id, row.code, row.name, row.name_en) for row in rows(zones, zones.c.position)
        },
        departments={
            row.id: Department(row.id, row.code, row.name, row.name_en)
            for row in rows(departments, departments.c.position)
        },
        businesses={row.id: _business(row, default_promise) for row in kept_businesses},
        items={
            row.id: Item(row.id, row.code, row.name, row.name_en, row.business_id, row.details)
            for row in rows(items, items.c.position)
        },
        windows={
            row.id: _window(
                row,
                {one: two for one, two in served.get(row.id, {}).items() if one in known},
                preference_of(preferences.get(row.number), ids),
            )
            for row in rows(windows, windows.c.number)
        },
        devices={
            row.id: Device(row.id, row.code, row.kind, row.name, row.window_id, row.zone_id, row.settings)
            for row in rows(devices, devices.c.id)
        },
    )


def _business(row: Any, default_promise: Mapping[str, float]) -> Business:
    settings = row.settings
    own = settings.get("promise_minutes") or {}
    return Business(
        id=row.id,
        code=row.code,
        name=row.name,
        name_en=row.name_en,
        prefix=row.prefix,
        department_id=row.department_id,
        promises={kind: 60.0 * (own.get(kind.value) or default_promise[kind.value]) for kind in VisitorClass},
        service_seconds=60.0 * settings["service_minutes"],
        service_cv=settings["service_cv"],
        hours=settings.get("hours"),
        quota={period: limit for period, limit in (settings.get("quota") or {}).items() if limit is not None},
        bundle=bool(settings.get("bundle")),
        guarantee=BusinessGuarantee.model_validate(settings.get("guarantee") or {}),
        own=frozenset(kind for kind in VisitorClass if own.get(kind.value)),
    )


def _window(row: Any, served: Mapping[int, tuple[bool, bool]], preference: Preference | None) -> Window:
    return Window(
        id=row.id,
        number=row.number,
        label=row.label,
        label_en=row.label_en,
        kind=row.kind,
        zone_id=row.zone_id,
        serves=frozenset(one for one, (serves, _) in served.items() if serves),
        own=frozenset(one for one, (serves, own) in served.items() if serves and own),
        may=frozenset(served),
        preference=preference,
    )
