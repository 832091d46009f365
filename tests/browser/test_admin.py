"""The administrator's page and the browsable interface in a real browser against a real hall."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.people_hall import DESK, complaints_of, open_context, sign_in
from tests.browser_support import faults
from tests.hall_server import HallServer
from tests.people import Api, Refused
from tests.printer.test_print_worker import until

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(chromium: Browser, own_hall: HallServer) -> Iterator[Page]:
    """The administrator's screen with the page open."""
    context = open_context(chromium, own_hall, DESK)
    page = context.new_page()
    sign_in(page, own_hall.hall, "admin", "admin")
    expect(page.locator('#accounts tr[data-username="admin"]')).to_be_visible()
    yield page
    context.close()


def test_a_new_clerk_gets_an_account_and_signs_in_with_the_password_shown(desk: Page, own_hall: HallServer):
    desk.get_by_role("button", name="新建账号").click()
    form = desk.get_by_role("dialog")
    form.get_by_label("用户名").fill("zhou")
    form.get_by_label("姓名", exact=True).fill("<b>周敏</b>")
    form.get_by_label("工号").fill("077")
    form.get_by_label("全部业务").uncheck()
    form.get_by_label("社会保险").check()
    form.get_by_role("button", name="保存").click()
    password = desk.locator(".secret").inner_text()
    assert re.fullmatch(r"[a-z0-9]{4}(-[a-z0-9]{4}){3}", password)
    desk.get_by_role("button", name="我已记下").click()
    row = desk.locator('tr[data-username="zhou"]')
    expect(row).to_contain_text("<b>周敏</b>")
    expect(row).to_contain_text("1 项业务")
    expect(row).to_contain_text("可登录")
    expect(desk.locator(".secret")).to_have_count(0)
    Api(own_hall.url, own_hall.hall).sign_in("zhou", password)


def test_a_wrong_username_is_told_before_anything_is_sent(desk: Page, own_hall: HallServer):
    desk.get_by_role("button", name="新建账号").click()
    form = desk.get_by_role("dialog")
    form.get_by_label("用户名").fill("Zhou Min")
    form.get_by_label("姓名", exact=True).fill("周敏")
    form.get_by_role("button", name="保存").click()
    expect(form).to_be_visible()
    assert form.get_by_label("用户名").evaluate("input => input.validity.patternMismatch")


def test_an_account_is_retired_after_a_question_and_restored_with_a_new_password(
    desk: Page, own_hall: HallServer
):
    row = desk.locator('tr[data-username="guide"]')
    row.get_by_role("button", name="停用").click()
    desk.get_by_role("dialog").get_by_role("button", name="停用").click()
    expect(row).to_contain_text("已停用")
    with pytest.raises(Refused):
        own_hall.guide()
    row.get_by_role("button", name="恢复").click()
    password = desk.locator(".secret").inner_text()
    Api(own_hall.url, own_hall.hall).sign_in("guide", password)


def test_the_last_administrator_is_refused_with_a_sentence(desk: Page, own_hall: HallServer):
    desk.locator('tr[data-username="admin"]').get_by_role("button", name="停用").click()
    desk.get_by_role("dialog").get_by_role("button", name="停用").click()
    expect(desk.locator(".toast")).to_contain_text("最后一位管理员")


def test_a_pad_is_paired_by_the_address_shown_once(desk: Page, own_hall: HallServer, chromium: Browser):
    desk.get_by_role("tab", name="设备").click()
    row = desk.locator('tr[data-device="pad-2"]')
    row.get_by_role("button", name="配对网址").click()
    desk.get_by_role("dialog").get_by_role("button", name="配对网址").click()
    address = desk.locator(".secret").inner_text()
    desk.get_by_role("button", name="我已记下").click()
    tablet = open_context(chromium, own_hall, DESK)
    pad = tablet.new_page()
    pad.goto(address)
    expect(pad.locator("#connection")).to_have_attribute("data-state", "live")
    assert pad.url.endswith("/pad/2")
    until(lambda: seen_at(own_hall, "pad-2"), "the pad's beat is never written")
    desk.reload()
    expect(row).to_contain_text("正常")
    tablet.close()


def seen_at(hall: HallServer, device: str) -> str | None:
    listed = hall.manager().api.get("/devices")["devices"]
    return next(one["seen_at"] for one in listed if one["code"] == device)


def test_a_simulated_printer_is_shown_as_what_it_is(desk: Page, own_hall: HallServer):
    own_hall.visitor().takes_a_number()
    desk.clock.install()
    desk.clock.fast_forward(600_000)
    desk.get_by_role("tab", name="设备").click()
    expect(desk.locator('tr[data-device="printer-1"] .chip')).to_have_text("模拟打印，不出纸")


def test_the_journal_is_searched_and_read_page_by_page(desk: Page, own_hall: HallServer):
    visitor, clerk = own_hall.visitor(), own_hall.clerk(1).sits_at(1)
    for _ in range(60):
        visitor.takes_a_number()
    clerk.calls_next()
    desk.get_by_role("tab", name="操作日志").click()
    expect(desk.locator("#journal tr")).to_have_count(50)
    expect(desk.locator("#journal tr").first).to_contain_text("叫号")
    expect(desk.locator("#journal tr").first).to_contain_text("clerk1")
    desk.get_by_role("button", name="更早的记录").click()
    expect(desk.locator("#journal tr").nth(60)).to_be_visible()
    desk.locator("#journal-ticket").fill("a001")
    desk.get_by_role("button", name="搜索").click()
    expect(desk.locator("#journal tr")).to_have_count(2)
    desk.locator("#journal-ticket").fill("")
    desk.get_by_label("事件").select_option("window_signed_in")
    expect(desk.locator("#journal tr")).to_have_count(1)
    expect(desk.locator("#journal tr")).to_contain_text("窗口人员1")


def test_every_event_of_the_journal_has_words(desk: Page):
    desk.get_by_role("tab", name="操作日志").click()
    for words in desk.locator("#journal-type option").all_inner_texts():
        assert not words.startswith("admin."), words


def test_every_tab_can_be_used_by_everybody_and_breaks_no_policy(desk: Page, own_hall: HallServer):
    said = complaints_of(desk)
    own_hall.visitor().takes_a_number()
    desk.get_by_role("tab", name="账号").focus()
    for name in ("accounts", "devices", "jobs", "journal", "configuration"):
        expect(desk.locator(f"#tab-{name}")).to_have_attribute("aria-selected", "true")
        expect(desk.locator(f"#panel-{name}")).to_be_visible()
        desk.wait_for_load_state("networkidle")
        assert faults(desk) == [], name
        desk.keyboard.press("ArrowRight")
    assert said == []


def test_the_interface_is_browsable_under_the_content_policy(chromium: Browser, own_hall: HallServer):
    context = open_context(chromium, own_hall, DESK)
    page = context.new_page()
    said = complaints_of(page)
    page.goto("/api/v1/docs")
    expect(page.locator(".opblock").first).to_be_visible()
    page.locator(".opblock", has_text="Where this visit stands").first.click()
    expect(page.locator(".opblock.is-open .parameters-container").first).to_be_visible()
    assert said == []
    context.close()
