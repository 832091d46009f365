"""The root's config.yaml and every preset load without a problem and are as large as they say."""

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from hall.config import HallConfig, load
from hall.config_floor import floor_of
from hall.rules.search import Catalogue, Entry

ROOT = Path(__file__).parents[2]
FILES = {
    "small": ROOT / "config.yaml",
    "village": ROOT / "hall" / "presets" / "village.yaml",
    "district": ROOT / "hall" / "presets" / "district.yaml",
    "haimen": ROOT / "hall" / "presets" / "haimen.yaml",
}
every_hall = pytest.mark.parametrize("size", FILES)


@cache
def hall_of(size: str) -> HallConfig:
    return load(FILES[size]).halls[0]


@cache
def catalogue_of(size: str) -> Catalogue:
    return Catalogue.build(
        Entry(item.id, item.name, item.aliases, place.business.id, place.business.name, place.department.name)
        for item, place in hall_of(size).items()
    )


def test_every_preset_is_known_here() -> None:
    assert set((ROOT / "hall" / "presets").glob("*.yaml")) == set(FILES.values()) - {FILES["small"]}


@pytest.mark.parametrize(
    ("size", "departments", "businesses", "items", "windows"),
    [
        ("small", 5, 12, 60, 12),
        ("village", 1, 5, 20, 2),
        ("district", 14, 40, 400, 60),
        ("haimen", 37, 120, 1428, 288),
    ],
)
def test_each_hall_is_as_large_as_it_says(
    size: str, departments: int, businesses: int, items: int, windows: int
) -> None:
    hall = hall_of(size)
    counted = (len(hall.departments), len(hall.businesses()), len(hall.items()), len(hall.windows))
    assert counted == (departments, businesses, items, windows)


def test_haimens_windows_are_of_the_handbooks_kinds() -> None:
    hall = hall_of("haimen")
    assert Counter(window.kind for window in hall.windows) == {
        "comprehensive": 110,
        "special": 45 + 35 + 30 + 25 + 20,
        "one_matter": 8,
        "elderly": 5,
        "enquiry": 4,
        "cannot_do": 1,
        "supervision": 1,
        "tide": 4,
    }
    departments = {place.business.id: place.department.id for place in hall.businesses()}
    special = Counter(
        departments[hall.window_serves(window)[0][0]] for window in hall.windows if window.kind == "special"
    )
    assert special["hrss"] + special["medical"] == 45
    assert special["natural"] + special["fund"] == 35
    assert special["tax"] == 30
    entry_exit = [window for window in hall.windows if window.label == "出入境"]
    assert len(entry_exit) == 25


@every_hall
def test_every_business_is_somebodys_own_work(size: str) -> None:
    hall = hall_of(size)
    own = {code for window in hall.windows for code, is_own in hall.window_serves(window) if is_own}
    assert own == {place.business.id for place in hall.businesses()}


@every_hall
def test_every_business_can_be_called_by_somebody_at_a_window_of_his_skills(size: str) -> None:
    hall = hall_of(size)
    clerks = [account for account in hall.accounts if account.role == "clerk"]
    assert len(clerks) == len(hall.windows)
    called: set[str] = set()
    for window, clerk in zip(hall.windows, clerks, strict=True):
        can = {code for code, _ in hall.window_serves(window)} & set(hall.account_skills(clerk))
        assert can, (window.number, clerk.username)
        called |= can
    assert called == {place.business.id for place in hall.businesses()}


@every_hall
def test_no_two_items_of_a_hall_share_a_name(size: str) -> None:
    names = Counter(item.name for item, _ in hall_of(size).items())
    assert [name for name, times in names.items() if times > 1] == []


@every_hall
def test_everything_a_visitor_reads_has_its_english(size: str) -> None:
    hall = hall_of(size)
    items = [item for item, _ in hall.items()]
    materials = [material for item in items for material in item.materials]
    for named in (
        hall,
        *hall.zones,
        *hall.departments,
        *(one for one, _ in hall.businesses()),
        *items,
        *materials,
    ):
        assert named.name_en, named.name
    for material in materials:
        assert bool(material.note) == bool(material.note_en), material.name


@every_hall
def test_every_business_has_something_to_be_done(size: str) -> None:
    assert [place.business.id for place in hall_of(size).businesses() if not place.business.items] == []


@pytest.mark.parametrize("size", ["district", "haimen"])
def test_every_item_says_what_to_bring_and_most_say_how_to_stay_at_home(size: str) -> None:
    items = [item for item, _ in hall_of(size).items()]
    for item in items:
        assert 2 <= len(item.materials) <= 5, item.name
        assert len({material.name for material in item.materials}) == len(item.materials), item.name
    assert sum(item.online is not None for item in items) > 0.8 * len(items)
    assert sum(item.self_service is not None for item in items) > 0.1 * len(items)


@pytest.mark.parametrize("size", ["small", "district", "haimen"])
@pytest.mark.parametrize("query", ["tx", "TX", "退休", "tuixiu", "txyjs"])
def test_tx_and_its_characters_put_retirement_first(size: str, query: str) -> None:
    assert catalogue_of(size).search(query, 5)[0].entry.name == "退休一件事"


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("换身份证", "居民身份证换领"),
        ("身份证丢了", "居民身份证补领"),
        ("补办身份证", "居民身份证补领"),
        ("我要办理退休", "退休一件事"),
        ("护照", "普通护照签发"),
        ("fczm", "不动产登记资料查询（个人住房信息）"),
        ("公积金提取", "购买自住住房提取住房公积金"),
        ("gjjtq", "购买自住住房提取住房公积金"),
        ("社保卡丢了", "社会保障卡补领、换领、换发"),
        ("guohu", "国有建设用地使用权及房屋所有权转移登记（买卖）"),
        ("spjyxk", "食品经营许可（新办）"),
        ("jhz", "补领婚姻登记证"),
        ("12345", "12345"),
    ],
)
def test_people_find_what_they_came_for_by_their_own_words(query: str, name: str) -> None:
    assert any(name in found.entry.name for found in catalogue_of("haimen").search(query, 5))


@every_hall
def test_the_floor_of_each_hall_has_a_place_for_every_window(size: str) -> None:
    hall = hall_of(size)
    assert hall.floor is not None
    plan = floor_of({"floor": hall.floor.model_dump(mode="json")}, {})
    assert set(plan.windows) == {one.number for one in hall.windows}
    assert set(plan.zones) == {one.id for one in hall.zones}
    assert any(mark.kind == "seats" for mark in plan.marks)
    assert all(mark.box.within(plan.width, plan.height) for mark in plan.marks)
