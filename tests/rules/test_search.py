import pytest

from hall.rules.search import Catalogue, Entry, fold

RETIREMENT = Entry(
    "retirement-bundle",
    "退休一件事",
    ("办退休", "领养老金"),
    "retirement",
    "退休一件事",
    "人力资源和社会保障局",
)
PENSION = Entry(
    "pension-enrol",
    "企业职工基本养老保险参保登记",
    ("社保登记",),
    "social-insurance",
    "社会保险",
    "人力资源和社会保障局",
)
CARD = Entry(
    "social-card", "社会保障卡申领", ("办社保卡",), "social-insurance", "社会保险", "人力资源和社会保障局"
)
PASSPORT = Entry(
    "passport", "普通护照签发", ("办护照",), "entry-exit", "出入境证件", "公安局", "Ordinary passport"
)
REISSUE = Entry("reissue", "重新签发证书", (), "certificates", "证书", "公安局")
BANK = Entry("bank", "银行账户备案", (), "finance", "金融", "财政局")
ETC = Entry("etc", "ETC（不停车收费）办理", (), "transport", "交通运输", "交通运输局")
ALL = (PENSION, CARD, PASSPORT, REISSUE, BANK, ETC, RETIREMENT)


def first(query: str, entries: tuple[Entry, ...] = ALL) -> str | None:
    found = Catalogue.build(entries).search(query, 1)
    return found[0].entry.code if found else None


@pytest.mark.parametrize(
    "query",
    [
        "退休",
        "tx",
        "TX",
        "ｔｘ",
        "退 休",
        "tuixiu",
        "tuix",
        "txiu",
        "Tuī xiū",
        "tx yjs",
        "退休·一件事",
        "btx",
    ],
)
def test_however_retirement_is_typed_it_comes_first(query: str) -> None:
    assert first(query) == "retirement-bundle"


@pytest.mark.parametrize(
    ("query", "rank"),
    [
        ("退休一件事", 1),
        ("办退休", 1),
        ("退休", 2),
        ("tx", 3),
        ("领养", 4),
        ("lyl", 4),
        ("一件", 5),
        ("养老金", 5),
        ("tuixi", 6),
        ("bantui", 6),
        ("yjs", 7),
        ("jianshi", 7),
        ("退事", 8),
        ("人力资源", 9),
        ("rlzy", 9),
        ("我要办理退休", 10),
        ("补办人力资源", 10),
    ],
)
def test_each_line_of_the_ranking_finds_in_its_place(query: str, rank: int) -> None:
    assert [found.rank for found in Catalogue.build([RETIREMENT]).search(query)] == [rank]


def test_a_better_match_stands_before_a_worse_one() -> None:
    entries = (
        Entry("contains", "申请养老待遇"),
        Entry("alias", "居民待遇申领", ("养老钱",)),
        Entry("initials", "引流"),
        Entry("starts", "养老"),
        Entry("longer", "养老机构备案"),
    )
    codes = [found.entry.code for found in Catalogue.build(entries).search("养老")]
    assert codes == ["starts", "longer", "alias", "contains"]
    codes = [found.entry.code for found in Catalogue.build(entries).search("yl")]
    assert codes == ["starts", "initials", "longer", "alias", "contains"] or codes[:2] == [
        "initials",
        "starts",
    ]


def test_a_polyphone_is_found_by_the_reading_its_word_has_and_by_its_others() -> None:
    assert first("yhzh") == "bank"
    assert first("cxqf") == "reissue"
    assert first("zxqf") == "reissue"
    assert first("chongxin") == "reissue"


def test_latin_letters_in_a_name_are_found_as_they_are_written() -> None:
    assert first("etc") == "etc"
    assert first("etcbtc") == "etc"


def test_an_english_name_finds_the_item_too() -> None:
    assert first("passport") == "passport"


def test_the_middle_of_a_name_and_characters_in_order_find_it() -> None:
    assert first("护照") == "passport"
    assert first("养老登记") == "pension-enrol"


def test_a_business_or_department_finds_its_items_after_those_that_match_by_name() -> None:
    found = [(one.entry.code, one.rank) for one in Catalogue.build(ALL).search("社会保")]
    assert found == [("social-card", 2), ("retirement-bundle", 9), ("pension-enrol", 9)]


@pytest.mark.parametrize("query", ["", "   ", "，。！", "\n\t", "zzzz", "龘", "我要", "我要龘"])
def test_what_matches_nothing_finds_nothing(query: str) -> None:
    assert Catalogue.build(ALL).search(query) == []


@pytest.mark.parametrize(
    "query",
    [
        "(" * 200,
        "[^·]*" * 40,
        "\\" * 200,
        ".*" * 100,
        "·" * 200,
        "a" * 200,
        "an" * 100,
        "登" * 200,
        "\x00" * 200,
        "👵" * 200,
    ],
)
def test_two_hundred_hostile_characters_are_only_text(query: str) -> None:
    same_sounds = [Entry(str(place), "安安安安安安安安安安安安南" * 4) for place in range(50)]
    assert len(Catalogue.build([*ALL, *same_sounds]).search(query, 5)) <= 5


def test_no_more_is_returned_than_was_asked_for() -> None:
    catalogue = Catalogue.build(Entry(str(place), f"退休事项{place}") for place in range(50))
    assert len(catalogue.search("退休", 7)) == 7
    assert catalogue.search("退休", 0) == []


def test_equally_good_matches_keep_the_catalogues_order() -> None:
    catalogue = Catalogue.build(Entry(str(place), "退休") for place in range(9))
    assert [found.entry.code for found in catalogue.search("tx")] == [str(place) for place in range(9)]


def test_width_case_marks_and_punctuation_make_no_difference() -> None:
    assert fold("ＥＴＣ（不停车 收费）") == "etc不停车收费"
    assert fold("Lǜ-Sè") == fold("LǛ sè")
