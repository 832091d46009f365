"""The administrator's interface: accounts and their passwords, devices and their tokens, print jobs, the
journal as audit log.

A password or token is made at random, answered once and never stored in the clear, not even beside its
Idempotency-Key: a retry of the same request is told to ask for another one.
"""

from collections.abc import Callable
from secrets import token_hex
from typing import Any

from flask import Response, jsonify
from flask_openapi3 import APIBlueprint, Tag

from hall.actions import accounts, printing, staffing
from hall.records.book import Book
from hall.records.database import Tx
from hall.rules.errors import NotAllowed, ShownOnce
from hall.screens import admin, devices
from hall.web import access
from hall.web.api.answers import Done, gives
from hall.web.api.answers_admin import (
    Accounts,
    ChangedAccount,
    ConfigurationInForce,
    Devices,
    JournalPage,
    NewDeviceToken,
    NewPassword,
    PrintJobs,
    PrintJobTried,
)
from hall.web.api.shapes import (
    Account,
    AccountPath,
    DevicePath,
    FindPrintJobs,
    HallPath,
    Heartbeat,
    NewAccount,
    Nothing,
    PrintJobPath,
    ReadJournal,
)
from hall.web.doing import do, look
from hall.web.server import the_server

blueprint = APIBlueprint(
    "api_admin", __name__, url_prefix="/api/v1/halls/<hall>", abp_tags=[Tag(name="administration")]
)


@blueprint.get("/accounts", responses=gives(Accounts))
@access.only(*access.ADMINISTRATORS)
def get_accounts(path: HallPath) -> Response:
    """Every account, the retired ones last."""
    with look(path.hall) as (connection, book):
        return jsonify({"accounts": admin.account_list(connection, book)})


@blueprint.post("/accounts", operation_id="add_account", responses=gives(ChangedAccount, 201))
@access.only(*access.ADMINISTRATORS)
def post_account(path: HallPath, body: NewAccount) -> Response:
    """Add an account. It has no password until one is made for it."""

    def add(tx: Tx, book: Book) -> dict[str, Any]:
        staffing.add_account(tx, book, body.username, _person(body))
        return {"username": body.username}

    return do(path.hall, add, 201)


@blueprint.post("/accounts/<username>", operation_id="change_account", responses=gives(ChangedAccount))
@access.only(*access.ADMINISTRATORS)
def post_account_change(path: AccountPath, body: Account) -> Response:
    """Change an account's name, role, badge and skills."""

    def change(tx: Tx, book: Book) -> dict[str, Any]:
        staffing.change_account(tx, book, path.username, _person(body))
        return {"username": path.username}

    return do(path.hall, change)


@blueprint.post("/accounts/<username>/password", operation_id="renew_password", responses=gives(NewPassword))
@access.only(*access.ADMINISTRATORS)
def post_password(path: AccountPath, body: Nothing) -> Response:
    """Give an account a new random password, shown in this answer only; its sessions end."""
    password = accounts.new_password()
    hashed = access.aside(accounts.hash_password, password)

    def change(tx: Tx, book: Book) -> dict[str, Any]:
        accounts.set_password(tx, book, path.username, hashed)
        return {"password": password}

    return _show_once(path.hall, change)


@blueprint.post("/accounts/<username>/retire", operation_id="retire_account", responses=gives(ChangedAccount))
@access.only(*access.ADMINISTRATORS)
def post_retire(path: AccountPath, body: Nothing) -> Response:
    """End an account: nobody can sign in with it, and its sessions are over."""

    def retire(tx: Tx, book: Book) -> dict[str, Any]:
        staffing.retire_account(tx, book, path.username)
        return {"username": path.username}

    return do(path.hall, retire)


@blueprint.post(
    "/accounts/<username>/restore", operation_id="restore_account", responses=gives(ChangedAccount)
)
@access.only(*access.ADMINISTRATORS)
def post_restore(path: AccountPath, body: Nothing) -> Response:
    """Bring a retired account back; it needs a new password."""

    def restore(tx: Tx, book: Book) -> dict[str, Any]:
        staffing.restore_account(tx, book, path.username)
        return {"username": path.username}

    return do(path.hall, restore)


