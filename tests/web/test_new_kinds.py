"""A new kind by an administrator: everything wrong at once, tried, in service in every process."""

import io
import os
import re
import time

import pytest

from service.bootstrap import assemble
from service.core.people import COMMAND_LINE
from service.desk.fill import fill
from service.desk.new_kinds import EXAMPLE, Proposal, put_into_service, try_kind
from service.desk.people.trail import list_trail
from service.errors import ConflictError, EngineError, NotFoundError
from service.settings import Settings
from service.web.app import create_app
from tests.batch_tools import with_proofs
from tests.helpers_word import assert_docx_text, members_of, with_members
from tests.test_new_kind import ANSWERS
from tests.test_new_kind import FORM as README_FORM
from tests.web.conftest import WHY, NoConverter, desk_with
from tests.web.people import signed

CSRF = re.compile(r'name="_csrf" value="([^"]+)"')
TOKEN = re.compile(r'value="serve:([0-9a-f]{32})"')


@pytest.fixture
def settings(tmp_path):
    return Settings(data=with_proofs(tmp_path / "data"))


@pytest.fixture
def desk(settings):
    desk = assemble(settings)
    yield desk
    desk.close()


@pytest.fixture
def client(desk, settings):
    return signed(create_app(desk_with(desk, converter=lambda: NoConverter(WHY)), settings))


def post(client, do="try", lang="en", **fields):
    csrf = CSRF.search(client.get("/new-kind").text)[1]
    data = {"_csrf": csrf, "_do": do, "name": "request", "form": EXAMPLE} | fields
    headers = {"Accept-Language": lang}
    return client.post("/new-kind", data=data, headers=headers, content_type="multipart/form-data")


def file(name, data):
    return io.BytesIO(data), name


def changed(docx, old, new):
    body = members_of(docx)["word/document.xml"].decode()
    assert old in body
    return with_members(docx, {"word/document.xml": body.replace(old, new).encode()})


def tried(answer):
    assert answer.status_code == 200, answer.text
    return TOKEN.search(answer.text)[1]


def no_facts(lang):
    return {}


def own_files(settings):
    return sorted(one.name for one in settings.own_templates.rglob("*") if one.is_file())


def test_the_example_is_the_readmes():
    assert EXAMPLE == README_FORM


def test_everything_wrong_is_told_at_once_in_both_languages(client, settings):
    wrong = EXAMPLE.replace("integer", "number").replace("缘由, en: Reason", "缘由")
    for lang, words in (
        ("en", ("4 to mend", "lower-case letters", "form.yaml:6", "form.yaml:7", "own.docx")),
        ("zh", ("要改 4 处", "只能用小写字母", "form.yaml:6", "form.yaml:7", "own.docx")),
    ):
        answer = post(
            client, lang=lang, name="Bad Name", form=wrong,
            **{"template-zh": file("own.docx", b"no Word")},
        )  # fmt: skip
        assert answer.status_code == 422
        for one in words:
            assert one in answer.text
        assert "type: number" in answer.text  # what was typed is there
    assert own_files(settings) == []


@pytest.mark.parametrize("form", ["", " \n", "a: [", "- 1", "title: 1\ntitle: 2", "x" * 9])
def test_what_is_no_definition_is_told(client, settings, form):
    answer = post(client, form=form)
    assert answer.status_code == 422
    assert 'id="summary"' in answer.text
    assert own_files(settings) == []


def test_a_name_that_is_taken(client):
    answer = post(client, name="mobilization_notice")
    assert answer.status_code == 422
    assert "exists already" in answer.text


def test_tried_served_and_filled_and_other_processes_know_it(client, desk, settings):
    other = assemble(settings)  # what another process holds
    before = other.catalog.kinds()
    token = tried(post(client))
    assert desk.catalog.kinds() == before  # nothing is in service yet
    answer = post(client, f"serve:{token}")
    assert answer.headers["Location"] == "/kinds/request"
    assert client.get("/kinds/request").status_code == 200
    assert set(other.catalog.kinds()) - set(before) == {"request"}
    made = fill(other, "request", ANSWERS, lang="zh", stage="issue", activity={})
    assert_docx_text(made.docx, "展厅照明用电偏高", "38000", "更换第一展厅灯具")
    other.close()
    assert list_trail(desk)[0].action == "kind_added"
    assert client.get("/users/trail").text.count("启用新的文书种类") == 1
    again = post(client, f"serve:{token}")
    assert again.status_code == 404
    assert "try again" in again.text


