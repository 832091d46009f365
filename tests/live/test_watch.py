"""What a client may say to the socket, and what it gets for anything else."""

import socket
from contextlib import closing, suppress
from typing import Any

import pytest
import websocket

from tests.hall_server import HallServer
from tests.live.screen_client import ScreenClient, journal_of

MALFORMED: list[Any] = [
    None,
    0,
    "board",
    [],
    ["test", "board"],
    {},
    {"hall": "test"},
    {"hall": "test", "audience": None},
    {"hall": "test", "audience": "everything"},
    {"hall": "test", "audience": ["board"]},
    {"hall": "test", "audience": {"board": 1}},
    {"hall": ["test"], "audience": "board"},
    {"hall": {"id": "test"}, "audience": "board"},
    {"hall": "nowhere", "audience": "board"},
    {"hall": "x" * 5000, "audience": "board"},
    {"hall": "test", "audience": "staff"},
    {"hall": "test", "audience": "visit", "business": {"all": True}},
]


def test_whatever_a_client_says_it_gets_an_answer_and_the_server_goes_on(hall_server: HallServer):
    screen = ScreenClient(hall_server)
    before = screen.watch()["seq"]
    answers = [screen.say(message) for message in MALFORMED]
    assert [answer for answer in answers if set(answer) != {"error"}] == []
    hall_server.visitor().takes_a_number()
    screen.heard_up_to(before + 1, before)
    screen.leave()
    assert "Traceback" not in hall_server.log


def test_words_that_nobody_knows_are_passed_over(hall_server: HallServer):
    screen = ScreenClient(hall_server)
    before = screen.watch()["seq"]
    for word in ("events", "pulse", "shout", "disconnect me"):
        screen.client.emit(word, {"seq": 10_000_000})
    hall_server.visitor().takes_a_number()
    screen.heard_up_to(before + 1, before)
    assert max(screen.events) == before + 1
    screen.leave()


def test_a_message_too_large_ends_that_connection_only(hall_server: HallServer):
    calm = ScreenClient(hall_server)
    before = calm.watch()["seq"]
    address = f"{hall_server.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket"
    loud = websocket.create_connection(address, timeout=30)
    with closing(loud.sock):  # the library lets go of a broken connection without closing it
        loud.send("40")
        loud.send(f'42["watch",{{"hall":"{"x" * 200_000}"}}]')
        with pytest.raises((websocket.WebSocketException, ConnectionError)):
            while loud.recv():
                pass
            raise websocket.WebSocketConnectionClosedException("closed in good order")
    hall_server.visitor().takes_a_number()
    calm.heard_up_to(before + 1, before)
    calm.leave()


def test_a_board_hears_nothing_that_is_for_the_staff(hall_server: HallServer):
    screen = ScreenClient(hall_server)
    before = screen.watch()["seq"]
    clerk = hall_server.clerk(1).sits_at(1)
    hall_server.guide().issues("social", visitor_class="priority", class_reason="拄拐杖")
    clerk.calls_next()
    clerk.does("start")
    clerk.does("hold", note="回家取户口本")
    latest = journal_of(hall_server.anyone())[-1]["seq"]
    screen.heard_up_to(latest, before)
    told = str(list(screen.events.values()))
    assert not any(word in told for word in ("visitor_class", "note", "reason", "拄拐杖", "户口本"))
    screen.leave()


def test_a_visitors_page_feels_the_pulse_of_its_own_business(hall_server: HallServer):
    page, quiet, stranger = (ScreenClient(hall_server) for _ in range(3))
    page.watch(audience="visit", business="social")
    quiet.watch(audience="visit", business="tax")
    stranger.watch(audience="visit", business="no such business")
    hall_server.visitor().takes_a_number("social")
    hall_server.visitor().takes_a_number("employment")
    issued = next(one["seq"] for one in journal_of(hall_server.anyone()) if one.get("business") == "social")
    page.felt(issued)
    quiet.felt(0)
    assert max(page.pulses) == issued  # the hall's later events are no gap in this line
    assert stranger.pulses == []
    for screen in (page, quiet, stranger):
        screen.leave()


@pytest.mark.parametrize("after", ["-1", "x", "1e9", "99999999999999999999"])
def test_a_wrong_question_for_missed_events_is_an_error_with_a_sentence(hall_server: HallServer, after: str):
    answer = hall_server.anyone().session.get(
        f"{hall_server.api}/events", params={"after": after}, timeout=30
    )
    assert answer.status_code == 422
    assert answer.json()["detail"]


DEEP = '42["watch",' + "[" * 7000 + "]" * 7000 + "]"
PACKETS: list[str | bytes] = [
    "",
    "4",
    "9",
    "42",
    "42[",
    "42{}",
    '42["watch"',
    '42"watch"',
    "42[null]",
    '42[{"watch":1}]',
    '42["connect",{}]',
    "421234567890123456789[]",
    '42/admin,["watch",{}]',
    "40/nowhere,",
    "41",
    "43999[]",
    '451-["watch",{"_placeholder":true,"num":0}]',
    '4599999-["watch",{"_placeholder":true,"num":0}]',
    '42["watch",{"hall":"\\ud800"}]',
    '42["watch",NaN]',
    DEEP,
    b"\x00\xff\xfe garbage",
    b"",
    b"b" * 20_000,
    "0" * 15_000,
    "2probe",
    "5",
    "6",
]


@pytest.mark.parametrize("greets", [True, False])
def test_packets_that_are_none_harm_nobody_else(hall_server: HallServer, greets: bool):
    """Each on a connection of its own, before and after it has said hello: garbage, half JSON, names that are
    none, attachments that never come, brackets in brackets, too much.
    """
    calm = ScreenClient(hall_server)
    before = calm.watch()["seq"]
    address = f"{hall_server.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket"
    for packet in PACKETS:
        line = websocket.create_connection(address, timeout=30)
        with closing(line.sock), suppress(websocket.WebSocketException, OSError):
            if greets:
                line.send("40")
            if isinstance(packet, bytes):
                line.send_binary(packet)
            else:
                line.send(packet)
            line.send("3")
    hall_server.visitor().takes_a_number()
    calm.heard_up_to(before + 1, before)
    calm.leave()
    assert "MemoryError" not in hall_server.log


def test_bytes_that_are_no_websocket_harm_nobody_else(hall_server: HallServer):
    calm = ScreenClient(hall_server)
    before = calm.watch()["seq"]
    for said in (
        b"\x00" * 100,
        b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n",
        b"GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /socket.io/?EIO=9&transport=websocket HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /socket.io/?EIO=4&transport=websocket&sid=no HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"A: " + b"x" * 100_000,
    ):
        with socket.create_connection(("127.0.0.1", hall_server.port), timeout=30) as line:
            line.sendall(said)
    hall_server.visitor().takes_a_number()
    calm.heard_up_to(before + 1, before)
    calm.leave()
