"""The API does what the pages do: every address of a page has its operations, or a reason."""

from service.web.access import POLICY
from service.web.access_api import API

PAGES = {
    "activities.every": "api_activities.every",
    "activities.sample": "api_activities.sample",
    "activities.show": "api_activities.one api_documents.every api_stale.every api_bundle.every api_filing.every",
    "activities.act": "api_activities.start api_activities.close api_documents.begin api_stale.again",
    "batch_files.files": "api_batch_files.files",
    "batch_files.item": "api_batch_files.docx api_batch_files.pdf",
    "batch_files.joined": "api_batch_files.joined",
    "batch_files.returned": "api_batch_files.returned",
    "batch_files.tally": "api_batch_files.tally api_batch_files.sheet",
    "batch_items.mend": "api_batches.mend",
    "batch_items.open_item": "api_batches.items",
    "batches.act": "api_batches.cancel api_batches.retry api_batches.returned",
    "batches.every": "api_batches.every api_rosters.every",
    "batches.show": "api_batches.one api_batches.items api_batches.missing",
    "batches.state": "api_batches.one",
    "bundle.act": "api_bundle.make api_bundle_uploads.add api_bundle_uploads.remove",
    "bundle.file": "api_bundle.file",
    "bundle.show": "api_bundle.one",
    "bundle.state": "api_bundle.one",
    "bundle.upload": "api_bundle_uploads.file",
    "companions.begin": "api_companions.begin",
    "copies.make": "api_copies.make",
    "copies.show": "api_copies.look",
    "document_checks.check": "api_checks.check",
    "document_checks.make": "api_documents.make",
    "document_checks.pages": "api_checks.preview",
    "document_drafts.draft": "api_documents.draft",
    "document_drafts.save": "api_documents.save",
    "document_files.show": "api_documents.one",
    "document_files.take": "api_reviews.word api_reviews.scan",
    "document_reviews.give": "api_reviews.give api_reviews.print_them",
    "document_reviews.show": "api_reviews.every",
    "documents.file": "api_documents.file api_documents.pdf",
    "documents.give": "api_handovers.who api_handovers.give",
    "documents.keep": "api_documents.begin",
    "documents.move": "api_documents.move",
    "documents.number": "api_register.number",
    "documents.show": "api_documents.one",
    "filing.act": "api_filing.look api_filing.file",
    "filing.show": "api_filing.look api_filing.progress",
    "filing.state": "api_filing.progress",
    "form.answer": "api_kinds.check api_kinds.make",
    "form.show": "api_kinds.one api_kinds.schema",
    "home.show": "api_todo.mine api_activities.every",
    "kinds.home": "api_kinds.every",
    "last_year.insert": "api_documents.save",
    "last_year.show": "api_checks.last_year",
    "ledger.paper": "api_ledger.printed",
    "ledger.plan": "api_ledger.look",
    "ledger.save": "api_ledger.save",
    "ledger.show": "api_ledger.every",
    "ledger.take": "api_ledger.take",
    "ledger.task": "api_ledger.one",
    "ledger_sheets.compare": "api_ledger_sheets.compare",
    "ledger_sheets.download": "api_ledger_sheets.download",
    "ledger_sheets.take": "api_ledger_sheets.take",
    "new_kinds.act": "api_new_kinds.try_out api_new_kinds.change api_new_kinds.serve",
    "new_kinds.show": "api_new_kinds.show",
    "new_kinds.template": "api_new_kinds.template",
    "profiles.create": "api_activities.create",
    "profiles.new": "api_activities.schema",
    "profiles.profile": "api_activities.profile",
    "profiles.save": "api_activities.save",
    "register.act": "api_register.give api_register.void api_register.gap",
    "register.sheet": "api_register.sheet",
    "register.show": "api_register.every api_register.one",
    "roster_rows.mend": "api_rosters.mend",
    "roster_rows.open_row": "api_rosters.rows",
    "rosters.answer": "api_rosters.columns api_rosters.shared api_rosters.try_out api_rosters.start",
    "rosters.show": "api_rosters.one api_rosters.rows",
    "rosters.template": "api_kinds.template",
    "rosters.upload": "api_rosters.upload",
    "scans.show": "api_scans.every",
    "scans.take": "api_scans.take api_reviews.scan",
    "submissions.act": "api_filing.sent_back",
    "submissions.file": "api_filing.download",
    "submissions.show": "api_filing.one",
    "users.act": "api_users.add api_users.activate api_users.link",
    "users.change": "api_users.change api_handovers.give_all",
    "users.every": "api_users.every",
    "users.show": "api_users.one api_handovers.load",
    "users.trail": "api_users.trail api_users.verdict",
    "verify.look": "api_filing.verify",
}
"""A page's endpoint, and the operations by which a program does and sees the same."""
NONE = {
    "bundle.page": "a picture for the eye; a program has the PDF (api_bundle.file)",
    "document_reviews.pages": "pictures for the eye; a program has the PDF (api_documents.pdf)",
    "document_reviews.picture": "a picture for the eye; a program has the PDF (api_documents.pdf)",
    "made.made": "the quick form's files; api_kinds.make answers with its file itself",
    "people.account": "one's own password is changed by oneself, in a browser",
    "people.change": "one's own password is changed by oneself, in a browser",
    "people.enter": "a program has its token and signs in nowhere",
    "people.link": "a password is chosen by a person, in a browser",
    "people.sign_in": "a program has its token and signs in nowhere",
    "people.sign_out": "a token is revoked on the account page",
    "people.use_link": "a password is chosen by a person, in a browser",
    "reference.document": "the API's own description",
    "reference.page": "the API's own description",
    "rosters.new": "the empty page for an upload",
    "static": "the pages' own styles and scripts",
    "tokens.make": "no token makes another: who steals one could not be shut out",
    "tokens.revoke": "tokens are seen and revoked by their user, signed in",
    "tokens.show": "tokens are seen and revoked by their user, signed in",
    "verify.show": "the empty page for an upload",
}
"""A page's endpoint, and why no program needs it."""


def test_every_page_has_its_operations_or_a_reason(app):
    pages = {one.endpoint for one in app.url_map.iter_rules()} - set(API)
    told = "a new page: name in PAGES the operations that do the same, or in NONE why none does"
    assert pages - set(PAGES) - set(NONE) == set(), told
    assert (set(PAGES) | set(NONE)) - pages == set(), "there is no such page"
    assert set(PAGES) & set(NONE) == set()


def test_the_operations_are_there_and_ask_no_less_than_the_page():
    for page, operations in PAGES.items():
        for operation in operations.split():
            assert operation in API, f"{page}: there is no operation {operation}"


def test_every_operation_is_some_pages():
    """None that no page has, but for a token's own."""
    told = {one for operations in PAGES.values() for one in operations.split()}
    assert set(API) - told == {"api_me.me"}


def test_reasons_are_short_and_pages_alone(app):
    assert all(0 < len(one) < 90 and one[0] != " " for one in NONE.values())
    assert set(NONE) <= set(POLICY)
