"""People's accounts and devices' tokens: first administrator, passwords, sign-in, pairing.

Passwords are hashed with argon2id. Hashing takes tens of milliseconds of pure computation, so callers run
`hash_password` and `matches` in a thread (hall/web/access.py), never on the event loop.
"""

import secrets
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, Row, bindparam, select, update

from hall.actions import leases
from hall.events import (
    AccountSignedIn,
    AccountSignedOut,
    AccountSignInRefused,
    DeviceTokenIssued,
    PasswordSet,
)
from hall.records.book import Book
from hall.records.database import Tx
from hall.records.tables import accounts, devices, halls
from hall.rules.errors import UnknownAccount, WeakPassword

SHORTEST_PASSWORD = 10
_hasher = PasswordHasher()
_NOBODY = _hasher.hash("nobody has this password")

_BY_USERNAME = select(accounts).where(
    accounts.c.hall_id == bindparam("hall"),
    accounts.c.username == bindparam("username"),
    accounts.c.retired.is_(False),
)
_BY_ID = (
    select(accounts, halls.c.code.label("hall_code"))
    .join(halls, halls.c.id == accounts.c.hall_id)
    .where(accounts.c.id == bindparam("id"), accounts.c.retired.is_(False))
)
_BY_TOKEN = (
    select(devices, halls.c.code.label("hall_code"))
    .join(halls, halls.c.id == devices.c.hall_id)
    .where(devices.c.token_hash == bindparam("token_hash"), devices.c.retired.is_(False))
)


def new_password() -> str:
    """A random password that can be read aloud and typed: 4 groups of 4, no look-alike characters."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))


def hash_password(password: str) -> str:
    """The argon2id hash; raises WeakPassword below ten characters."""
    if len(password) < SHORTEST_PASSWORD:
        raise WeakPassword(length=SHORTEST_PASSWORD)
    return _hasher.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Whether the password is right. An account without one costs the same time, so that nobody can tell
    names by the clock.
    """
    try:
        return _hasher.verify(password_hash or _NOBODY, password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def account_named(connection: Connection, hall_id: int, username: str) -> Row[Any] | None:
    return connection.execute(_BY_USERNAME, {"hall": hall_id, "username": username.strip().lower()}).first()


def account_by_id(connection: Connection, account_id: int) -> Row[Any] | None:
    return connection.execute(_BY_ID, {"id": account_id}).first()


def set_password(tx: Tx, book: Book, username: str, password_hash: str) -> None:
    """Stores a new password and ends the account's sessions everywhere. Raises UnknownAccount."""
    account = account_named(tx.connection, book.id, username)
    if account is None:
        raise UnknownAccount(username=username)
    changes = {"password_hash": password_hash, "session_stamp": secrets.token_hex(8)}
    tx.connection.execute(update(accounts).where(accounts.c.id == account.id).values(**changes))
    tx.record(PasswordSet(account.id))


def note_sign_in(tx: Tx, account_id: int, succeeded: bool) -> None:
    """Leaves a sign-in, or a refused one, in the journal: it is the hall's audit log. Who has signed in is in
    the house until they sign out.
    """
    if succeeded:
        here = update(accounts).where(accounts.c.id == account_id).values(signed_in_at=tx.now)
        tx.connection.execute(here)
    tx.record(AccountSignedIn(account_id) if succeeded else AccountSignInRefused(account_id))


def end_sessions(tx: Tx, account_id: int) -> None:
    """Signs an account out of every browser at once. A session is a signed cookie that names the account's
    stamp, so a cookie somebody copied ends only when the stamp changes; one list of sessions less to keep,
    and nobody who signed out at the counter is still signed in at another.
    """
    changes = {"session_stamp": secrets.token_hex(8), "signed_in_at": None}
    tx.connection.execute(update(accounts).where(accounts.c.id == account_id).values(**changes))
    tx.record(AccountSignedOut(account_id))


def is_paired_with_a_browser(kind: str, settings: Mapping[str, Any]) -> bool:
    """Whether a device's page needs its token: kiosks and pads, and boards that speak. Any other board is
    open to every browser.
    """
    return kind in ("kiosk", "pad") or bool(settings.get("speaks"))


def new_device_token(tx: Tx, book: Book, code: str) -> str:
    """Gives a device a new token, shown once; the old one ends, and with it every block of numbers that was
    leased to whoever held it. Raises UnknownDevice.
    """
    device = book.device(code)
    leases.revoke(tx, book, device)
    token = fresh_token()
    tx.connection.execute(
        update(devices).where(devices.c.id == device.id).values(token_hash=token_hash(token))
    )
    tx.record(DeviceTokenIssued(code))
    return token


def fresh_token() -> str:
    """Random and long, and no command takes it for an option: it never begins with a hyphen."""
    return f"t{secrets.token_urlsafe(24)}"


def token_hash(token: str) -> str:
    """Tokens are random and long, so a plain hash keeps them as safe as a slow one would."""
    return sha256(token.encode()).hexdigest()


def device_by_token(connection: Connection, token: str) -> Row[Any] | None:
    return connection.execute(_BY_TOKEN, {"token_hash": token_hash(token)}).first()
