"""The roster's page in a real browser against a real hall."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.people_hall import DESK, PHONE, complaints_of, open_context, sign_in
from tests.browser_support import faults, wait_until
from tests.hall_server import PASSWORD, HallServer
from tests.people import Api
from tests.rostering import puts, shift

pytestmark = pytest.mark.browser

READY = "() => !document.querySelector('#roster').hasAttribute('aria-busy')"
MONDAY = date(2027, 3, 1)
DAY = str(MONDAY)


@pytest.fixture
def desk(chromium: Browser, own_hall: HallServer) -> Iterator[Page]:
    """A manager's screen on a week with two shifts on its Monday."""
    puts(own_hall.manager().api, DAY, shift("clerk1", 1), shift("clerk2", 4), shift("clerk3", None))
    context = open_context(chromium, own_hall, DESK)
    page = context.new_page()
    yield page
    context.close()


def opens(page: Page, hall: HallServer) -> None:
    sign_in(page, hall.hall, "manager", f"roster?from={DAY}")
    wait_until(page, READY)


def test_the_week_shows_who_sits_where_and_a_shift_is_changed_with_the_keyboard(
    desk: Page, own_hall: HallServer
):
    said = complaints_of(desk)
    opens(desk, own_hall)
    chip = desk.locator(".shift", has_text="窗口人员1")
    expect(chip).to_contain_text("09:00–11:00")
    chip.focus()
    desk.keyboard.press("Enter")
    desk.locator("#shift-ends").fill("11:30")
    desk.keyboard.press("Enter")
    expect(desk.locator(".shift", has_text="窗口人员1")).to_contain_text("09:00–11:30")
    assert said == []


def test_what_breaks_a_rule_is_told_in_words_and_changes_nothing(desk: Page, own_hall: HallServer):
    opens(desk, own_hall)
    desk.get_by_role("button", name="2 号窗口 3月1日周一 添加班次").click()
    desk.locator("#shift-clerk").select_option("clerk1")
    desk.locator("#shift-begins").fill("10:00")
    desk.locator("#shift-ends").fill("11:30")
    desk.get_by_role("button", name="保存").click()
    expect(desk.locator(".toast", has_text="排了两个班次")).to_be_visible()
    expect(desk.locator(".shift")).to_have_count(3)


def test_a_shift_is_dragged_to_another_window(desk: Page, own_hall: HallServer):
    opens(desk, own_hall)
    row = desk.locator("#rows tr", has_text="2 号窗口").locator("td").first.locator(".roster-cell")
    desk.locator(".shift", has_text="窗口人员1").drag_to(row)
    expect(desk.locator("#rows tr", has_text="2 号窗口").locator(".shift")).to_contain_text("窗口人员1")


def test_an_absence_proposes_who_takes_over_and_one_press_does_it(desk: Page, own_hall: HallServer):
    api = own_hall.manager().api
    api.post("/roster/backups", {"window": 4, "clerk": "clerk3"})
    api.post("/roster/absences", {"clerk": "clerk2", "first": DAY, "last": DAY, "note": "<b>病假</b>"})
    opens(desk, own_hall)
    expect(desk.locator("#fault-list")).to_contain_text("请假")
    expect(desk.locator("#absence-list")).to_contain_text("<b>病假</b>")
    desk.get_by_role("button", name="AB 岗：窗口人员3 顶班").click()
    expect(desk.locator("#rows tr", has_text="4 号窗口").locator(".shift")).to_contain_text("窗口人员3")


def test_the_ab_post_of_a_business_is_named_and_taken_away_and_only_who_is_certified_is_offered(
    desk: Page, own_hall: HallServer
):
    said = complaints_of(desk)
    opens(desk, own_hall)
    rows = desk.locator("#backup-list li")
    expect(rows).to_contain_text("还没有定")
    desk.get_by_label("业务或窗口").select_option("business tax")
    desk.get_by_label("由谁顶班").select_option("clerk3")
    desk.get_by_role("button", name="定为 AB 岗").click()
    expect(rows).to_have_text(["涉税业务窗口人员3"])
    assert {one["id"]: one["backup"] for one in own_hall.manager().api.get("/roster")["businesses"]} == {
        "social": None,
        "employment": None,
        "tax": "clerk3",
    }
    desk.get_by_role("button", name="取消涉税业务的 AB 岗窗口人员3").click()
    expect(rows).to_contain_text("还没有定")
    assert said == []


