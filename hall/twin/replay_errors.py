"""Why a past day cannot be played again. Raised by hall/twin/replay_day.py and what it reads with, told by
hall/twin/replay_command.py.
"""

from hall.i18n import Words


class CannotReplay(Exception):
    """`key` names the sentence in the catalogue (`twin.replay.<key>`), `params` fills it; where something in
    the journal is wrong, its number is among them.
    """

    def __init__(self, key: str, **params: object) -> None:
        super().__init__(f"{key} {params}")
        self.key, self.params = key, params

    def sentence(self, words: Words, hall: str, day: str) -> str:
        """What is wrong, with the hall's name and the day in front."""
        return words(
            "twin.replay.cannot", hall=hall, day=day, why=words(f"twin.replay.{self.key}", **self.params)
        )
