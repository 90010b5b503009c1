"""Headers, CSRF, limits, the key, names of downloads."""

import gzip
import stat
import threading
from urllib.parse import unquote

import pytest

from service.core.people import COMMAND_LINE
from service.desk.people.passwords import link_of, new_link
from service.errors import EngineError
from service.keys import kept_key
from service.settings import Settings
from service.web.downloads import disposition
from service.web.security import POST_BYTES
from service.web.shelf import Shelf
from tests.web.people import signed
from tests.web.screen import get, press
from tests.web.test_matrix import addresses

XSS = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


@pytest.mark.parametrize(
    "path", ["/", "/kinds/leave", "/batches", "/bundle", "/nope", "/static/gongwen.css"]
)
def test_headers_on_every_answer(client, path):
    with client.get(path) as got:
        headers = got.headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "object-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Request-ID"]
    if not path.startswith("/static"):
        assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/kinds/implementation_plan",
        "/kinds/self_examination/roster",
        "/batches",
        "/bundle",
        "/nope",
    ],
)
def test_nothing_inline_and_nothing_from_outside(client, path):
    screen = get(client, path)
    assert not screen.find("//@style")
    assert not screen.find("//style")
    assert not [s for s in screen.find("//script") if not s.get("src")]
    assert not [name for name in screen.find("//@*") if str(name).startswith("javascript:")]
    handlers = [a for node in screen.tree.iter() for a in node.attrib if a.startswith("on")]
    assert not handlers
    for address in (*screen.find("//@src"), *screen.find("//link/@href")):
        assert address.startswith("/static/")


def test_own_javascript_is_small_and_vendor_files_are_there(client):
    with client.get("/static/gongwen.js") as got:
        assert got.get_data(as_text=True).count("\n") < 150
    for name in ("htmx.min.js", "bootstrap.min.css"):
        with client.get(f"/static/vendor/{name}") as got:
            assert got.status_code == 200


def test_a_page_with_all_it_needs_is_small(client):
    headers = {"Accept-Encoding": "gzip"}
    screen = get(client, "/kinds/meeting_report", **headers)
    assert "Content-Encoding" not in screen.response.headers
    sizes = [len(gzip.compress(screen.response.data))]
    for address in screen.find("//link[@rel='stylesheet']/@href | //script/@src"):
        with client.get(address, headers=headers) as got:
            assert got.headers["Content-Encoding"] == "gzip"
            assert "max-age" in got.headers["Cache-Control"]
            sizes.append(len(got.data))
            with client.get(address) as plain:
                assert gzip.decompress(got.data) == plain.data
    assert len(sizes) == 5
    assert sum(sizes) < 100_000


def test_csrf_on_every_unsafe_method_of_every_route(client, app, desk, monkeypatch):
    """Pages want the token; the API wants its header and never takes a browser's cookie for one."""
    monkeypatch.setattr("service.web.access.ties", lambda *_: {"handler", "reviewer", "unit"})
    made_up = dict.fromkeys(("roster", "batch", "activity", "document"), "0" * 32)
    secret = new_link(desk, COMMAND_LINE, signed(app, "other", "clerk").person.id)
    seen, reached = 0, []
    for endpoint in app.view_functions:
        monkeypatch.setitem(app.view_functions, endpoint, lambda **_: reached.append(1))
    for endpoint, method, path, _ in addresses(app, **made_up, secret=secret, kind="leave"):
        if method == "GET":
            continue
        for post in ({"data": {"x": "1"}}, {"json": {"x": 1}}, {"data": {"_csrf": "guessed"}}):
            # A draft's page would be shown again, but there is no such draft.
            expected = {401} if endpoint.startswith("api_") else {400, 404}
            assert client.open(path, method=method, **post).status_code in expected, path
            seen += 1
    assert seen >= 40
    assert not reached
    assert link_of(desk, secret).name == "other"


def test_without_token_an_unknown_kind_is_404(client):
    assert client.post("/kinds/nothing", data={"x": "1"}).status_code == 404


def test_too_many_parts_are_refused_in_words(client):
    many = {f"x{number}": "" for number in range(20_001)}
    got = client.post("/kinds/leave?lang=en", data=many)
    assert got.status_code == 413
    assert "Too much at once" in got.get_data(as_text=True)


@pytest.mark.parametrize(
    "address", ["/kinds/leave", "/users", "/account/tokens", "/activities/new"]
)
def test_a_part_without_a_name_and_a_character_no_database_keeps_are_told(client, address):
    form = "multipart/form-data; boundary=aa"
    nameless = b"--aa\r\nContent-Disposition: form-data\r\n\r\n1\r\n--aa--\r\n"
    got = client.post(f"{address}?lang=en", data=nameless, content_type=form)
    assert got.status_code == 422
    assert "sent without a name" in got.get_data(as_text=True)
    got = client.post(f"{address}?lang=zh", data={"name": "张\0三", "a\0b": "1", "title": "好"})
    assert got.status_code == 422
    told = got.get_data(as_text=True)
    assert "“name”里有不能保存的空字符" in told
    assert "“a?b”里有" in told
    assert "“title”" not in told


def test_a_token_of_another_browser_does_not_serve(app):
    mine, theirs = signed(app), signed(app, "other", "clerk")
    token = get(theirs, "/kinds/leave").value("_csrf")
    get(mine, "/kinds/leave")
    got = mine.post("/kinds/leave", data={"_csrf": token})
    assert got.status_code == 400


def test_cookies(client):
    cookies = client.get("/kinds/leave?lang=en").headers.getlist("Set-Cookie")
    assert len(cookies) == 2
    for cookie in cookies:
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie


