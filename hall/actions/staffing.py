"""An administrator's verbs about accounts: add one, change it, retire and restore it.

Accounts are never deleted, for the journal names them. A retired account's sessions end. A hall always keeps
one administrator.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, func, insert, select, update

from hall.actions.accounts import account_named
from hall.events import AccountAdded, AccountChanged, AccountRestored, AccountRetired
from hall.records import desks
from hall.records.book import Book
from hall.records.database import Tx
from hall.records.tables import accounts
from hall.rules.errors import AccountAtWindow, LastAdministrator, UnknownAccount, UsernameTaken

ADMINISTRATOR = "administrator"


@dataclass(frozen=True)
class Person:
    """What an account says about somebody. `skills`: "all" or business codes."""

    name: str
    name_en: str
    role: str
    badge: str
    skills: str | list[str]

    def columns(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "name_en": self.name_en,
            "role": self.role,
            "badge": self.badge,
            "skills": self.skills,
        }


def add_account(tx: Tx, book: Book, username: str, person: Person) -> None:
    """An account without a password: nobody can sign in with it. Raises UsernameTaken, UnknownBusiness."""
    _check_skills(book, person)
    if _any_account(tx, book, username) is not None:
        raise UsernameTaken(username=username)
    values = {
        **person.columns(),
        "hall_id": book.id,
        "username": username,
        "session_stamp": secrets.token_hex(8),
        "retired": False,
    }
    account_id = tx.connection.execute(insert(accounts).returning(accounts.c.id), values).scalar_one()
    tx.record(AccountAdded(account_id, person.role))


def change_account(tx: Tx, book: Book, username: str, person: Person) -> None:
    """Changes who an account is and what it may do, from the next request on.

    Raises UnknownAccount, UnknownBusiness, LastAdministrator; AccountAtWindow when its role or skills would
    change under a clerk who is signed in.
    """
    _check_skills(book, person)
    account = account_named(tx.connection, book.id, username)
    if account is None:
        raise UnknownAccount(username=username)
    if account.role == ADMINISTRATOR and person.role != ADMINISTRATOR:
        _keep_one_administrator(tx, book)
    if (account.role, account.skills) != (person.role, person.skills):
        _must_be_away(tx, account)
    _set(tx, account.id, person.columns())
    tx.record(AccountChanged(account.id, person.role))


def retire_account(tx: Tx, book: Book, username: str) -> None:
    """Ends an account and its sessions. Raises UnknownAccount, AccountAtWindow, LastAdministrator."""
    account = account_named(tx.connection, book.id, username)
    if account is None:
        raise UnknownAccount(username=username)
    if account.role == ADMINISTRATOR:
        _keep_one_administrator(tx, book)
    _must_be_away(tx, account)
    _set(tx, account.id, {"retired": True, "session_stamp": secrets.token_hex(8), "password_hash": None})
    tx.record(AccountRetired(account.id))


def restore_account(tx: Tx, book: Book, username: str) -> None:
    """Brings a retired account back, without a password. Raises UnknownAccount."""
    account = _any_account(tx, book, username)
    if account is None:
        raise UnknownAccount(username=username)
    if account.retired:
        _set(tx, account.id, {"retired": False})
        tx.record(AccountRestored(account.id))


def _any_account(tx: Tx, book: Book, username: str) -> Row[Any] | None:
    same = select(accounts).where(accounts.c.hall_id == book.id, accounts.c.username == username)
    return tx.connection.execute(same).first()


def _set(tx: Tx, account_id: int, changes: Mapping[str, Any]) -> None:
    tx.connection.execute(update(accounts).where(accounts.c.id == account_id).values(**changes))


def _check_skills(book: Book, person: Person) -> None:
    for code in person.skills if isinstance(person.skills, list) else ():
        book.business(code)


def _must_be_away(tx: Tx, account: Row[Any]) -> None:
    desk = desks.desk_of_clerk(tx.connection, account.id)
    if desk is not None:
        raise AccountAtWindow(username=account.username, window=desk.number)


def _keep_one_administrator(tx: Tx, book: Book) -> None:
    count = select(func.count()).where(
        accounts.c.hall_id == book.id, accounts.c.role == ADMINISTRATOR, accounts.c.retired.is_(False)
    )
    if tx.connection.execute(count).scalar_one() <= 1:
        raise LastAdministrator()
