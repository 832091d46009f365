"""The printer's catalogue: complete in both languages, and every key and error has its sentence."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import printer
from printer import errors
from printer.words import TRANSLATIONS, words_for

PACKAGE = Path(printer.__file__).parent


def catalogue(language: str) -> dict[str, str]:
    with (TRANSLATIONS / language / "LC_MESSAGES" / "printer.po").open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file) if message.id}


def test_both_languages_have_every_sentence_with_the_same_placeholders() -> None:
    zh, en = catalogue("zh"), catalogue("en")

    assert zh.keys() == en.keys()
    for key in zh:
        assert zh[key].strip(), key
        assert en[key].strip(), key
        assert set(re.findall(r"%\((\w+)\)s", zh[key])) == set(re.findall(r"%\((\w+)\)s", en[key])), key


def test_every_key_in_the_code_is_in_the_catalogue() -> None:
    used = {
        key
        for module in PACKAGE.glob("*.py")
        for key in re.findall(r'words\("(printer\.[a-z_0-9.]+)"', module.read_text("utf-8"))
    }

    assert used
    assert used <= catalogue("zh").keys()


@pytest.mark.parametrize("error", [errors.PrinterError, *errors.PrinterError.__subclasses__()])
def test_every_error_has_a_sentence_that_says_what_to_do(error: type[errors.PrinterError]) -> None:
    for language in ("zh", "en"):
        assert len(words_for(language)(error().key)) > 15


def test_a_bare_key_never_reaches_paper() -> None:
    with pytest.raises(KeyError):
        words_for("zh")("printer.no_such_sentence")
