"""Every word on every screen stands in both catalogues: the keys used anywhere in the code are looked up."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from hall.i18n import LANGUAGES, PACKAGES, ROOT, catalogue, compile_catalogue, words_for

KEY = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_-]+)+")
START_OF_KEY = re.compile(r"([a-z][a-z0-9_]*\.)([a-z0-9_-]+\.)*[a-z0-9_]*")
SPEAKERS = {"_", "gettext", "lazy_gettext", "say", "words"}
LITERAL = re.compile(r"""(?P<quote>["'`])(?P<text>(?:(?!(?P=quote)).)*)(?P=quote)(?P<after>\s*[~+])?""")
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%%|%")


def keys_in_calls(text: str, name: str) -> Iterator[str]:
    """The keys in the first argument of every call of `name` in a template or a script; one that is put
    together from parts counts with its beginning and a star ("state.*").
    """
    for call in re.finditer(rf"(?<![\w.]){name}\(", text):
        argument = first_argument(text[call.end() : call.end() + 400])
        for literal in LITERAL.finditer(argument):
            yield from as_key(
                literal["text"].split("${")[0], whole="${" not in literal["text"] and not literal["after"]
            )


def first_argument(text: str) -> str:
    depth, quote = 0, ""
    for place, letter in enumerate(text):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'`":
            quote = letter
        elif letter in "([{":
            depth += 1
        elif letter in ")]}" or letter == ",":
            if depth == 0:
                return text[:place]
            depth -= letter != ","
    return text


def keys_in_python(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call) or not node.args or not speaks(node.func):
            continue
        for part in ast.walk(node.args[0]):
            start = part.values[0] if isinstance(part, ast.JoinedStr) else getattr(part, "left", None)
            if isinstance(start, ast.Constant):
                yield from as_key(str(start.value), whole=False)
            elif isinstance(part, ast.Constant):
                yield from as_key(str(part.value), whole=True)


def speaks(function: ast.expr) -> bool:
    """Whether a call of this speaks: gettext(…), self.say(…), words_for("zh")(…)."""
    if isinstance(function, ast.Call):
        return getattr(function.func, "id", "") == "words_for"
    return getattr(function, "id", getattr(function, "attr", "")) in SPEAKERS


def as_key(text: str, whole: bool) -> Iterator[str]:
    if whole and KEY.fullmatch(text):
        yield text
    elif not whole and START_OF_KEY.fullmatch(text):
        yield f"{text}*"


def files(*endings: str) -> Iterator[Path]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*")):
            if path.suffix in endings and "node_modules" not in path.parts:
                yield path


def used_keys() -> dict[str, str]:
    """Every key the code uses → the first file that does."""
    used: dict[str, str] = {}
    for path in files(".html", ".js", ".py"):
        text = path.read_text(encoding="utf-8")
        readers = {
            ".html": lambda t: keys_in_calls(t, "_"),
            ".js": lambda t: keys_in_calls(t, "t"),
            ".py": keys_in_python,
        }
        for key in readers[path.suffix](text):
            used.setdefault(key, path.relative_to(ROOT).as_posix())
    return used


def missing_keys() -> list[str]:
    """Keys that are used and stand in no catalogue, and keys that one language has and another lacks."""
    known = {language: catalogue(language) for language in LANGUAGES}
    missing = []
    for language, messages in known.items():
        for key, place in used_keys().items():
            found = (
                any(one.startswith(key[:-1]) for one in messages) if key.endswith("*") else key in messages
            )
            if not found:
                missing.append(f"{language}: {key} (used in {place})")
        missing += [
            f"{language}: {key}" for other in known.values() for key in other.keys() - messages.keys()
        ]
    return sorted(set(missing))


def test_every_word_used_stands_in_both_languages():
    assert missing_keys() == []


def test_the_search_for_keys_sees_every_way_of_naming_one():
    template = (
        """{{ _("a.one") }} {{ _("state." ~ x) }} {{ _("b.two" if y else "b.three", n=_("c.four")) }}"""
    )
    assert list(keys_in_calls(template, "_")) == ["a.one", "state.*", "b.two", "b.three", "c.four"]
    script = """t("a.one", {x: t('b.two')}); t(`state.${s}`); t(late ? "c.d" : "c.e"); format("no.key")"""
    assert list(keys_in_calls(script, "t")) == ["a.one", "b.two", "state.*", "c.d", "c.e"]
    code = """gettext("a.one"); say(f"why.{x}_over", x=1); say("a." + b); words_for("zh")("cli.ok")"""
    assert list(keys_in_python(code)) == ["a.one", "why.*", "a.*", "cli.ok"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty_and_every_percent_sign_is_a_placeholder(language: str):
    for key, text in catalogue(language).items():
        assert text.strip(), key
        assert "%" not in PLACEHOLDER.sub(lambda found: "" if len(found[0]) > 1 else "%", text), key


def test_both_languages_fill_the_same_places():
    chinese, english = (catalogue(language) for language in LANGUAGES)
    places = {
        key: [set(PLACEHOLDER.findall(words[key])) - {""} for words in (chinese, english)] for key in chinese
    }
    assert {key: found for key, found in places.items() if found[0] != found[1]} == {}


def test_no_key_is_given_twice_in_different_catalogues():
    seen: dict[str, str] = {}
    for path in (one for one in files(".po") if one.parts[-3] == LANGUAGES[0]):
        for key in re.findall(r'^msgid "(.+)"$', path.read_text(encoding="utf-8"), re.MULTILINE):
            assert key not in seen, f"{key} stands in {seen[key]} and in {path.name}"
            seen[key] = path.name


def test_words_need_no_request_and_an_unknown_key_is_its_own_text():
    assert words_for("en")("wait.ahead", count=3) == "3 ahead of you"
    assert words_for("zh")("wait.ahead", count=3) == "前面还有 3 人"
    assert words_for("zh")("nobody.knows") == "nobody.knows"


def test_a_catalogue_is_replaced_whole_and_leaves_nothing_behind(tmp_path: Path):
    source = tmp_path / "shop.po"
    source.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "a.b"\nmsgstr "茶"\n'
    )
    for _ in range(2):
        compile_catalogue(source, tmp_path / "shop.mo", "zh")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["shop.mo", "shop.po"]
    assert "茶".encode() in (tmp_path / "shop.mo").read_bytes()
    assert (tmp_path / "shop.mo").stat().st_mode == source.stat().st_mode
