"""The sample activity's papers, reviewed on paper and final: a bundle that may be filed."""

import hashlib
import re
from datetime import date

from service.core.reviews import SUPERVISORS
from service.desk.activity.profiles import create_activity, sample_profile
from service.desk.activity.sample import add_sample_papers
from service.desk.bundle.slots import Which
from service.desk.bundle.work import do_bundle
from service.desk.documents.drafts import save_draft
from service.desk.documents.kept import open_paper
from service.desk.documents.lists import list_documents
from service.desk.documents.opinions import Said
from service.desk.documents.reviews import give_opinion, view_reviews
from service.desk.documents.states import move_document
from service.desk.documents.versions import generate
from service.desk.filing.papers import Wanted
from service.settings import Settings
from service.store import bundles as rows
from service.store.models import Submission, new_id
from tests.filing_tools import small

SHORT = {"cover_letter", "notice", "leaders", "publicity", "one_each"}
_DIGITS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳"
DAY = date(2014, 7, 21)
WHY = "样例收入两份，其余三份另报"
WANTED = Wanted(day=DAY, by="李四", exceptions={"one_each": WHY})


def short_bundle(folder, *more):
    """A unit's own templates in which the supervisory team is handed less: soon made, soon filed.

    The built-in definition without most of its slots and rules but those of SHORT and `more`; the
    sample's papers are made all the same, those for the slots that are left become parts.
    """
    lines = (Settings().builtin_templates / "bundles/supervisory.yaml").read_text("utf-8")
    kept = [
        line
        for line in lines.splitlines(keepends=True)
        if not (one := re.match(r"  - \{id: (\w+)", line)) or one[1] in SHORT | set(more)
    ]
    (folder / "bundles").mkdir(parents=True)
    (folder / "bundles/supervisory.yaml").write_text("".join(kept), "utf-8")
    return folder


def sample_activity(desk, person, lang="zh"):
    """An activity with the sample's papers, none of them final."""
    activity = create_activity(desk, person, sample_profile(desk))
    add_sample_papers(desk, person, activity, lang)
    return Which(activity_id=activity, name="supervisory", lang=lang)


def settle(desk, person, which):
    """The opinions are typed in from paper, and every document is final."""
    for one in list_documents(desk, person, which.activity_id):
        if one.state == "draft":
            _number(desk, person, one.id, which)
        view = view_reviews(desk, person, one.id)
        steps = [step for step in view.steps if step != SUPERVISORS]
        if one.state in {"draft", "to_revise"} and steps:
            move_document(desk, person, one.id, "in_review")
            for step in steps:
                said = Said(
                    version=view.version, result="agree", step=step, by="欧阳喆", on="2014-07-10",
                )  # fmt: skip
                give_opinion(desk, person, one.id, said, date.today())
        move_document(desk, person, one.id, "final")


def _number(desk, person, document, which):
    """A number of the activity's own: the register of one store gives none to two papers."""
    with desk.store.read() as session:
        paper = open_paper(desk, session, document)
    number = paper.row.answers.get("doc_number")
    word = "".join(_DIGITS[int(one, 16)] for one in which.activity_id[:4])
    if number and word not in number:
        answers = {**paper.row.answers, "doc_number": f"{word}发{number[number.index('〔') :]}"}
        save_draft(desk, person, document, paper.row.revision, answers)
        generate(desk, person, document)


def states(desk, person, which):
    """Of all documents of the activity."""
    return {one.state for one in list_documents(desk, person, which.activity_id)}


def work_off(desk, which):
    """What a worker does with all that is owed of a bundle; whether it was handed on."""
    with desk.store.read() as session:
        owed = [one for one in rows.every_open(session) if one.activity_id == which.activity_id]
    assert owed
    for one in owed:
        assert not do_bundle(desk, one.id, one.round, stop=lambda: False)


def keep_submission(desk, person, activity, documents, data=b"%PDF-1.7 kept"):
    """A row as `keep_filing` leaves it, its files just `data`: for what only looks at it."""
    id_, manifest = new_id(), small(desk)[0]
    names = ["材料.pdf", "报送函.docx", "材料.zip"]
    files = [
        {"role": role, "name": name, "blob": f"filings/{id_}/x/{no}",
         "sha256": hashlib.sha256(data).hexdigest()}
        for no, (role, name) in enumerate(zip(("pdf", "letter", "package"), names, strict=True))
    ]  # fmt: skip
    desk.store.blobs.put_all([(one["blob"], data) for one in files])
    with desk.store.write() as session:
        session.add(
            Submission(
                id=id_, key=hashlib.sha256(id_.encode()).hexdigest(), profile="submission",
                activity_id=activity, bundle="supervisory", lang="zh", title=manifest.title,
                to=manifest.to, filed_on=DAY, filed_by=manifest.by, filed_by_id=person.id,
                pages=manifest.pages, pdf_sha256=manifest.pdf.sha256, package_sha256="ab" * 32,
                files=files, manifest=manifest.model_dump(mode="json"), documents=documents,
            )
        )  # fmt: skip
    return id_
