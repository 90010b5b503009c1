"""The account page's section of tokens: made, shown once, revoked, everything told in both languages."""

import pytest

from service.desk.people.tokens import list_tokens
from tests.web.people import signed
from tests.web.screen import Screen, get


@pytest.fixture
def clerk(app, request):
    return signed(app, f"t-{abs(hash(request.node.name)) % 10**8}", "clerk")


def posted(client, path, data, **more):
    token = get(client, "/account/tokens").find('//input[@name="_csrf"]')[0].get("value")
    return client.post(path, data={"_csrf": token, **data}, **more)


def make(client, **more):
    return posted(
        client, "/account/tokens", {"name": "办公系统", "scope": "read", "days": "90", **more}
    )


def secret(response):
    return Screen(response).one('//*[@role="status"]//code').text


def test_a_token_is_shown_once(app, clerk):
    made = make(clerk)
    assert made.status_code == 200
    told = secret(made)
    assert clerk.get("/api/v1/me", headers={"Authorization": f"Bearer {told}"}).status_code == 200
    for path in ("/account", "/account/tokens"):
        page = get(clerk, f"{path}?lang=zh")
        assert told not in page.text
        assert "办公系统" in page.words('//ul[@aria-label="我的令牌"]')
        assert "最近使用" in page.words('//ul[@aria-label="我的令牌"]')


def test_what_it_may_do_is_chosen(app, clerk, desk):
    assert make(clerk, scope="write", days="30").status_code == 200
    assert make(clerk).status_code == 200
    assert [one.scopes for one in list_tokens(desk, clerk.person)] == [("read",), ("read", "write")]
    words = get(clerk, "/account/tokens?lang=en").words("//ul")
    assert "Reading, making and changing" in words
    assert "never used" in words


def test_it_is_revoked_and_stays_in_the_list(app, clerk, desk):
    told = secret(make(clerk))
    [line] = list_tokens(desk, clerk.person)
    assert posted(clerk, "/account/tokens/revoke", {"token": line.id}).status_code == 303
    assert clerk.get("/api/v1/me", headers={"Authorization": f"Bearer {told}"}).status_code == 401
    page = get(clerk, "/account?lang=zh")
    assert "已撤销" in page.words("//ul")
    assert not page.find('//form[@action="/account/tokens/revoke"]')
    again = Screen(posted(clerk, "/account/tokens/revoke", {"token": line.id}))
    assert again.status == 404
    assert "已经失效" in again.words()


def test_nobody_revokes_anothers(app, clerk, desk):
    make(clerk)
    [line] = list_tokens(desk, clerk.person)
    other = signed(app, "t-other", "clerk")
    assert posted(other, "/account/tokens/revoke", {"token": line.id}).status_code == 404
    assert list_tokens(desk, clerk.person)[0].works
    assert line.id not in get(other, "/account").text


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"name": " "}, "token-name"),
        ({"scope": "all"}, "token-scope"),
        ({"days": "x"}, "token-days"),
        ({"days": "9999"}, "token-days"),
    ],
)
def test_what_is_wrong_leads_to_its_field(clerk, desk, more, field):
    page = Screen(make(clerk, **more))
    assert page.status == 422
    assert page.title.startswith(("错误：", "Error: "))
    assert [one.get("href") for one in page.find("//main//a[starts-with(@href, '#')]")] == [
        f"#{field}"
    ]
    assert page.by_id(field) is not None
    assert list_tokens(desk, clerk.person) == []


def test_names_are_escaped(clerk):
    page = make(clerk, name="<script>x</script>")
    assert "<script>x" not in page.get_data(as_text=True)
