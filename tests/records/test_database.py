"""One action, one transaction: what is durable, what two processes see, and keys that answer again."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text, update

from hall.events import WindowPaused, WindowReady
from hall.records import journal, once
from hall.records.connections import begin_writing
from hall.records.database import Database
from hall.records.once import KEPT, Key, forget_old
from hall.records.tables import events, halls, idempotency_keys
from hall.rules.errors import DatabaseBusy, Invalid, KeyUsedForOther, WindowNotOpen
from tests.office import Office


def test_sqlite_is_as_durable_and_as_strict_as_promised(databases):
    with databases("sqlite").engine.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_picture_does_not_change_while_it_is_looked_at(office: Office):
    wanted = select(halls.c.journal_seq).where(halls.c.id == office.hall_id)
    other = Database(office.database.engine.url.render_as_string(hide_password=False))
    with office.database.read() as connection:
        before = connection.execute(wanted).scalar_one()
        other.write(office.hall_id, lambda tx: tx.record(WindowReady(1)))
        assert connection.execute(wanted).scalar_one() == before
        counted = select(func.count()).select_from(events).where(events.c.hall_id == office.hall_id)
        assert connection.execute(counted).scalar_one() == before
    with office.database.read() as connection:
        assert connection.execute(wanted).scalar_one() == before + 1
    other.engine.dispose()


def answer(tx, number: int) -> tuple[int, dict]:
    tx.record(WindowReady(number))
    return 201, {"number": number}


def test_one_key_is_done_once_and_answers_again(office: Office):
    key = Key("device:1", f"key-{office.hall_id}", "digest")
    first = office.database.write(office.hall_id, lambda tx: answer(tx, 1), key=key)
    again = office.database.write(office.hall_id, lambda tx: answer(tx, 2), key=key)
    assert (first, tuple(again)) == ((201, {"number": 1}), (201, {"number": 1}))
    assert office.told().count("window_ready") == 1


def test_a_key_is_the_askers_own(office: Office):
    for asker in ("device:1", "device:2", "anyone:"):
        key = Key(asker, f"own-{office.hall_id}", "digest")
        office.database.write(office.hall_id, lambda tx: answer(tx, 1), key=key)
    assert office.told().count("window_ready") == 3


def test_answers_stored_together_are_each_found_whole(office: Office):
    given = {
        Key("device:1", f"{office.hall_id}-{name}", "x" * 64): (200, body)
        for name, body in (("a", {"said": '"引号" \\ é', "none": None}), ("b", [1, {"two": []}]), ("c", "x"))
    }
    with begin_writing(office.database.engine) as connection:
        once.keep(connection, given, office.now)
    with office.database.read() as connection:
        found = once.find(connection, list(given))
    assert {name: tuple(answer) for (_, name), (_, answer) in found.items()} == {
        key.key: answer for key, answer in given.items()
    }


def test_what_is_sent_with_the_commit_arrives_as_it_was(office: Office):
    said = {"said": "'; COMMIT; -- $1 $2 %s \\' \\\\ é 长", "none": None, "list": [1.5, True]}
    key = Key("device:1", f"quoted-{office.hall_id}-'$1\\", "it's a digest")

    def say(tx):
        tx.record(WindowPaused(1, said["said"]))
        return 200, said

    office.database.write(office.hall_id, say, key=key)
    again = office.database.write(office.hall_id, say, key=key)
    with office.database.read() as connection:
        latest = journal.latest(connection, office.hall_id)
        (row,) = journal.after(connection, office.hall_id, latest - 1, 10)
    assert (tuple(again), row.data["reason"]) == ((200, said), said["said"])


def test_connections_that_died_while_nobody_used_them_are_replaced_unnoticed(databases):
    office = Office(databases("postgresql"))
    once_only = select(func.count()).select_from(halls)
    acts = (office.takes, office.book, lambda: office.database.find(lambda one: one.execute(once_only).all()))
    for act in acts:
        with office.database.read(), office.database.read(), office.database.read():
            pass  # three wait in the pool
        killer = Database(office.database.engine.url.render_as_string(hide_password=False))
        with killer.read() as connection:
            others = "datname = current_database() AND pid <> pg_backend_pid()"
            ended = text(f"SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE {others}")
            assert len(connection.execute(ended).scalars().all()) >= 3
        killer.engine.dispose()
        act()


def test_what_is_too_long_for_its_column_is_refused_and_not_cut(databases):
    office = Office(databases("postgresql"))  # SQLite's columns have no length
    key = Key("device:1", f"{office.hall_id}-" + "长" * 80, "x" * 64)
    with pytest.raises(Invalid):
        office.database.write(office.hall_id, lambda tx: answer(tx, 1), key=key)
    assert office.told().count("window_ready") == 0


def test_a_key_used_for_something_else_is_refused(office: Office):
    name = f"other-{office.hall_id}"
    office.database.write(office.hall_id, lambda tx: answer(tx, 1), key=Key("device:1", name, "one"))
    with pytest.raises(KeyUsedForOther):
        office.database.write(office.hall_id, lambda tx: answer(tx, 2), key=Key("device:1", name, "two"))
    assert office.told().count("window_ready") == 1


def test_a_refusal_is_not_kept_under_its_key(office: Office):
    key = Key("device:1", f"refused-{office.hall_id}", "digest")

    def refuse(tx):
        raise WindowNotOpen(window=1)

    with pytest.raises(WindowNotOpen):
        office.database.write(office.hall_id, refuse, key=key)
    assert office.database.write(office.hall_id, lambda tx: answer(tx, 1), key=key)[0] == 201


def test_one_key_from_eight_at_the_same_moment_is_done_once(office: Office):
    key = Key("device:1", f"eight-{office.hall_id}", "digest")
    gate, answers = threading.Barrier(8), []

    def ask(number: int) -> None:
        gate.wait()
        found = office.database.write(office.hall_id, lambda tx: answer(tx, number), key=key)
        answers.append((found[0], found[1]["number"]))

    asking = [threading.Thread(target=ask, args=(one,)) for one in range(8)]
    for one in asking:
        one.start()
    for one in asking:
        one.join()
    assert len(answers) == 8
    assert len(set(answers)) == 1
    assert office.told().count("window_ready") == 1


def test_old_keys_are_forgotten_with_the_first_number_of_a_day(office: Office):
    key = Key("device:1", f"old-{office.hall_id}", "digest")
    office.database.write(office.hall_id, lambda tx: answer(tx, 1), key=key)
    mine = select(func.count()).where(idempotency_keys.c.key == key.key)

    def count(tx) -> int:
        forget_old(tx.connection, tx.now)
        return tx.connection.execute(mine).scalar_one()

    office.later(days=1)
    assert office.database.write(office.hall_id, count) == 1
    office.now += KEPT + timedelta(seconds=1)
    assert office.database.write(office.hall_id, count) == 0


def test_one_refusal_among_many_disturbs_nobody(office: Office):
    gate, done, refused = threading.Barrier(12), [], []

    def act(tx, number: int) -> int:
        tx.record(WindowReady(number))
        if number % 3 == 0:
            raise WindowNotOpen(window=number)
        return number

    def ask(number: int) -> None:
        gate.wait()
        try:
            done.append(office.database.write(office.hall_id, lambda tx: act(tx, number)))
        except WindowNotOpen as refusal:
            refused.append(refusal.params["window"])

    asking = [threading.Thread(target=ask, args=(one,)) for one in range(12)]
    for one in asking:
        one.start()
    for one in asking:
        one.join()
    assert sorted(refused) == [0, 3, 6, 9]
    assert sorted(done) == [one for one in range(12) if one % 3]
    windows = sorted(one.data["window"] for one in office.journal() if one.type == "window_ready")
    assert windows == sorted(done)


def test_an_action_that_breaks_gives_the_lane_to_the_next(office: Office):
    def broken(tx):
        tx.record(WindowReady(1))
        return 1 // 0

    with pytest.raises(ZeroDivisionError):
        office.database.write(office.hall_id, broken)
    assert office.database.write(office.hall_id, lambda tx: 7) == 7
    assert office.told() == ["hall_configured"]


def test_what_the_database_cannot_hold_is_the_askers_mistake(databases):
    office = Office(databases("postgresql"))
    named = update(halls).where(halls.c.id == office.hall_id).values(name="a\0b")
    with pytest.raises(Invalid):
        office.database.write(office.hall_id, lambda tx: tx.connection.execute(named))
    with pytest.raises(Invalid), office.database.read() as connection:
        connection.execute(select(halls).where(halls.c.code == "a\0b"))


def test_a_database_that_went_away_is_busy_not_broken(databases):
    office = Office(databases("postgresql"))
    me = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )

    def cut(tx):
        killer = Database(office.database.engine.url.render_as_string(hide_password=False))
        with killer.engine.begin() as connection:
            connection.execute(me)
        killer.engine.dispose()
        tx.connection.execute(select(halls))

    with pytest.raises(DatabaseBusy):
        office.database.write(office.hall_id, cut)
    assert office.database.write(office.hall_id, lambda tx: 7) == 7
