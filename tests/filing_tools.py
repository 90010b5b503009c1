"""A small submission and a small archive of real papers, packed; and how a page is taken out."""

import datetime as dt
import hashlib
import io
import zipfile
from pathlib import Path

from pypdf import PdfReader, PdfWriter

from service.bootstrap import assemble
from service.core.filing.manifest import MadeWith, Manifest, PartSaid, ReviewSaid
from service.core.filing.places import Places
from service.desk.filing.package import said_of, write_package
from service.engines.protocols import PdfPart
from service.settings import Settings
from tests.helpers_pdf import Paper, make_pdf, words

DAY = dt.date(2014, 7, 21)
MADE = MadeWith(gongwen="0.1.0", office="LibreOffice 7.4.7.2", fonts={"Noto.otf": "ab" * 32})


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def paper(pages, mark):
    """A PDF of some pages, no two of them alike."""
    return make_pdf(*(Paper(drawing=words(f"paper {mark} page {at}")) for at in range(pages)))


def desk_at(folder):
    return assemble(Settings(data=Path(folder)))


def small(desk, *, lang="zh", title="整改方案等 3 份材料", edition=1, papers=(2, 3, 1)):
    """A manifest and its files."""
    titles = {
        "zh": ["实施方案", "对照检查表（张三）50%完成", "征求意见表：“四风”方面/其他"],
        "en": ["Implementation plan", "Self-examination (Zhang San) 50%", "Opinions: style/other"],
    }[lang]
    places = Places("submission", len(papers))
    pdfs = [paper(count, 50 + 10 * at) for at, count in enumerate(papers)]
    joined = desk.joiner.join(
        [PdfPart(title=titles[at], pdf=pdf) for at, pdf in enumerate(pdfs)],
        stamp=False,
        properties={"title": title, "date": DAY.isoformat()},
        lang=lang,
        sealed=True,
    )
    files = {places.joined: joined.pdf}
    parts = []
    for at, pdf in enumerate(pdfs):
        no, name, word = at + 1, titles[at], b"PK word of " + str(at).encode()
        path, original = places.part(no, name), places.original(no, name, ".docx")
        files |= {path: pdf, original: word}
        parts.append(
            PartSaid(
                no=no,
                title=name,
                role="document",
                kind="notice",
                number=f"赣馆发〔2014〕{no}号",
                issuer="南昌某馆",
                date=DAY,
                first_page=joined.starts[at] + 1,
                pages=papers[at],
                pdf_sha256=sha256(pdf),
                pdf=said_of(path, pdf),
                original=said_of(original, word),
            )
        )
    letter, list_pdf = places.sheet("报送函", ".docx"), places.sheet("报送材料清单", ".pdf")
    files |= {letter: b"PK letter", list_pdf: paper(1, 9)}
    said = Manifest(
        profile="submission",
        edition=edition,
        title=title,
        activity="党的群众路线教育实践活动",
        unit="南昌八一起义纪念馆",
        to="第五督导组",
        by="李四",
        date=DAY,
        lang=lang,
        pdf=said_of(places.joined, joined.pdf),
        pages=joined.pages,
        parts=tuple(parts),
        sheets=(
            PartSaid(no=1, title="报送函", role="sheet", original=said_of(letter, b"PK letter")),
            PartSaid(
                no=2, title="清单", role="sheet", pages=1, pdf=said_of(list_pdf, files[list_pdf])
            ),
        ),
        made_with=MADE,
    )
    return said, files


def rich(desk, lang):
    """The same with all that a manifest may say: reviews, what was taken out, what is kept apart."""
    title = {
        "zh": "南昌八一起义纪念馆党的群众路线教育实践活动整改落实、建章立制环节报送材料",
        "en": "Rectification and rules: papers of the museum's campaign, third stage",
    }[lang]
    said, files = small(desk, lang=lang, title=title, edition=2)
    places = Places("submission", 3)
    odd, content = places.apart("会议录像说明 & 签到<扫描件>", ".ppt"), b"\xd0\xcf\x11\xe0 odd"
    review = {"by": "王五", "result": "agree", "date": DAY}
    first = said.parts[0].model_copy(
        update={
            "template": "ab" * 32,
            "answers_sha256": "cd" * 32,
            "reviews": (ReviewSaid(**review), ReviewSaid(**review | {"result": "revise"})),
        }
    )
    last = said.parts[-1].model_copy(
        update={"role": "upload", "number": "", "removed": ("JavaScript", "嵌入的文件 <1>")}
    )
    more = {
        "parts": (first, *said.parts[1:-1], last),
        "apart": (said_of(odd, content),),
        "replaces": "ef" * 32,
    }
    return said.model_copy(update=more), {**files, odd: content}


def unpacked(package, folder):
    """The package's folder, unpacked as anybody would."""
    with zipfile.ZipFile(package) as zipped:
        zipped.extractall(folder)
        return folder / zipped.namelist()[0].split("/")[0]


def packed(desk, folder, **how):
    """The small submission as a zip; what `write_package` says of it, and its files."""
    said, files = small(desk, **how)
    return write_package(desk, said, files, Path(folder) / "package.zip"), files


def without_page(pdf, index):
    """The same PDF, saved again by another program, without one page."""
    writer = PdfWriter()
    for at, page in enumerate(PdfReader(io.BytesIO(pdf)).pages):
        if at != index:
            writer.add_page(page)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def archived(desk, *, papers=(2, 3)):
    """An archive's manifest and its files: a catalogue, and items that each bear their seal."""
    places, files, items = Places("archive", len(papers)), {}, []
    for at, count in enumerate(papers):
        no, title, pdf = at + 1, "通知" if at else "报告", paper(count, 70 + at)
        sealed = _sealed(desk, title, pdf)
        path = places.part(no, title)
        files[path] = sealed
        items.append(
            PartSaid(
                no=no,
                title=title,
                role="document",
                pages=count,
                pdf_sha256=sha256(pdf),
                pdf=said_of(path, sealed),
                archive_no=f"Z109-WS·2014-Y-BGS-{no:04}",
                retention="Y",
                item_no=no,
            )
        )
    files[places.joined] = _sealed(desk, "归档文件目录", paper(1, 90))
    said = Manifest(
        profile="archive",
        title="2014年度归档文件",
        unit="南昌八一起义纪念馆",
        date=DAY,
        lang="zh",
        pdf=said_of(places.joined, files[places.joined]),
        pages=1,
        parts=tuple(items),
        made_with=MADE,
    )
    return said, files


def _sealed(desk, title, pdf):
    properties = {"title": title, "date": DAY.isoformat()}
    part = PdfPart(title=title, pdf=pdf)
    return desk.joiner.join([part], stamp=False, properties=properties, lang="zh", sealed=True).pdf
