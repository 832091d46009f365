"""The bulk rows of the measurements make a hall that goes on working."""

from hall.actions import serve
from hall.bench.fill import fill
from tests.office import Office


def test_in_a_hall_filled_with_a_past_and_a_crowd_numbers_are_taken_and_called(office: Office):
    fill(office.database, office.book(), waiting=6, past=12)
    mine = office.takes()
    assert office.state(mine.ticket_id) == "waiting"
    clerk = office.sits(1, 1)
    called = [office.calls(clerk, 1)]
    office.does(clerk, serve.start, 1)
    office.does(clerk, serve.finish, 1)
    called.append(office.calls(clerk, 1))
    assert None not in called
    assert mine.label not in called, "others came an hour before"
    assert mine.ahead > 0
