"""Who may do what with which object: every address with every role, against a table of its own.

The table below is written from the specification, not from `web/access.py`; it is in words of
people, and the objects are real rows. An address that neither of the two tables knows fails.
"""

import re

import pytest
from flask import Response

from service.desk.activity.profiles import create_activity, sample_profile
from service.desk.batch.batches import start_batch
from service.desk.documents.drafts import create_document
from service.desk.people.tokens import make_token, scopes_of
from service.desk.roster.rosters import add_roster, share_answers
from service.web.access import POLICY
from service.web.app import create_app
from tests.batch_tools import KIND, roster_csv, shared
from tests.filing_papers import keep_submission
from tests.web.people import signed

pytestmark = pytest.mark.slow

BRANCH = "第一党支部"
PEOPLE = {
    "nobody": None,
    "chief": ("administrator", "", ""),
    "handler": ("clerk", "", ""),
    "other": ("clerk", "", ""),
    "leader": ("reviewer", "team_leader", ""),
    "secretary": ("reviewer", "branch_secretary", BRANCH),
    "stranger": ("reviewer", "branch_secretary", "第二党支部"),
}
SIGNED = set(PEOPLE) - {"nobody"}
MAKERS = {"chief", "handler", "other"}
MINE = {"handler"}
# What may be seen of the unit's papers, everybody who signs in may see; of a member's own words
# the clerk who handles it and the reviewer of its route.
SEES = {"unit": SIGNED, "own": {"handler", "secretary"}}
CHANGES = {"unit": MAKERS, "own": MINE}
# The route of the unit's paper here asks for the head of the team.
REVIEWS = {"unit": MAKERS | {"leader"}, "own": {"handler", "secretary"}}
# Of a paper its clerk types in what came on paper, and the reviewer of its route speaks.
SPEAKS = {"unit": MAKERS | {"leader"}, "own": {"handler", "secretary"}}

# Its clerk hands it over, and an administrator what is nobody's own.
HANDS_OVER = {"unit": {"chief", "handler"}, "own": MINE}
HANDS_OVER_A_DOCUMENT = """documents.give api_handovers.who api_handovers.give"""

AN_ADMINISTERING_TOKEN = """api_users.every api_users.add api_users.one api_users.change
    api_users.activate api_users.link api_users.trail api_users.verdict
    api_handovers.load api_handovers.give_all api_new_kinds.try_out api_new_kinds.template
    api_new_kinds.change api_new_kinds.show api_new_kinds.serve"""
"""What only a token with that scope may be used for; a writing one may be used for the rest."""
EVERYBODY = """static people.sign_in people.enter people.sign_out people.link people.use_link"""
WHO_SIGNED_IN = """home.show activities.every activities.show ledger.show ledger.paper ledger_sheets.download
    people.account people.change kinds.home reference.page reference.document tokens.show
    tokens.make tokens.revoke api_me.me api_kinds.every api_kinds.one api_kinds.schema
    api_activities.every api_activities.schema api_activities.one api_documents.every
    api_ledger.every api_ledger.one api_ledger.printed api_todo.mine api_ledger_sheets.download"""
WHO_MAKES_PAPERS = """activities.sample activities.act profiles.new profiles.create
    profiles.profile profiles.save copies.show copies.make ledger.plan ledger.take ledger.task ledger.save
    ledger_sheets.compare ledger_sheets.take
    form.show form.answer made.made documents.keep scans.show scans.take bundle.show bundle.act bundle.upload bundle.state
    bundle.file bundle.page rosters.new rosters.upload rosters.template batches.every
    api_kinds.template api_kinds.check api_kinds.make api_rosters.every api_rosters.upload
    api_batches.every api_bundle.one api_bundle.make api_bundle.file
    api_activities.create api_activities.profile api_activities.save api_activities.close
    api_activities.start api_documents.begin api_ledger.save api_ledger.look api_ledger.take
    api_activities.sample api_copies.look api_copies.make api_stale.every api_stale.again
    api_scans.every api_scans.take api_ledger_sheets.compare api_ledger_sheets.take
    api_bundle.every api_bundle_uploads.add api_bundle_uploads.file api_bundle_uploads.remove"""
