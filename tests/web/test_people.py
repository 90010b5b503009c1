"""Signing in and out, links, one's account, users and the trail, in a browser without a screen."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from service.core.people import COMMAND_LINE, FREE_FAILURES
from service.desk.people.passwords import first_link, new_link
from service.desk.people.users import add_user, find_user, list_users, set_active
from service.settings import Settings
from service.store.models import Attempt
from service.web.app import create_app
from tests.web.people import PASSWORD, signed
from tests.web.screen import Screen, get

OTHER = "红旗渠边那棵老槐树下"


@pytest.fixture(autouse=True)
def no_attempts(desk):
    yield
    with desk.store.write() as session:
        session.query(Attempt).delete()


@pytest.fixture
def nobody(app):
    return app.test_client()


def post(client, path, page=None, **fields):
    """Sends the form of a page with its token."""
    screen = page or get(client, path)
    token = screen.find('//main//input[@name="_csrf"]/@value')[0]
    return client.post(path, data={"_csrf": token, **fields})


def sign_in(client, name="wan", password=PASSWORD, query=""):
    return post(client, f"/sign-in{query}", name=name, password=password)


def told(response):
    return Screen(response).words('//*[@id="summary"]')


@pytest.fixture(autouse=True, scope="module")
def people(app):
    for name, role in (("wan", "administrator"), ("li", "clerk")):
        signed(app, name, role)


@pytest.mark.parametrize(
    ("asked", "onward"),
    [("/", None), ("/batches?show=all", "/batches?show=all"), ("/nope", "/nope"), ("/users", "/users"),
     ("/?lang=en", "/?lang=en"), ("/rosters/%E5%BC%A0", "/rosters/张")],
)  # fmt: skip
def test_who_is_not_signed_in_is_led_to_sign_in_and_on(nobody, asked, onward):
    led = nobody.get(asked)
    assert led.status_code == 303
    where = urlsplit(led.headers["Location"])
    assert where.path == "/sign-in"
    assert parse_qs(where.query).get("next", [None]) == [onward]
    back = sign_in(nobody, query=f"?{where.query}" if where.query else "")
    assert back.status_code == 303
    assert urlsplit(back.headers["Location"]).netloc == ""
    assert nobody.get(back.headers["Location"]).status_code in {200, 404}


@pytest.mark.parametrize(
    "evil",
    ["//evil.example", "https://evil.example/", "\\\\evil.example", "/\\evil.example", "javascript:alert(1)",
     "/\t/evil.example", "/\n/evil.example", "evil.example", "///evil.example", "/\x00/", " //evil.example",
     "/\u202e"],
)  # fmt: skip
def test_nobody_is_led_away(app, evil):
    client = app.test_client()
    page = Screen(client.get("/sign-in", query_string={"next": evil}))
    token = page.find('//main//input[@name="_csrf"]/@value')[0]
    fields = {"_csrf": token, "name": "wan", "password": PASSWORD}
    got = client.post("/sign-in", query_string={"next": evil}, data=fields)
    assert (got.status_code, got.headers["Location"]) == (303, "/")
    again = client.get("/sign-in", query_string={"next": evil})
    assert (again.status_code, again.headers["Location"]) == (303, "/")


def test_a_host_that_somebody_made_up_is_not_led_to(nobody):
    got = nobody.get("/batches", headers={"Host": "evil.example"})
    assert got.headers["Location"] == "/sign-in?next=%2Fbatches"


def test_what_was_asked_by_htmx_leads_the_whole_page_and_back(nobody):
    asked = {"HX-Request": "true", "HX-Current-URL": "http://localhost/batches/x?show=all"}
    got = nobody.get("/batches/x/state", headers=asked)
    assert got.status_code == 401
    assert got.headers["HX-Redirect"] == "/sign-in?next=%2Fbatches%2Fx%3Fshow%3Dall"
    evil = {**asked, "HX-Current-URL": "http://evil.example/x"}
    led = nobody.get("/batches/x/state", headers=evil).headers["HX-Redirect"]
    back = sign_in(nobody, query=led.removeprefix("/sign-in"))
    assert back.headers["Location"] == "/"


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["plain", "htmx"])
def test_a_form_that_was_sent_too_late_stays_in_the_browser(nobody, headers):
    got = nobody.post("/kinds/leave?lang=zh", data={"title": "题"}, headers=headers)
    assert got.status_code == 401
    assert "HX-Redirect" not in got.headers
    page = Screen(got)
    assert "刷新本页" in page.words()
    assert page.one('//main//a[@target="_blank"]').get("href") == "/sign-in"
    sign_in(nobody)
    again = Screen(nobody.post("/kinds/leave", data={"title": "题", "_csrf": "old"}))
    assert again.value("title") == "题"
    assert "再按一次" in again.words()


def test_a_strangers_upload_is_not_even_read(nobody, app, monkeypatch):
    def read(*_):
        raise AssertionError("it was read")

    monkeypatch.setattr("flask.Request._load_form_data", read)
    body = b"--x\r\n" + b"a" * 100_000
    got = nobody.post(
        "/kinds/self_examination/roster",
        data=body,
        content_type="multipart/form-data; boundary=x",
    )
    assert got.status_code == 401


@pytest.mark.parametrize(("lang", "words"), [("zh", "登录名或密码不对"), ("en", "is wrong")])
def test_a_wrong_password_says_so_and_keeps_the_name(nobody, lang, words):
    page = get(nobody, f"/sign-in?lang={lang}&next=/batches")
    assert page.one("//main//form").get("action") is None  # so the query stays
    got = post(nobody, f"/sign-in?lang={lang}&next=/batches", page, name="wan", password="wrong")
    after = Screen(got)
    assert after.status == 422
    assert words in told(got)
    assert after.by_id("name").get("value") == "wan"
    assert after.by_id("password").get("value") is None
    assert [one.get("id") for one in after.find("//*[@autofocus]")] == ["summary"]
    assert after.title.startswith("错误" if lang == "zh" else "Error")


def test_unknown_and_wrong_look_alike(nobody):
    pages = []
    for name in ("wan", "nobody"):
        got = sign_in(nobody, name, "wrong")
        pages.append(re.sub(r'value="[^"]*"', "", got.text))
    assert pages[0] == pages[1]


def test_an_empty_form_is_told_by_the_server(nobody):
    page = get(nobody, "/sign-in")
    assert not page.find("//*[@required]")
    assert [one.get("id") for one in page.find("//*[@autofocus]")] == ["name"]
    got = sign_in(nobody, "", "")
    assert got.status_code == 422
    assert "请填写登录名和密码" in told(got)


def test_too_many_tries_are_429_with_the_time_to_wait(nobody):
    for _ in range(FREE_FAILURES + 1):
        assert sign_in(nobody, "li", "wrong").status_code == 422
    got = sign_in(nobody, "li", PASSWORD)
    assert got.status_code == 429
    assert 1 <= int(got.headers["Retry-After"]) <= 3
    assert "秒再试" in told(got)
    assert sign_in(nobody, "wan").status_code == 303


@pytest.mark.parametrize("token", [None, "old", ""])
def test_an_old_token_gives_the_sign_in_page_again(nobody, token):
    get(nobody, "/sign-in")
    fields = {"name": "wan", "password": PASSWORD} | ({"_csrf": token} if token else {})
    got = nobody.post("/sign-in?next=/batches&lang=zh", data=fields)
    assert got.status_code == 400
    assert "页面放得太久" in told(got)
    after = Screen(got)
    assert after.by_id("name").get("value") == "wan"
    again = post(nobody, "/sign-in?next=/batches", after, name="wan", password=PASSWORD)
    assert again.headers["Location"] == "/batches"


def test_a_browser_without_cookies_is_told(app):
    client = app.test_client(use_cookies=False)
    assert "Cookie" in told(sign_in(client))


def test_signing_in_changes_the_session_and_an_old_cookie_is_worth_nothing(app):
    victim = app.test_client()
    get(victim, "/sign-in")
    planted = victim.get_cookie("gongwen").value
    assert sign_in(victim).status_code == 303
    assert victim.get_cookie("gongwen").value != planted
    attacker = app.test_client()
    attacker.set_cookie("gongwen", planted)
    assert attacker.get("/").status_code == 303


def test_a_stolen_cookie_dies_with_signing_out(app):
    client, thief = app.test_client(), app.test_client()
    sign_in(client)
    thief.set_cookie("gongwen", client.get_cookie("gongwen").value)
    assert thief.get("/").status_code == 200
    token = get(client, "/").find('//form[@action="/sign-out"]/input/@value')[0]
    got = client.post("/sign-out", data={"_csrf": token})
    assert got.headers["Location"] == "/sign-in"
    assert client.get("/").status_code == thief.get("/").status_code == 303


def test_signing_out_twice_or_too_late_is_no_error(app):
    client = app.test_client()
    got = client.post("/sign-out", data={"_csrf": "old"})
    assert got.headers["Location"] == "/sign-in"


def test_a_spoilt_cookie_is_nobodys(app):
    client = app.test_client()
    for value in ("", "x", "eyJzaWduX2luIjoxfQ.x.y", "\xff"):
        client.set_cookie("gongwen", value)
        assert client.get("/").status_code == 303


def cookies_of(client, path):
    return client.get(path).headers.getlist("Set-Cookie")


@pytest.mark.parametrize("https", [False, True])
def test_cookies_are_for_this_desk_alone(desk, settings, https):
    app = create_app(desk, Settings(data=settings.data, templates=settings.templates, https=https))
    found = cookies_of(app.test_client(), "/sign-in?lang=en")
    assert len(found) == 2
    for cookie in found:
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Path=/" in cookie
        assert "Domain" not in cookie
        assert ("Secure" in cookie) is https
    assert any(one.startswith("__Host-gongwen=" if https else "gongwen=") for one in found)


def test_behind_a_proxy_its_word_on_addresses_is_taken_and_without_it_nobodys(desk, settings):
    said = {"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "desk.example"}  # fmt: skip
    seen = {}
    for https in (False, True):
        app = create_app(
            desk, Settings(data=settings.data, templates=settings.templates, https=https)
        )

        @app.before_request
        def look(https=https):
            from flask import request

            seen[https] = (request.remote_addr, request.host_url)

        app.test_client().get("/sign-in", headers=said)
    assert seen[False] == ("127.0.0.1", "http://localhost/")
    assert seen[True] == ("192.0.2.7", "https://desk.example/")


def test_behind_a_proxy_a_clerk_signs_in_over_https(desk, settings):
    app = create_app(desk, Settings(data=settings.data, templates=settings.templates, https=True))
    client = app.test_client()
    over = {
        "base_url": "https://desk.example/",
        "headers": {"Referer": "https://desk.example/sign-in"},
    }
    page = Screen(client.get("/sign-in", **over))
    token = page.find('//main//input[@name="_csrf"]/@value')[0]
    fields = {"_csrf": token, "name": "wan", "password": PASSWORD}
    assert client.post("/sign-in", data=fields, **over).status_code == 303
    assert client.get("/", **over).status_code == 200
    assert client.post("/sign-in", data=fields, base_url="https://desk.example/",
                       headers={"Referer": "https://evil.example/"}).status_code == 400  # fmt: skip


def link_for(desk, name):
    return "/link/" + new_link(desk, COMMAND_LINE, find_user(desk, name).id)


def newcomer(desk, name, **more):
    return add_user(desk, COMMAND_LINE, name=name, shown="", role="clerk", **more)


def test_a_link_asks_for_a_password_and_serves_once(app, desk):
    _, secret = newcomer(desk, "zhang")
    client = app.test_client()
    page = get(client, f"/link/{secret}?lang=zh")
    assert "您的登录名是zhang" in page.words().replace(" ", "")
    weak = post(client, f"/link/{secret}", page, password="1234567890")
    assert weak.status_code == 422
    assert "太容易猜到" in told(weak)
    assert Screen(weak).by_id("password").get("aria-invalid") == "true"
    old = client.post(f"/link/{secret}", data={"password": PASSWORD})
    assert old.status_code == 400
    assert "页面放得太久" in told(old)
    assert post(client, f"/link/{secret}", password=PASSWORD).headers["Location"] == "/"
    assert "zhang" in get(client, "/").words("//header")
    again = client.get(f"/link/{secret}")
    assert again.status_code == 404
    assert "已经用过或过期" in again.text
    assert client.post(f"/link/{secret}", data={"password": PASSWORD}).status_code == 404


def test_the_first_administrator_on_a_fresh_machine(tmp_path, app):
    from service.bootstrap import assemble

    settings = Settings(data=tmp_path)
    desk = assemble(settings)
    client = create_app(desk, settings).test_client()
    path = f"/link/{first_link(desk)}"
    page = get(client, f"{path}?lang=en")
    assert page.words("//h1") == "Become the first administrator"
    wrong = Screen(post(client, path, page, name="a b", shown="万䶮", password="short"))
    assert wrong.status == 422
    assert len(wrong.find('//*[@id="summary"]//a')) == 2
    assert wrong.by_id("shown").get("value") == "万䶮"
    assert (
        post(client, path, wrong, name="chief", shown="万䶮", password=PASSWORD).status_code == 303
    )
    assert client.get("/users").status_code == 200
    assert first_link(desk) is None
    desk.close()


def test_a_new_password_keeps_this_browser_and_ends_the_others(app, desk):
    _, secret = newcomer(desk, "changer")
    here, there = app.test_client(), app.test_client()
    post(here, f"/link/{secret}", password=PASSWORD)
    sign_in(there, "changer")
    wrong = post(here, "/account", old="wrong", password="short")
    assert wrong.status_code == 422
    assert [one.get("href") for one in Screen(wrong).find('//*[@id="summary"]//a')] == [
        "#old",
        "#password",
    ]
    done = Screen(post(here, "/account", old=PASSWORD, password=OTHER))
    assert done.status == 200
    assert "已修改" in done.words()
    assert here.get("/").status_code == 200
    assert there.get("/").status_code == 303
    assert post(here, "/account", done, old=OTHER, password=PASSWORD).status_code == 200
    late = here.post("/account", data={"old": PASSWORD, "password": OTHER})
    assert late.status_code == 400
    assert "页面放得太久" in told(late)


def test_who_is_disabled_is_out_at_the_next_click(app, desk):
    client = signed(app, "leaver", "clerk")
    assert client.get("/batches").status_code == 200
    set_active(desk, COMMAND_LINE, client.person.id, False)
    assert client.get("/batches").status_code == 303
    assert sign_in(client, "leaver").status_code == 422


def do(client, verb, **fields):
    return post(client, "/users", _do=verb, **fields)


def test_an_administrator_adds_users_and_hands_over_links(app, client):
    got = Screen(do(client, "add", name="Zhou", shown="周　明", role="reviewer",
                    post="branch_secretary", branch="第一党支部"))  # fmt: skip
    assert got.status == 200
    link = got.by_id("link").text.strip()
    assert re.fullmatch(r"http://localhost/link/[\w-]{32}", link)
    assert "周　明" in got.one('//label[@for="link"]').text
    assert "还没设密码" in got.words()
    assert link not in get(client, "/users").text
    theirs = app.test_client()
    assert post(theirs, urlsplit(link).path, password=PASSWORD).status_code == 303
    assert theirs.get("/users").status_code == 404
    assert theirs.get("/batches").status_code == 404
    links = get(theirs, "/account").find("//header//nav//a/@href")
    assert "/users" not in links
    assert "/batches" not in links


def test_wrong_users_are_told_at_their_fields_and_typed_words_stay(client):
    got = Screen(
        do(client, "add", name="a b", shown="周明", role="clerk", post="team_leader", branch="x")
    )
    assert got.status == 422
    assert got.find('//*[@id="summary"]//a/@href') == ["#name", "#post", "#branch"]
    assert got.by_id("shown").get("value") == "周明"
    assert got.one('//select[@id="post"]/option[@selected]').get("value") == "team_leader"
    taken = do(client, "add", name="wan", shown="", role="clerk")
    assert taken.status_code == 409
    assert do(client, "add", name="x1", role="root").status_code == 422
    assert do(client, "fly").status_code == 422
    assert do(client, "link:" + "0" * 32).status_code == 404


def test_disabling_and_letting_back_in(app, client, desk):
    person, _ = newcomer(desk, "goer")
    off = Screen(do(client, f"disable:{person.id}"))
    assert "已停用" in off.words()
    assert off.find(f'//button[@value="enable:{person.id}"]')
    assert not off.find(f'//button[@value="link:{person.id}"]')
    assert do(client, f"link:{person.id}").status_code == 409
    on = Screen(do(client, f"enable:{person.id}"))
    assert on.find(f'//button[@value="disable:{person.id}"]')
    me = find_user(desk, "wan")
    assert not on.find(f'//button[@value="disable:{me.id}"]')


def test_a_user_is_changed_and_the_next_click_goes_by_it(app, client, desk):
    theirs = signed(app, "mover", "clerk")
    here = f"/users/{theirs.person.id}"
    assert theirs.get("/batches").status_code == 200
    page = get(client, here)
    assert page.by_id("shown").get("value") == "mover"
    wrong = Screen(post(client, here, page, shown="x", role="reviewer", post="", branch=""))
    assert wrong.status == 422
    assert wrong.find('//*[@id="summary"]//a/@href') == ["#post"]
    assert wrong.one('//select[@id="role"]/option[@selected]').get("value") == "reviewer"
    done = post(client, here, page, shown="莫飞", role="reviewer", post="team_leader", branch="")
    assert done.status_code == 303
    listed = get(client, done.headers["Location"])
    assert "已修改：莫飞" in listed.words()
    assert theirs.get("/batches").status_code == 404
    assert "莫飞" in get(theirs, "/account").words()
    post(client, here, page, shown="mover", role="administrator", post="", branch="")
    assert theirs.get("/users").status_code == 200
    post(client, here, page, shown="mover", role="clerk", post="", branch="")
    for missing in ("0" * 32, "x%00"):
        assert client.get(f"/users/{missing}").status_code == 404


def test_the_last_administrators_role_is_kept_and_told(client, desk):
    me = find_user(desk, "wan")
    others = [one.person for one in list_users(desk) if one.person.role == "administrator"]
    assert others == [me]
    got = post(client, f"/users/{me.id}", shown="wan", role="clerk", post="", branch="")
    assert got.status_code == 409
    assert "最后一名管理员" in told(got)
    assert find_user(desk, "wan").role == "administrator"


def test_names_are_text_on_every_page(client):
    xss = "<script>alert(1)</script>"
    got = do(client, "add", name="xss", shown=xss, role="clerk")
    assert xss not in got.text
    assert xss not in client.get("/users/trail").text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_trail_is_read_and_looked_at(client, desk, lang):
    newcomer(desk, f"trailed-{lang}")
    page = get(client, f"/users/trail?lang={lang}")
    row = page.find("//tbody/tr")[0].text_content()
    assert ("添加用户" if lang == "zh" else "added a user") in row
    assert f"trailed-{lang}" in row
    assert not page.find('//*[@role="status"]')
    looked = get(client, "/users/trail?check=1")
    head = desk_head(desk)
    assert looked.one("//code").text == head
    assert ("没有被改动" if lang == "zh" else "nothing was changed") in looked.words()


def desk_head(desk):
    with desk.store.read() as session:
        return desk.store.trail.verify(session).head


def test_a_spoilt_trail_is_shown_as_it_is(client, desk, monkeypatch):
    monkeypatch.setattr(type(desk.store.trail), "_mac", lambda *_: "x")
    looked = get(client, "/users/trail?check=1&lang=zh")
    assert "从第 1 行起与原来不符" in looked.words()