def test_a_week_is_drawn_looked_at_and_put_in_force(desk: Page, own_hall: HallServer):
    said = complaints_of(desk)
    opens(desk, own_hall)
    desk.get_by_role("button", name="后一周").click()
    expect(desk.locator("#title")).to_contain_text("2027-03-08")
    expect(desk.locator(".shift")).to_have_count(0)
    desk.get_by_role("button", name="编排这一周").click()
    apply = desk.locator("#plan-buttons").get_by_role("button", name="启用方案")
    expect(apply).to_be_visible(timeout=180_000)
    expect(desk.locator("#plan-body .figure").first).to_be_visible()
    assert faults(desk) == []
    apply.click()
    desk.get_by_role("dialog").get_by_role("button", name="启用方案").click()
    expect(desk.locator(".shift").first).to_be_visible(timeout=60_000)
    expect(desk.locator("#plan")).to_be_hidden()
    week = own_hall.manager().api.get("/roster", **{"from": "2027-03-08"})
    assert len(week["shifts"]) > 5
    assert (week["plan"]["state"], said) == ("applied", [])


def test_the_report_on_skills_names_who_should_be_certified_for_what(desk: Page, own_hall: HallServer):
    said = complaints_of(desk)
    admin = Api(own_hall.url, own_hall.hall).sign_in("admin", PASSWORD)
    for number in range(1, 7):  # nobody there for social insurance, which is asked for most
        person = {"name": f"窗口人员{number}", "role": "clerk", "skills": ["tax"]}
        admin.post(f"/accounts/clerk{number}", person)
    breaks = [{"at": f"0{hour}:00", "minutes": minutes} for hour, minutes in ((2, 10), (4, 30), (6, 10))]
    night = {"begins": "00:00", "ends": "08:00", "breaks": breaks}
    day = str(MONDAY + timedelta(days=14))
    puts(admin, day, shift("clerk1", 1, **night), shift("clerk2", 4, **night))
    sign_in(desk, own_hall.hall, "manager", f"skills?from={day}")
    expect(desk.locator("#working")).to_be_hidden(timeout=180_000)
    expect(desk.locator("#title")).to_contain_text("增加哪项资格最能减少等候")
    expect(desk.locator("#chart[data-drawn] canvas")).to_be_visible()
    head = desk.locator("#table thead th")
    expect(head).to_have_text(
        [
            "名次",
            "人员",
            "增加的资格",
            "估值",
            "关门时还剩（分钟）",
            "每天减少的等候（分钟）",
            "平均等候（分钟）",
        ]
    )
    expect(desk.locator("#table tbody tr").first).to_contain_text("社会保险")
    expect(desk.locator(".roster-explained")).to_contain_text("估值相近")
    assert faults(desk) == []
    assert said == []


def test_the_page_can_be_used_by_everybody_with_the_forecast_drawn(desk: Page, own_hall: HallServer):
    opens(desk, own_hall)
    expect(desk.locator("#chart-week[data-drawn='7'] canvas")).to_be_visible(timeout=90_000)
    assert faults(desk) == []
    desk.get_by_role("button", name="人员", exact=True).click()
    expect(desk.locator("#rows tr", has_text="窗口人员2").locator(".shift")).to_contain_text("4 号窗口")
    desk.set_viewport_size(PHONE)
    desk.goto(f"/halls/{own_hall.hall}/roster?from={MONDAY + timedelta(days=7)}&lang=en")
    wait_until(desk, READY)
    assert faults(desk) == []
    assert desk.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_clerk_is_not_let_in(desk: Page, own_hall: HallServer):
    sign_in(desk, own_hall.hall, "clerk1", "roster")
    expect(desk.locator("#roster")).to_have_count(0)