ADMINISTRATORS = """new_kinds.show new_kinds.act new_kinds.template users.every users.act users.show users.change users.trail"""
ITS_CLERK = """rosters.show rosters.answer roster_rows.open_row roster_rows.mend
    batches.show batches.state batches.act batch_items.open_item batch_items.mend
    batch_files.item batch_files.returned batch_files.joined batch_files.files batch_files.tally
    api_rosters.one api_rosters.rows api_rosters.columns api_rosters.shared api_rosters.mend
    api_rosters.try_out api_rosters.start api_batches.one api_batches.items api_batches.mend
    api_batches.cancel api_batches.retry api_batches.missing api_batches.returned
    api_batch_files.docx api_batch_files.pdf api_batch_files.returned api_batch_files.files
    api_batch_files.joined api_batch_files.tally api_batch_files.sheet"""
SEES_A_DOCUMENT = """documents.show documents.file api_documents.one api_documents.file api_documents.pdf api_reviews.every"""
REVIEWS_A_DOCUMENT = """document_reviews.show document_reviews.give document_reviews.pages
    document_reviews.picture"""
CHANGES_A_DOCUMENT = """api_companions.begin api_checks.check api_checks.last_year api_checks.preview document_files.show document_files.take api_reviews.word api_reviews.scan api_documents.draft api_documents.save api_documents.make api_documents.move
    last_year.show last_year.insert companions.begin
    documents.move document_drafts.draft document_drafts.save
    document_checks.check document_checks.make document_checks.pages"""

THE_REGISTER = """register.show register.act register.sheet api_register.every
    api_register.give api_register.one api_register.void api_register.gap api_register.sheet"""
NUMBERS_A_DOCUMENT = """documents.number api_register.number"""

# What was filed is seen by who filed it, and by makers of papers who may see every paper in it.
SEES_WHAT_WAS_FILED = """submissions.show submissions.act submissions.file api_filing.one
    api_filing.download api_filing.sent_back"""
FILES_A_BUNDLE = """filing.show filing.act filing.state api_filing.look api_filing.file
    api_filing.progress api_filing.every"""
VERIFIES = """verify.show verify.look api_filing.verify"""
SPEAKS_OF_A_DOCUMENT = """api_reviews.give api_reviews.print_them"""

EXPECTED = {
    **{name: set(PEOPLE) for name in EVERYBODY.split()},
    **{name: SIGNED for name in WHO_SIGNED_IN.split()},
    **{name: MAKERS for name in WHO_MAKES_PAPERS.split()},
    **{name: MAKERS for name in THE_REGISTER.split()},
    **{name: CHANGES for name in NUMBERS_A_DOCUMENT.split()},
    **{name: {"chief"} for name in ADMINISTRATORS.split()},
    **{name: {"chief"} for name in AN_ADMINISTERING_TOKEN.split()},
    **{name: MINE for name in ITS_CLERK.split()},
    **{name: SEES for name in SEES_A_DOCUMENT.split()},
    **{name: REVIEWS for name in REVIEWS_A_DOCUMENT.split()},
    **{name: CHANGES for name in CHANGES_A_DOCUMENT.split()},
    **{name: HANDS_OVER for name in HANDS_OVER_A_DOCUMENT.split()},
    **{name: CHANGES for name in SEES_WHAT_WAS_FILED.split()},
    **{name: MAKERS for name in FILES_A_BUNDLE.split()},
    **{name: SIGNED for name in VERIFIES.split()},
    **{name: SPEAKS for name in SPEAKS_OF_A_DOCUMENT.split()},
}
A_READING_TOKEN = """api_register.every api_register.one api_register.sheet api_me.me api_kinds.every api_kinds.one api_kinds.schema api_kinds.template
    api_kinds.check api_rosters.every api_rosters.one api_rosters.rows api_batches.every
    api_batches.one api_batches.items api_batches.missing api_batch_files.docx api_batch_files.pdf
    api_batch_files.returned api_batch_files.files api_batch_files.joined api_batch_files.tally
    api_batch_files.sheet api_bundle.one api_bundle.file api_activities.every api_activities.schema
    api_activities.one api_activities.profile api_documents.every api_documents.one api_reviews.every
    api_documents.draft api_documents.file api_documents.pdf api_ledger.every api_ledger.one
    api_ledger.look api_ledger.printed reference.document api_todo.mine api_copies.look
    api_stale.every api_scans.every api_checks.check api_checks.preview api_ledger_sheets.download
    api_ledger_sheets.compare api_bundle.every api_bundle_uploads.file api_handovers.who api_checks.last_year
    api_filing.look api_filing.progress api_filing.every api_filing.one api_filing.download api_filing.verify"""
