"""The first start and the administrator's commands: make the hall from its file, the first password, the
devices' pairing addresses.
"""

import errno
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from hall.actions import accounts as account_actions
from hall.actions import configure, staffing
from hall.config_model import Config, HallConfig, ServerConfig
from hall.i18n import terminal_words, words_for
from hall.records import migrate
from hall.records.book import Book, read_book
from hall.records.database import Database
from hall.records.tables import accounts, devices, halls
from hall.web.server import Server, outside_url


@dataclass
class First:
    """What only the first start knows: (hall, username, password) of administrators, and (device, hall's
    code, token) of devices that are paired with a browser.
    """

    passwords: list[tuple[str, str, str]]
    pairings: list[tuple[str, str, str]]


def open_database(config: Config, folder: Path) -> Database:
    """The database of a configuration, migrated."""
    database = Database(config.server.database_url(folder))
    migrate.upgrade(database.engine)
    return database


def prepare(server: Server) -> First:
    """Makes every hall of the file that is not in the database yet, its administrator's password and its
    devices' tokens.
    """
    first = First([], [])
    for hall in server.config.halls:
        with server.database.read() as connection:
            known = connection.execute(select(halls.c.id).where(halls.c.code == hall.id)).scalar()
        if known is None:
            apply(server.database, hall)
        _first_password(server.database, hall, first)
        _first_tokens(server.database, hall, first)
    return first


def apply(database: Database, hall: HallConfig) -> None:
    """Makes the records follow the file. Raises BusinessInUse, WindowBusy."""
    with database.read() as connection:
        hall_id = connection.execute(select(halls.c.id).where(halls.c.code == hall.id)).scalar()
    database.write(hall_id or 0, lambda tx: configure.apply(tx, hall), alone=True)


def differences(database: Database, hall: HallConfig) -> list[str]:
    """What applying would change, a line each."""
    words = terminal_words()
    with database.read() as connection:
        found = configure.differences(connection, hall)
    return [
        " ".join(
            (one.sign, words(f"config_kind.{one.kind}"), one.code, one.name, ", ".join(one.fields))
        ).rstrip()
        for one in found
    ]


def new_password(database: Database, hall: str, username: str) -> str:
    """Gives an account a random password; returns it. Raises UnknownHall, UnknownAccount."""
    book = _book(database, hall)
    password = account_actions.new_password()
    hashed = account_actions.hash_password(password)
    database.write(book.id, lambda tx: account_actions.set_password(tx, book, username, hashed))
    return password


def new_token(database: Database, hall: str, device: str) -> str:
    """Gives a device a new token; returns it. Raises UnknownHall, UnknownDevice."""
    book = _book(database, hall)
    return database.write(book.id, lambda tx: account_actions.new_device_token(tx, book, device))


def pairing_address(server: ServerConfig, hall: str, token: str, port: int | None = None) -> str:
    """The address that a device's browser opens once; `port` where the server does not listen on its own."""
    return f"{outside_url(server, port)}/halls/{hall}/pair?token={token}"


def _book(database: Database, hall: str) -> Book:
    with database.read() as connection:
        return read_book(connection, hall)


def _first_password(database: Database, hall: HallConfig, first: First) -> None:
    """One random password when no administrator of the hall has any yet; a hall whose file names none gets
    one.
    """
    with database.read() as connection:
        theirs = select(accounts).join(halls).where(halls.c.code == hall.id)
        everybody = connection.execute(theirs.order_by(accounts.c.id)).all()
    rows = [row for row in everybody if row.role == staffing.ADMINISTRATOR]
    if all(row.password_hash is None for row in rows):
        taken = {row.username for row in everybody}
        username = rows[0].username if rows else _first_administrator(database, hall, taken)
        first.passwords.append((hall.name, username, new_password(database, hall.id, username)))


def _first_administrator(database: Database, hall: HallConfig, taken: set[str]) -> str:
    """Adds the account of the first administrator; returns its username, one that is not `taken`."""
    names = ("admin", *(f"admin{number}" for number in range(2, 100)))
    username = next(name for name in names if name not in taken)
    role = f"role.{staffing.ADMINISTRATOR}"
    person = staffing.Person(words_for("zh")(role), words_for("en")(role), staffing.ADMINISTRATOR, "", "all")
    book = _book(database, hall.id)
    database.write(book.id, lambda tx: staffing.add_account(tx, book, username, person))
    return username


def _first_tokens(database: Database, hall: HallConfig, first: First) -> None:
    with database.read() as connection:
        theirs = select(devices).join(halls).where(halls.c.code == hall.id, devices.c.token_hash.is_(None))
        unpaired = connection.execute(theirs.order_by(devices.c.id)).all()
    for row in unpaired:
        if not account_actions.is_paired_with_a_browser(row.kind, row.settings):
            continue
        first.pairings.append((row.name, hall.id, new_token(database, hall.id, row.code)))


def why_closed(error: OSError, host: str, port: int) -> str:
    """What the terminal shows when nobody can be served at that address, and what to do."""
    key = "cli.port_taken" if error.errno == errno.EADDRINUSE else "cli.cannot_listen"
    why = str(error.strerror or error).split(" (while")[0]  # the address is in the sentence already
    return terminal_words()(key, host=host, port=port, why=why)


def welcome(server: Server, first: First, port: int) -> str:
    """What the terminal shows when the hall is open."""
    words = terminal_words()
    base = outside_url(server.config.server, port)
    lines = ["", words("cli.welcome"), f"  {base}/", ""]
    for hall in server.config.halls:
        lines.append(f"  {hall.name}")
        lines += [
            f"    {words(f'page.{page}')}  {base}/halls/{hall.id}/{page}"
            for page in ("kiosk", "clerk", "desk", "manager", "admin", "board")
        ]
    if first.pairings:
        lines += ["", words("cli.pairings")]
    for name, hall_code, token in first.pairings:
        lines.append(f"    {name}  {pairing_address(server.config.server, hall_code, token, port)}")
    for hall_name, username, password in first.passwords:
        lines += ["", words("cli.first_password", hall=hall_name, username=username, password=password)]
    return "\n".join(lines)
