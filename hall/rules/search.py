"""Finds a service item from what a visitor's finger types at the kiosk: "退休", "tx", "tuixiu", "TXYJS".

The hall builds one Catalogue when its settings are loaded and asks it on every key press; the guide's desk
and the public API ask the same. Pinyin is worked out once, in `Catalogue.build`; a search only compares
texts.

Case, full and half width, tone marks, spaces and punctuation make no difference. What is found first, and
why:

 1. the whole name, or a whole alias, is what was typed        退休一件事
 2. the name begins with it                                    退休
 3. the name's pinyin initials begin with it                   tx
 4. an alias begins with it, by characters or initials         办退休, btx
 5. the name or an alias contains it                           一件事
 6. the name's or an alias's pinyin begins with it,
    whole, cut short or mixed with initials                    tuixiu, tuix, txiu
 7. initials (in any reading of each character) or pinyin
    hold it further inside                                     yjs, jianshi; zx and cx for 重新
 8. the name has the typed characters in this order            退休事
 9. the business or the department is called so                社会保险
10. nothing of all that, but for the matter in a wish          我要办社保, 补办身份证

Among equals the shorter name comes first, then the order of the catalogue: what was typed is more of a short
name, and short names are what most people come for.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, reduce
from itertools import chain
from operator import or_
from typing import cast

from pypinyin import Style, lazy_pinyin, pinyin

# Latin letters and digits stand for themselves, one by one. pypinyin takes a list here; its types say text.
_EACH = cast("Callable[[str], str]", list)
_WISH = re.compile("^(?:我要|我想|帮我|办理|补办|代办|办|补|换|领|查询|查|打印)+")
_LONGEST_QUERY = 48  # characters; whoever types more has long found it, and a pasted page must cost nothing


@dataclass(frozen=True)
class Entry:
    """One service item as a visitor may call it; the codes are the settings' ids."""

    code: str
    name: str
    aliases: tuple[str, ...] = ()
    business_code: str = ""
    business_name: str = ""
    department_name: str = ""
    name_en: str = ""


@dataclass(frozen=True)
class Found:
    """An item and which line of the ranking above found it (1 is best)."""

    entry: Entry
    rank: int


@dataclass(frozen=True, slots=True)
class _Indexed:
    """One item in the forms it is compared in.

    Several texts stand in one, each between line ends: one look at a long text is much quicker than many
    looks at short ones, and all this is done for every item at every key press.
    """

    entry: Entry
    name: str  # 退休一件事
    initials: str  # txyjs
    aliases: str  # ⏎退休手续⏎办退休⏎
    alias_initials: str  # ⏎txsx⏎btx⏎
    syllables: str  # ⏎·tui·xiu·yi·jian·shi⏎…, the name's and the aliases'
    any_initials: str  # ⏎·t·x·y·jm·sz⏎…, every reading's initial, the name's and the aliases'
    letters: int  # which letters the initials hold, see _letters
    places: str  # ⏎社会保险⏎人力资源和社会保障局⏎
    place_initials: str

    @classmethod
    def of(cls, entry: Entry) -> "_Indexed":
        name = fold(entry.name)
        aliases = [fold(alias) for alias in (*entry.aliases, entry.name_en)]
        places = [fold(place) for place in (entry.business_name, entry.department_name)]
        any_initials = _lines(_any_initials(text) for text in (name, *aliases))
        return cls(
            entry,
            name,
            _initials(name),
            _lines(aliases),
            _lines(_initials(alias) for alias in aliases),
            _lines("".join(f"·{syllable}" for syllable in _syllables(text)) for text in (name, *aliases)),
            any_initials,
            _letters(any_initials),
            _lines(places),
            _lines(_initials(place) for place in places),
        )


class Catalogue:
    """All items of one hall, ready to be searched; never changed after it is built."""

    def __init__(self, indexed: tuple[_Indexed, ...]) -> None:
        self._indexed = indexed

    @classmethod
    def build(cls, entries: Iterable[Entry]) -> "Catalogue":
        """The catalogue of these items, in this order. Takes a fraction of a second for a large hall."""
        return cls(tuple(_Indexed.of(entry) for entry in entries))

    def __len__(self) -> int:
        return len(self._indexed)

    def search(self, query: str, limit: int = 20) -> list[Found]:
        """The best `limit` items for what was typed, best first; none for an empty query."""
        typed = fold(query[: 4 * _LONGEST_QUERY])[:_LONGEST_QUERY]
        if not typed or limit <= 0:
            return []
        matter = _WISH.sub("", typed)
        if not (found := self._ranked(typed, limit)) and matter not in ("", typed):
            return [Found(one.entry, 10) for one in self._ranked(matter, limit)]
        return found

    def _ranked(self, typed: str, limit: int) -> list[Found]:
        typing = _Typing.of(typed)
        ranked = (
            (rank, len(item.name), place, item.entry)
            for place, item in enumerate(self._indexed)
            if (rank := typing.rank(item)) is not None
        )
        return [Found(entry, rank) for rank, _, _, entry in sorted(ranked, key=lambda row: row[:3])[:limit]]