"""What a token that is good for reading may be used for."""
ABSENT = "0" * 32
PLACES = {
    "kind": KIND, "item": ABSENT, "number": 1, "field": "venue", "no": 1, "row": 2, "token": "x" * 32,
    "file": "paper.docx", "secret": "x", "filename": "gongwen.css", "name": "supervisory",
}  # fmt: skip


@pytest.fixture(scope="module")
def guarded(desk, settings):
    """The application with its guards; whoever passes them is told so, and nothing is done."""
    app = create_app(desk, settings)
    app.config["WTF_CSRF_ENABLED"] = False
    for endpoint in app.view_functions:
        app.view_functions[endpoint] = lambda **_: Response("passed")
    return app


@pytest.fixture(scope="module")
def clients(guarded):
    """A browser of each person."""
    return {
        name: signed(guarded, f"m-{name}", *place) if place else guarded.test_client()
        for name, place in PEOPLE.items()
    }


@pytest.fixture(scope="module")
def tokens(desk, clients):
    """Headers of a token of each person for reading, of one for both, and of the widest."""
    return {
        name: [
            {
                "Authorization": f"Bearer {make_token(desk, client.person, name='x', scopes=scopes, days=30)}"
            }
            for scopes in (["read"], ["read", "write"], scopes_of(client.person))
        ]
        for name, client in clients.items()
        if name != "nobody"
    }


@pytest.fixture(scope="module")
def objects(desk, clients):
    """A roster and its batch, an activity, and two documents, all of one clerk."""
    handler = clients["handler"].person
    roster = add_roster(
        desk, KIND, lang="zh", name="名册.csv", data=roster_csv(2), handler=handler.id
    )
    share_answers(desk, roster, shared())
    activity = create_activity(desk, handler, sample_profile(desk))
    own = create_document(desk, handler, activity, KIND, "zh", person_name="万䶮", branch=BRANCH)
    unit = create_document(desk, handler, activity, "mobilization_notice", "zh")
    return {
        "roster": roster,
        "batch": start_batch(desk, roster, pdf="none", odd_start=False),
        "activity": activity,
        "unit": unit,
        "own": own,
        "unit_filed": keep_submission(desk, handler, activity, [unit]),
        "own_filed": keep_submission(desk, handler, activity, [unit, own]),
    }


def of_document(objects, document):
    """The objects, of the two documents and what was filed with them this one."""
    filed = objects[f"{document}_filed"]
    return {**objects, "document": objects[document], "submission": filed}


def addresses(app, **objects):
    """(endpoint, method, path, its objects) of every address."""
    found, places = [], {**PLACES, **objects}
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in EXPECTED:
            continue  # test_every_address_stands_in_both_tables tells of it
        one_of = dict(re.findall(r"<any\((\w+)[^)]*\):(\w+)>", rule.rule)).items()
        places |= {name: first for first, name in one_of}
        values = {name: places.get(name, ABSENT) for name in rule.arguments}
        path = app.url_map.bind("localhost").build(rule.endpoint, values)
        for method in sorted(rule.methods - {"OPTIONS", "HEAD"}):
            found.append((rule.endpoint, method, path, rule.arguments & set(objects)))
    return found


def plain(response):
    """What an answer says, without the request's number and the second in the CSRF token."""
    number = response.headers["X-Request-ID"]
    text = response.get_data(as_text=True).replace(number, "-")
    return response.status_code, re.sub(r'name="_csrf" value="[^"]+"', "", text)


def expected_of(endpoint, document):
    found = EXPECTED[endpoint]
    return found[document] if isinstance(found, dict) else found


def test_every_address_stands_in_both_tables(guarded):
    endpoints = {rule.endpoint for rule in guarded.url_map.iter_rules()}
    assert endpoints - set(POLICY) == set(), "no line in web/access.py: it would answer nobody"
    assert endpoints - set(EXPECTED) == set(), "say here who may use it"
    assert (set(POLICY) | set(EXPECTED)) - endpoints == set(), "there is no such address"


def test_an_address_without_a_line_answers_nobody(guarded, clients, monkeypatch):
    assert clients["chief"].get("/users").text == "passed"
    monkeypatch.delitem(POLICY, "users.every")
    assert clients["chief"].get("/users").status_code == 404


