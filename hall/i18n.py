"""Words on every screen: the catalogues of all four packages, found, compiled and merged.

hall/app.py calls init_translations once at start. Templates then say _("clerk.next"), the scripts of pages
read the same catalogue from /words/<language>.json (hall/web/design.py), and code without a request (the
printer, the voice, workers) asks words_for(language).

A message id is a symbol ("kiosk.take_number"), so the Chinese is a translation like any other. A catalogue is
<package>/translations/<language>/LC_MESSAGES/<domain>.po; the .mo beside it is made here and never committed.
"""

import json
import os
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask import Flask, Response, has_request_context, request
from flask_babel import Babel, get_locale

LANGUAGES = ("zh", "en")
HTML_LANGUAGES = {"zh": "zh-CN", "en": "en"}
PACKAGES = ("hall", "kiosk", "display", "printer")
ROOT = Path(__file__).resolve().parent.parent
YEAR_SECONDS = 365 * 24 * 3600

Words = Callable[..., str]


def domains() -> list[tuple[Path, str]]:
    """(translations directory, domain) of every catalogue; the first language's files are the list."""
    return [
        (package / "translations", path.stem)
        for package in (ROOT / name for name in PACKAGES)
        for path in sorted((package / "translations" / LANGUAGES[0] / "LC_MESSAGES").glob("*.po"))
    ]


def compile_catalogues() -> None:
    """Make each .mo that is missing or older than its .po.

    Two processes may do so at once: each puts a whole file in place.
    """
    for directory, domain in domains():
        for language in LANGUAGES:
            source = directory / language / "LC_MESSAGES" / f"{domain}.po"
            target = source.with_suffix(".mo")
            if source.exists() and not is_fresh(target, source):
                compile_catalogue(source, target, language)


def is_fresh(target: Path, source: Path) -> bool:
    return target.exists() and target.stat().st_mtime_ns > source.stat().st_mtime_ns


def compile_catalogue(source: Path, target: Path, language: str) -> None:
    with source.open("rb") as text:
        catalogue = read_po(text, locale=language, domain=source.stem, abort_invalid=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.stem}-", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as made:
            write_mo(made, catalogue)
        Path(name).chmod(
            source.stat().st_mode
        )  # a temporary file is its maker's alone; this one is everybody's
        Path(name).replace(target)
    except PermissionError:
        # Windows refuses to replace a file that another process is reading; that one has just made the same.
        if not is_fresh(target, source):
            raise
    finally:
        Path(name).unlink(missing_ok=True)


@cache
def catalogue(language: str) -> dict[str, str]:
    """Every message of every domain in one language. ValueError for a language the hall does not speak."""
    if language not in LANGUAGES:
        raise ValueError(language)
    compile_catalogues()
    messages: dict[str, str] = {}
    for directory, domain in domains():
        translations = Translations.load(directory, [language], domain)
        messages |= {key: text for key, text in getattr(translations, "_catalog", {}).items() if key}
    return messages


@cache
def catalogue_json(language: str) -> str:
    """The catalogue as /words/<language>.json gives it to the pages' scripts."""
    return json.dumps(catalogue(language), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def words_for(language: str) -> Words:
    """A function (key, **values) → text in one language, needing neither request nor app.

    An unknown key is its own text.
    """
    messages = catalogue(language if language in LANGUAGES else LANGUAGES[0])

    def say(key: str, **values: Any) -> str:
        return messages.get(key, key) % values

    return say


def speak_anywhere() -> None:
    """Lets no command end because its terminal or log has no sign for a letter: those of Windows may know no
    Chinese.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def terminal_words() -> Words:
    """The words of the command line: Chinese, or what HALL_LANGUAGE names."""
    return words_for(os.environ.get("HALL_LANGUAGE", LANGUAGES[0]))


def init_translations(
    app: Flask,
    first_language: Callable[[], str | None] = lambda: None,
    has_a_reader: Callable[[], bool] = lambda: True,
) -> Babel:
    """Set the app up to speak: as the address says (?lang=), else as the reader chose before (a cookie), else
    as their browser asks, else as the hall does.

    Within a request, first_language answers the first language of the hall it is about, or None, and
    has_a_reader whether the browser is somebody's own: a kiosk's or a board's asks for nobody.
    """
    compile_catalogues()
    found = domains()
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join(str(directory) for directory, _ in found)
    app.config["BABEL_DOMAIN"] = ";".join(domain for _, domain in found)

    def choose_language() -> str:
        if not has_request_context():
            return LANGUAGES[0]
        asked = request.accept_languages.best_match(LANGUAGES) if has_a_reader() else None
        wishes = (request.args.get("lang"), request.cookies.get("lang"), asked, first_language())
        return next((wish for wish in wishes if wish in LANGUAGES), LANGUAGES[0])

    babel = Babel(app, default_locale=LANGUAGES[0], locale_selector=choose_language)
    app.jinja_env.globals.update(
        page_language=page_language,
        page_languages=lambda: LANGUAGES,
        html_language=html_language,
        name_of=name_of,
    )
    app.after_request(remember_language)
    return babel


def page_language() -> str:
    """The language of the page being made, "zh" or "en"."""
    return str(get_locale() or LANGUAGES[0])


def html_language(language: str | None = None) -> str:
    """The same as the lang attribute wants it, so that browsers choose Chinese letter forms and voices."""
    return HTML_LANGUAGES[language or page_language()]


def name_of(thing: Any, key: str = "name") -> str:
    """A hall's, business's or person's name in the page's language; the Chinese one if there is no other.
    `key` is "label" for a window's.
    """
    chinese, english = (
        (thing.get(one) if isinstance(thing, dict) else getattr(thing, one, None))
        for one in (key, f"{key}_en")
    )
    return str((page_language() == "en" and english) or chinese or "")


def remember_language(response: Response) -> Response:
    """A page opened with ?lang=en stays English on the next one, without any script. No cache gives a page to
    a reader of another language.
    """
    if response.mimetype == "text/html":
        response.vary.update(("Accept-Language", "Cookie"))
    wish = request.args.get("lang")
    if wish in LANGUAGES and wish != request.cookies.get("lang"):
        response.set_cookie("lang", wish, max_age=YEAR_SECONDS, samesite="Lax")
    return response