@blueprint.get("/devices", responses=gives(Devices))
@access.only(*access.MANAGERS)
def get_devices(path: HallPath) -> Response:
    """Every device with when it was last seen, what it said of itself and how it is; and the voice and the
    open screens.
    """
    with look(path.hall) as (connection, book):
        now = the_server().database.clock()
        return jsonify(devices.device_list(connection, book, now))


@blueprint.post("/devices/<device>/token", operation_id="renew_device_token", responses=gives(NewDeviceToken))
@access.only(*access.ADMINISTRATORS)
def post_token(path: DevicePath, body: Nothing) -> Response:
    """Give a device a new token, shown in this answer only; the old one ends."""
    server = the_server()

    def renew(tx: Tx, book: Book) -> dict[str, Any]:
        token = accounts.new_device_token(tx, book, path.device)
        address = f"{server.base_url()}/halls/{book.code}/pair?token={token}"
        return {"token": token, "pairing_address": address}

    return _show_once(path.hall, renew)


@blueprint.post("/devices/<device>/heartbeat", operation_id="report_device", responses=gives(Done))
@access.only(devices=("kiosk", "board", "pad", "printer", "idreader"))
def post_heartbeat(path: DevicePath, body: Heartbeat) -> Response:
    """A device says that it is there and how it is. It is written down with the others', within half a
    minute.
    """
    server, asker = the_server(), access.who()
    with look(path.hall) as (_, book):
        device = book.device(path.device)
    if device.id != asker.id:
        raise NotAllowed()
    server.beats.hear(book.id, device.id, dict(body.status), server.database.clock())
    return jsonify({})


@blueprint.get("/print-jobs", responses=gives(PrintJobs))
@access.only(*access.GUIDES)
def get_print_jobs(path: HallPath, query: FindPrintJobs) -> Response:
    """Print jobs, newest first."""
    with look(path.hall) as (connection, book):
        return jsonify(admin.job_list(connection, book, query.state, query.limit))


@blueprint.post("/print-jobs/<int:job>/retry", operation_id="retry_print_job", responses=gives(PrintJobTried))
@access.only(*access.GUIDES)
def post_retry(path: PrintJobPath, body: Nothing) -> Response:
    """Print a failed job again, or let a waiting one try at once."""

    def again(tx: Tx, book: Book) -> dict[str, Any]:
        printing.try_again(tx, book, path.job)
        return {"id": path.job}

    return do(path.hall, again)


@blueprint.get("/journal", responses=gives(JournalPage))
@access.only(*access.ADMINISTRATORS)
def get_journal(path: HallPath, query: ReadJournal) -> Response:
    """The audit log: everything that happened, newest first, with who did it."""
    wanted = admin.Wanted(query.before, query.type, query.actor, query.ticket, query.limit)
    with look(path.hall) as (connection, book):
        return jsonify(admin.journal_page(connection, book, wanted))


@blueprint.get("/configuration", responses=gives(ConfigurationInForce))
@access.only(*access.ADMINISTRATORS)
def get_configuration(path: HallPath) -> Response:
    """Which configuration is in force, since when, and what it holds."""
    with look(path.hall) as (connection, book):
        return jsonify(admin.configuration(connection, book))


def _person(body: Account) -> staffing.Person:
    return staffing.Person(
        name=body.name.strip(),
        name_en=body.name_en.strip(),
        role=body.role,
        badge=body.badge.strip(),
        skills=body.skills,
    )


def _show_once(hall: str, make: Callable[[Tx, Book], dict[str, Any]]) -> Response:
    """Runs `make` and answers with the secret it returns, which is kept nowhere. A retry raises ShownOnce:
    what is kept with its key is the mark of the request that came first, and what the retry made was undone.
    """
    made: dict[str, Any] = {}
    mark = token_hex(8)

    def run(tx: Tx, book: Book) -> dict[str, Any]:
        made.update(make(tx, book))
        return {"mark": mark}

    response = do(hall, run)
    if response.get_json() != {"mark": mark}:
        raise ShownOnce()
    response.set_data(jsonify(made).get_data())
    return response