@dataclass(frozen=True, slots=True)
class _Typing:
    """What was typed, and the patterns made of it once per search.

    In every pattern a gap ends at the first character that can continue, so none can run away on a long text.
    """

    typed: str
    line: str
    whole_line: str
    letters: int
    in_order: re.Pattern[str] | None = None
    pinyin_first: re.Pattern[str] | None = None
    pinyin_inside: re.Pattern[str] | None = None
    initials_inside: re.Pattern[str] | None = None

    @classmethod
    def of(cls, typed: str) -> "_Typing":
        looks = (typed, f"\n{typed}", f"\n{typed}\n", _letters(typed))
        if not typed.isascii():
            in_order = typed[0] + "".join(f"[^{letter}]*{letter}" for letter in typed[1:])
            return cls(*looks, in_order=re.compile(in_order))
        # After every letter the same syllable goes on, or the rest of it was left out.
        by_pinyin = "·" + "(?:[^·\n]*·)?".join(typed)
        by_initials = "".join(f"·[^·{letter}\n]*{letter}[^·\n]*" for letter in typed)
        return cls(
            *looks,
            pinyin_first=re.compile("\n" + by_pinyin),
            pinyin_inside=re.compile(by_pinyin),
            initials_inside=re.compile(by_initials),
        )

    def rank(self, item: _Indexed) -> int | None:
        """The line of the module's ranking that finds this item; None where nothing does."""
        typed, line = self.typed, self.line
        if typed == item.name or self.whole_line in item.aliases:
            return 1
        if item.name.startswith(typed):
            return 2
        if item.initials.startswith(typed):
            return 3
        if line in item.aliases or line in item.alias_initials:
            return 4
        if typed in item.name or typed in item.aliases:
            return 5
        if self.pinyin_first is not None and self.pinyin_first.search(item.syllables):
            return 6
        if self._is_inside(item):
            return 7
        if self.in_order is not None and self.in_order.search(item.name):
            return 8
        if typed in item.places or line in item.place_initials:
            return 9
        return None

    def _is_inside(self, item: _Indexed) -> bool:
        if self.initials_inside is None or self.pinyin_inside is None:
            return False
        has_all_letters = self.letters & item.letters == self.letters
        if has_all_letters and self.initials_inside.search(item.any_initials):
            return True
        return self.pinyin_inside.search(item.syllables) is not None


def fold(text: str) -> str:
    """The text as it is compared: one width, one case, without tone marks, spaces and punctuation."""
    plain = unicodedata.normalize("NFKD", text.replace("ü", "v").replace("Ü", "v"))
    return "".join(letter for letter in plain.casefold() if letter.isalnum())


def _lines(texts: Iterable[str]) -> str:
    return "\n" + "".join(f"{text}\n" for text in texts if text)


def _letters(text: str) -> int:
    """The set of a to z in a text, one bit each: a cheap first look before a pattern is tried."""
    return reduce(or_, (1 << ord(letter) - ord("a") for letter in text if "a" <= letter <= "z"), 0)


def _syllables(folded: str) -> list[str]:
    """The reading of every character beside its neighbours (重新 chong xin, 重点 zhong dian)."""
    return lazy_pinyin(folded, style=Style.NORMAL, errors=_EACH)


def _initials(folded: str) -> str:
    return "".join(syllable[0] for syllable in _syllables(folded))


def _any_initials(folded: str) -> str:
    return "".join("·" + "".join(sorted({reading[0] for reading in _readings(letter)})) for letter in folded)


@cache
def _readings(letter: str) -> tuple[str, ...]:
    """Every reading of one character, whatever stands beside it; a Latin letter or digit reads as itself."""
    return tuple(chain.from_iterable(pinyin(letter, style=Style.NORMAL, heteronym=True, errors=_EACH)))
