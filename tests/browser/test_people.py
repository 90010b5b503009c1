"""Signing in, links, users and the trail in a real browser: sound for everybody, by keyboard, without JavaScript."""

import re

import pytest

from tests.browser.conftest import NAME, PASSWORD, SHOWN
from tests.browser.test_access import LANGS, sound

pytestmark = pytest.mark.browser


def add(w, name, shown):
    """A clerk; the path of the link."""
    w.open("/users")
    for field, text in (("shown", shown), ("name", name)):
        w.page.locator(f"#{field}").fill(text)
    w.press("添加", "Add")
    return "/link/" + w.page.locator("#link").input_value().rpartition("/")[2]


@LANGS
def test_every_page_is_for_everybody(window, lang):
    w = window(lang)
    link = add(w, f"axe-{lang}", "名字很长很长很长的一位同志")
    sound(w, "users with a link")
    w.press("添加", "Add")
    sound(w, "users refused")
    w.page.locator(".user a.act").first.click()
    w.page.locator("#role").wait_for()
    sound(w, "a user")
    w.page.locator("#branch").fill("一支部")
    w.press("保存", "Save")
    sound(w, "a user refused")
    for path in ("/account", "/users/trail", "/users/trail?check=1"):
        w.open(path)
        sound(w, path)
    w.open("/account")
    w.press("修改密码", "Change it")
    sound(w, "account refused")
    stranger = window(lang, signed_in=False)
    stranger.open(link)
    sound(stranger, "link")
    stranger.press("保存并登录", "Save and sign in")
    sound(stranger, "link refused")
    stranger.open("/batches")
    sound(stranger, "sign-in")
    stranger.press("登录", "Sign in")
    sound(stranger, "sign-in refused")
    stranger.open("/link/nothing")
    sound(stranger, "link gone")


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])
def test_from_the_link_to_work_and_out_by_keyboard_alone(window, javascript):
    name = f"keys-{javascript}".lower()
    link = add(window("zh"), name, "黎书瑶")
    w = window("zh", javascript=javascript, signed_in=False)
    keys = w.page.keyboard
    w.open(link)
    w.page.locator("#password:focus").wait_for()
    keys.type(PASSWORD)  # the field has the focus
    with w.page.expect_navigation():
        keys.press("Enter")
    assert w.page.get_by_role("link", name="黎书瑶").count() == 1
    w.open("/batches")
    w.press("退出", "Sign out")
    w.open("/batches?show=all")
    w.page.locator("#name:focus").wait_for()
    keys.type(name)
    keys.press("Tab")
    keys.type("不对的密码")
    with w.page.expect_navigation():
        keys.press("Enter")
    assert w.page.evaluate("document.activeElement.id") == "summary"
    assert w.page.locator("#name").input_value() == name
    for _ in range(2):
        keys.press("Tab")
    assert w.page.evaluate("document.activeElement.id") == "password"
    keys.type(PASSWORD)
    with w.page.expect_navigation():
        keys.press("Enter")
    assert w.page.url.endswith("/batches?show=all")


def test_who_was_signed_out_over_a_form_loses_nothing(window):
    w = window("zh")
    page = w.page
    w.open("/kinds/leave")
    page.locator("#f-title").fill("写了很久")
    page.context.clear_cookies()
    w.press("检查", "Check")
    page.get_by_role("heading", name="请先登录").wait_for()
    with page.expect_popup() as waiting:
        page.get_by_role("link", name="在新窗口登录").click()
    other = waiting.value
    other.locator("#name").fill(NAME)
    other.locator("#password").fill(PASSWORD)
    with other.expect_navigation():
        other.locator("main button").click()
    page.reload()
    assert page.locator("#f-title").input_value() == "写了很久"
    w.press("检查", "Check")
    page.get_by_role("heading", name="检查完毕，没有错误").wait_for()


def test_the_header_fits_a_phone_with_a_long_name(window):
    w = window("zh", 375)
    link = add(w, "longname", "司马欧阳上官诸葛令狐先生女士" * 3)
    other = window("zh", 375, signed_in=False)
    other.open(link)
    other.page.locator("#password").fill(PASSWORD)
    other.press("保存并登录", "Save and sign in")
    header = other.page.locator("header.top").bounding_box()
    for one in other.page.locator("header a:visible, header button:visible").all():
        box = one.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 375
        assert box["y"] + box["height"] <= header["y"] + header["height"]
    assert header["height"] < 120


def test_a_link_is_copied_and_the_administrators_name_leads_to_the_account(window):
    w = window("zh")
    add(w, "copied", "抄")
    w.button("复制", "Copy").click()
    w.button("已复制", "Copied").wait_for()
    w.page.get_by_role("link", name=SHOWN, exact=True).click()
    w.page.wait_for_url(re.compile("/account$"))