def test_a_file_goes_before_the_text_and_names_the_kind(client, desk):
    mine = EXAMPLE.replace("请示, en: Request", "借条, en: Loan slip").replace("\n", "\r\n")
    upload = {"file": file("loan_slip.yaml", b"\xef\xbb\xbf" + mine.encode())}
    answer = post(client, name="", **upload)
    assert 'value="loan_slip"' in answer.text
    assert "en: Loan slip" in answer.text
    form = mine.replace("\r\n", "\n")
    answer = post(client, f"serve:{tried(answer)}", name="loan_slip", form=form)
    assert answer.headers["Location"] == "/kinds/loan_slip"
    assert desk.catalog.kind("loan_slip").form.title.en == "Loan slip"
    refused = post(client, file=file("form.yaml", "标题".encode("gbk")))
    assert refused.status_code == 422
    assert "UTF-8" in refused.text


def test_what_was_changed_after_the_trial_is_tried_again(client, desk):
    token = tried(post(client))
    answer = post(client, f"serve:{token}", form=EXAMPLE.replace("金额（元）", "款额"))
    assert answer.status_code == 200
    assert "tried again" in answer.text
    assert "request" not in desk.catalog.kinds()
    assert tried(answer) != token


def test_a_word_template_of_the_units_own(client, desk):
    token = tried(post(client))
    starter = client.get(f"/new-kind/{token}/template.zh.docx").data
    own = changed(starter, "一、", "甲、")
    answer = post(client, **{"template-zh": file("我的.docx", own)})
    assert "我的.docx" in answer.text
    token = tried(answer)
    assert post(client, f"serve:{token}").status_code == 303
    kind = desk.catalog.kind("request")
    assert kind.template("zh").read_bytes() == own
    assert kind.template("en").is_file()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("{{ amount }}", "{{ amout }}", "amout"),
        ("{{ amount }}", "", "amount"),
        ("{{ amount }}", "{{ amount.__class__ }}", "amount"),
    ],
)
def test_a_template_that_does_not_fit_is_told_by_its_name(client, settings, old, new, told):
    token = tried(post(client))
    templates = {}
    for lang in ("zh", "en"):
        starter = client.get(f"/new-kind/{token}/template.{lang}.docx").data
        templates[f"template-{lang}"] = file(f"own.{lang}.docx", changed(starter, old, new))
    answer = post(client, **templates)
    assert answer.status_code == 422
    assert told in answer.text
    assert str(settings.data) not in answer.text


def test_two_administrators_with_one_name(desk):
    first, second = (try_kind(desk, Proposal(name="request", form=EXAMPLE), no_facts) for _ in "ab")
    assert put_into_service(desk, COMMAND_LINE, first.token) == "request"
    with pytest.raises(ConflictError):
        put_into_service(desk, COMMAND_LINE, second.token)
    assert [one.action for one in list_trail(desk)].count("kind_added") == 1


def test_old_trials_are_thrown_away_and_odd_tokens_are_none(desk):
    old = try_kind(desk, Proposal(name="request", form=EXAMPLE), no_facts)
    place = old.kind.folder.parent
    os.utime(place, (time.time() - 90_000,) * 2)
    try_kind(desk, Proposal(name="other", form=EXAMPLE), no_facts)
    for token in (old.token, "..", "", "0" * 32):
        with pytest.raises(NotFoundError):
            put_into_service(desk, COMMAND_LINE, token)
    assert not place.exists()


def test_a_folder_that_cannot_be_written_is_told_before_anything_is_typed_in_vain(tmp_path):
    (tmp_path / "own").write_text("a file stands here")
    settings = Settings(data=with_proofs(tmp_path / "data"), templates=tmp_path / "own")
    desk = assemble(settings)
    with pytest.raises(EngineError) as told:
        try_kind(desk, Proposal(name="request", form=EXAMPLE), no_facts)
    assert told.value.problems[0].code == "storage"
    desk.close()