@pytest.mark.parametrize("document", ["unit", "own"])
@pytest.mark.parametrize("name", sorted(SIGNED))
def test_pages_and_people(guarded, clients, objects, name, document):
    real = of_document(objects, document)
    client = clients[name]
    for endpoint, method, path, _ in addresses(guarded, **real):
        if endpoint.startswith("api_"):
            continue
        got = client.open(path, method=method)
        told = f"{name} {method} {endpoint} {document}"
        if name in expected_of(endpoint, document):
            assert got.status_code == 200, told
            assert endpoint == "static" or got.text == "passed", told
        else:
            assert got.status_code == 404, told


@pytest.mark.parametrize("document", ["unit", "own"])
@pytest.mark.parametrize("name", sorted(SIGNED))
def test_the_api_and_people(guarded, clients, tokens, objects, name, document):
    real = of_document(objects, document)
    reading, writing, widest = tokens[name]
    client = guarded.test_client()
    seen = 0
    for endpoint, method, path, _ in addresses(guarded, **real):
        if not endpoint.startswith("api_"):
            continue
        seen += 1
        may = name in expected_of(endpoint, document)
        rare = endpoint in AN_ADMINISTERING_TOKEN.split()
        for headers, enough in (
            (reading, endpoint in A_READING_TOKEN.split()),
            (writing, not rare),
            (widest, not rare or name == "chief"),
        ):
            got = client.open(path, method=method, headers=headers)
            told = f"{name} {method} {endpoint} {got.text}"
            if may and enough:
                assert (got.status_code, got.text) == (200, "passed"), told
            else:
                assert got.status_code == (403 if not enough else 404), told
        # Neither a browser's cookie nor somebody's guess opens it.
        assert clients[name].open(path, method=method).status_code == 401
        guess = {"Authorization": writing["Authorization"][:-1] + "~"}
        assert client.open(path, method=method, headers=guess).status_code == 401
    assert seen > 20


@pytest.mark.parametrize("document", ["unit", "own"])
def test_nobody(guarded, clients, objects, document):
    real = of_document(objects, document)
    client = clients["nobody"]
    for endpoint, method, path, _ in addresses(guarded, **real):
        got = client.open(path, method=method)
        if "nobody" in expected_of(endpoint, document):
            assert got.status_code == 200, endpoint
        elif endpoint.startswith("api_") or method != "GET":
            assert got.status_code == 401, endpoint
            assert "passed" not in got.text
        elif endpoint == "reference.document":
            assert got.status_code in {303, 401}
        else:
            assert got.status_code == 303, endpoint
            assert got.headers["Location"].startswith("/sign-in"), endpoint


@pytest.mark.parametrize("name", sorted(SIGNED))
def test_what_is_not_allowed_looks_like_what_is_not_there(guarded, clients, tokens, objects, name):
    """The same status and the same body, byte for byte but for the request's own number."""
    compared, nothing = 0, {}
    for document in ("unit", "own"):
        real = of_document(objects, document)
        absent = dict.fromkeys(real, ABSENT)
        pairs = zip(addresses(guarded, **real), addresses(guarded, **absent), strict=True)
        for (endpoint, method, path, of), (_, _, other, _) in pairs:
            if name in expected_of(endpoint, document):
                continue
            if endpoint in AN_ADMINISTERING_TOKEN.split():
                continue  # 403 whatever stands in the address: no token of theirs has the scope
            api = endpoint.startswith("api_")
            client = guarded.test_client() if api else clients[name]
            headers = tokens[name][1] if api else {}
            theirs = plain(client.open(path, method=method, headers=headers))
            missing = plain(client.open(other, method=method, headers=headers))
            if api not in nothing:
                nowhere = "/api/v1/nowhere" if api else "/nowhere"
                nothing[api] = plain(client.open(nowhere, headers=headers))
            assert theirs == missing == nothing[api], f"{name} {method} {endpoint}"
            compared += bool(of)
    assert compared > 5 or name == "handler"  # to whom nearly all is open


def test_ids_that_are_none_are_not_there(guarded, clients):
    """Nothing that a database would stumble over, in any place of any address."""
    for bad in ("\x00", "a\x00b", "😀", "x" * 3000, "' OR 1=1 --", "%2e%2e"):
        for endpoint, method, path, of in addresses(
            guarded, **dict.fromkeys(("roster", "batch", "activity", "document", "submission"), bad)
        ):
            if of:
                got = clients["chief"].open(path, method=method)
                assert got.status_code in {401, 404}, f"{endpoint} {bad!r}"