def test_too_much_is_refused_in_words(client):
    for lang, words in (("zh", "内容太多"), ("en", "Too much at once")):
        got = client.post(
            f"/kinds/leave?lang={lang}",
            data=b"title=" + b"a" * (POST_BYTES + 1),
            content_type="application/x-www-form-urlencoded",
        )
        assert got.status_code == 413
        assert words in got.get_data(as_text=True)


def test_typed_markup_stays_text(client):
    blank = get(client, "/kinds/leave?lang=zh")
    after = press(
        client,
        blank,
        "check",
        {"title": XSS, "reason": f"</textarea>{XSS}", "size": XSS, "things.0.name": XSS,
         "amount": XSS, XSS: "1", "_part": XSS, "_stage": XSS, "_doc": XSS},
    )  # fmt: skip
    assert after.status == 422
    assert "<script>" not in after.text.lower()
    assert "onerror=alert" not in [name for name in after.find("//@*")]
    assert after.value("reason") == f"</textarea>{XSS}"
    assert get(client, f"/kinds/{XSS}").status == 404
    assert "<script>" not in get(client, f"/kinds/leave?doc={XSS}&x={XSS}").text


NAMES = [
    "入党申请书（张三）",
    "a\r\nSet-Cookie: x=1",
    'quo"te;x=\\y',
    "../../etc/passwd",
    "gpj.\u202eexe",
    "长" * 300,
    "😀𠮷",
    "sur\ud800rogate",
    "con",
    "",
    "%2e%2e/~`'",
]


@pytest.mark.parametrize("name", NAMES)
def test_download_names(name):
    got = disposition(name, ".docx")
    got.encode("latin-1")
    assert "\r" not in got
    assert "\n" not in got
    way, plain, star = got.split("; ")
    assert way == "attachment"
    assert plain.startswith('filename="')
    assert plain.count('"') == 2
    assert plain.endswith('.docx"')
    assert not plain.removeprefix('filename="').startswith(".")
    assert got.count("filename*=UTF-8''") == 1
    whole = unquote(star.removeprefix("filename*=UTF-8''"))
    assert whole.endswith(".docx")
    assert len(whole.encode()) <= 200
    for bad in ("/", "\\", "\u202e", '"', "\r", "\n", ":"):
        assert bad not in whole


def test_the_name_of_a_member_is_in_the_download(client):
    blank = get(client, "/kinds/self_examination?lang=zh")
    after = press(
        client,
        blank,
        "word",
        {"person_name": "张𠮷", "department": "办公室", "branch": "一支部", "title": "对照检查表"},
    )
    got = client.get(after.one('//p[@class="files"]/a').get("href"))
    assert "张𠮷" in unquote(got.headers["Content-Disposition"])


def test_what_was_made_is_for_its_own_browser_only(app):
    mine, theirs = signed(app), signed(app, "other", "clerk")
    after = press(mine, get(mine, "/kinds/leave?lang=zh"), "word", {"title": "题"})
    link = after.one('//p[@class="files"]/a').get("href")
    assert mine.get(link).status_code == 200
    get(theirs, "/kinds/leave")
    assert theirs.get(link).status_code == 404
    assert app.test_client().get(link).headers["Location"].startswith("/sign-in?next=%2Fmade%2F")


@pytest.mark.parametrize(
    "file", ["about.json", "..%2fabout.json", "paper.exe", "page-1.png", "page-001.png", "x" * 500]
)
def test_only_what_was_made_is_handed_out(client, file):
    after = press(client, get(client, "/kinds/leave?lang=zh"), "word", {"title": "题"})
    folder = after.one('//p[@class="files"]/a').get("href").rpartition("/")[0]
    assert client.get(f"{folder}/{file}").status_code == 404
    assert client.get(f"/made/..%2f..%2fetc/{file}").status_code == 404


def test_the_shelf_is_private_and_tidied(tmp_path):
    shelf = Shelf(tmp_path / "made")
    token = shelf.put("me", "名", {"paper.docx": b"x"})
    place = tmp_path / "made" / token
    assert stat.S_IMODE((tmp_path / "made").stat().st_mode) == 0o700
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert shelf.get("me", token, "paper.docx") == (place / "paper.docx", "名")
    assert shelf.get("", token, "paper.docx") is None
    import os

    os.utime(place, (1, 1))
    shelf.put("me", "名", {})
    assert not place.exists()


def test_the_secret_key_is_made_once_and_private(tmp_path):
    data = tmp_path / "data"
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(kept_key(data / "secret.key")))
        for _ in range(8)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(set(found)) == 1
    assert len(found[0]) == 32
    assert stat.S_IMODE((data / "secret.key").stat().st_mode) == 0o600
    assert [path.name for path in data.iterdir()] == ["secret.key"]


@pytest.mark.parametrize("content", [b"", b"x" * 31, b"x" * 33])
def test_a_damaged_key_is_told_and_nothing_made_over_it(tmp_path, content):
    (tmp_path / "secret.key").write_bytes(content)
    with pytest.raises(EngineError) as error:
        kept_key(tmp_path / "secret.key")
    assert error.value.problems[0].code == "key_damaged"
    assert (tmp_path / "secret.key").read_bytes() == content


def test_wsgi_makes_the_application(monkeypatch, tmp_path):
    from service.web.wsgi import make_app

    monkeypatch.setenv("GONGWEN_DATA", str(tmp_path))
    app = make_app()
    assert signed(app).get("/").status_code == 200
    assert Settings().data == tmp_path
