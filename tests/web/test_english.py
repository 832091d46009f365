"""A hall for readers of English: what the configuration says in English is what English pages and papers say,
and where it says nothing, the Chinese.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from hall.records.book import read_book
from printer import papers, words
from tests.builders import settings, small_hall
from tests.hall_server import HallServer

CARD = {"name": "身份证", "name_en": "Identity card", "note": "原件", "note_en": "the original"}


@pytest.fixture(scope="module")
def bilingual(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HallServer]:
    """A small hall that has English for some of its texts."""
    hall = small_hall()
    item = hall["departments"][0]["businesses"][0]["items"][0]
    item |= {"completion": "当场办结", "completion_en": "done on the spot", "self_service": "自助机"}
    item["materials"] = [CARD, {"name": "一寸照片", "copies": 2}]
    hall["windows"][0] |= {"label": "综合一", "label_en": "All matters"}
    hall["windows"][1]["label"] = "综合二"
    server = HallServer(tmp_path_factory.mktemp("bilingual"), settings(hall), "test")
    server.prepare()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def page(chromium: Browser, bilingual: HallServer) -> Iterator[Page]:
    context = chromium.new_context(base_url=bilingual.url, viewport={"width": 1280, "height": 1000})
    yield context.new_page()
    context.close()


def test_the_interface_tells_both_languages(bilingual: HallServer):
    item = bilingual.anyone().get("/items/retirement")
    assert (item["completion"], item["completion_en"]) == ("当场办结", "done on the spot")
    assert (item["self_service"], item["self_service_en"]) == ("自助机", "")
    first, second = item["materials"]
    assert first == {**CARD, "copies": None}
    assert (second["name"], second["name_en"], second["note_en"]) == ("一寸照片", "", "")
    windows = bilingual.anyone().get("/board")["windows"]
    assert [one["label_en"] for one in windows[:2]] == ["All matters", ""]


@pytest.mark.browser
def test_the_kiosk_says_in_english_what_has_english(page: Page, bilingual: HallServer):
    page.goto(f"/halls/test/pair?token={bilingual.tokens['kiosk-1']}")
    page.locator("[data-kiosk-language=en]").click()
    page.locator("#open-search").click()
    page.locator("#search").fill("tx")
    page.locator("#results .list-row").first.click()
    materials = page.locator(".kiosk-materials")
    expect(materials).to_contain_text("Identity card")
    expect(materials).to_contain_text("the original")
    expect(materials).to_contain_text("一寸照片")
    expect(page.locator(".kiosk-facts")).to_contain_text("done on the spot")
    expect(page.locator(".kiosk-ways")).to_contain_text("自助机")


@pytest.mark.browser
@pytest.mark.parametrize(("language", "label"), [("zh", "综合一"), ("en", "All matters")])
def test_a_windows_screen_and_its_visitors_page_say_its_label(
    page: Page, bilingual: HallServer, language: str, label: str
):
    page.goto(f"/halls/test/window/1?lang={language}")
    expect(page.locator(".window-screen-kind")).to_have_text(label)
    clerk = bilingual.clerk(1).sits_at(1)
    mine = bilingual.visitor().takes_a_number()
    clerk.calls_next()
    page.goto(f"/t/test/{mine['secret']}?lang={language}")
    expect(page.locator(".visit-zone")).to_contain_text(label)
    clerk.does("start")
    clerk.does("finish")
    clerk.does("sign-out")


def test_the_paper_names_materials_in_its_language(bilingual: HallServer):
    database = bilingual.database()
    with database.read() as connection:
        book = read_book(connection, "test")
    database.engine.dispose()
    items = [book.item("retirement")]
    assert papers.materials_hint(items, "en", words.words_for("en")) == "Identity card, 一寸照片 × 2"
    assert papers.materials_hint(items, "zh", words.words_for("zh")) == "身份证、一寸照片2份"
