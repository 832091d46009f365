"""The catalogue `printer` for the print worker, which runs outside any web request.

Reads the .po files themselves, so that nothing needs to be compiled before the first ticket.
"""

from functools import lru_cache
from pathlib import Path

from babel.messages.pofile import read_po

from printer.layout import Words
from printer.paper import Language

TRANSLATIONS = Path(__file__).parent / "translations"


@lru_cache
def words_for(language: Language) -> Words:
    """Sentences in one language. An unknown key is a KeyError: a bare key must never reach paper."""
    sentences = _read_catalogue(language)

    def words(key: str, **params: object) -> str:
        return sentences[key] % params if params else sentences[key]

    return words


def _read_catalogue(language: Language) -> dict[str, str]:
    path = TRANSLATIONS / language / "LC_MESSAGES" / "printer.po"
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language, abort_invalid=True)
    return {str(message.id): str(message.string) for message in catalogue if message.id}
