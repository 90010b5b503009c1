"""The index.html of a package: everything in it, on one page that needs nothing but a browser.

No script, nothing from outside; links lead to the files beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from pathlib import PurePosixPath
from urllib.parse import quote

from service.core.filing.index_style import STYLE
from service.core.filing.index_words import WORDS
from service.core.filing.manifest import FileSaid, Manifest, PartSaid
from service.core.filing.places import MANIFEST, metadata_places
from service.errors import Lang


def index_page(manifest: Manifest) -> bytes:
    """The page, in the language of the papers; equal manifests give equal bytes."""
    return _Page(manifest).whole().encode()


class _Page:
    def __init__(self, manifest: Manifest) -> None:
        self._said = manifest
        self._lang: Lang = manifest.lang
        self._archive = manifest.profile == "archive"

    def _word(self, name: str) -> str:
        return escape(WORDS[name][0 if self._lang == "zh" else 1])

    def whole(self) -> str:
        said = self._said
        lang = "zh-CN" if self._lang == "zh" else "en"
        policy = "default-src 'none'; style-src 'unsafe-inline'"
        head = (
            f'<!doctype html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{escape(said.title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>"
        )
        sections = (self._heading(), self._parts(), self._sheets(), self._apart(), self._verify())
        foot = f"{self._foot()}\n</main>\n</body>\n</html>\n"
        return "\n".join([head, *filter(None, sections), foot])

    def _heading(self) -> str:
        said = self._said
        pairs = [
            ("creator" if self._archive else "unit", said.unit, "wide"),
            ("to", said.to, "wide"),
            ("activity", said.activity, "wide"),
            ("filed" if self._archive else "date", self._day(said), ""),
            ("by", said.by, ""),
            ("edition", self._word("edition_no").format(said.edition), "wide"),
        ]
        facts = [
            f'<dt>{self._word(name)}</dt><dd class="{wide}">{escape(value)}</dd>'.replace(
                ' class=""', ""
            )
            for name, value, wide in pairs
            if value
        ]
        if said.replaces:
            facts.append(
                f"<dt>{self._word('replaces')}</dt>"
                f'<dd class="wide"><code>{said.replaces}</code></dd>'
            )
        word = "open_catalogue" if self._archive else "open"
        size = f"{self._pages(said.pages)}, {_size(said.pdf.size)}".replace(
            ", ", "，" if self._lang == "zh" else ", "
        )
        return (
            f'<header>\n<p class="what">{self._word(said.profile)}</p>\n'
            f'<h1>{escape(said.title)}</h1>\n<dl class="facts">{"".join(facts)}</dl>\n'
            f'<a class="open" href="{_href(said.pdf.path)}">{self._word(word)}'
            f"<small>{size}</small></a>\n</header>"
        )

    def _parts(self) -> str:
        heads = "".join(
            f'<th scope="col"{_class(kind)}>{self._word(name)}</th>'
            for name, kind in self._columns()
        )
        rows = "\n".join(
            f"<tr>{''.join(self._row(part))}</tr>{self._more(part)}" for part in self._said.parts
        )
        return (
            f"<section>\n<h2>{self._word('items' if self._archive else 'parts')}</h2>\n<table>\n"
            f"<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>\n</section>"
        )

    def _columns(self) -> list[tuple[str, str]]:
        """Names of the columns, and how each is set."""
        first = [("no", "n"), ("archive_no", "day")] if self._archive else [("no", "n")]
        pages = [] if self._archive else [("first", "n")]
        middle = [("title", "title"), ("number", "day"), ("issuer", ""), ("day", "day")]
        if self._archive:  # the archive number takes its room
            middle.remove(("number", "day"))
        shown = [one for one in middle if one[0] == "title" or self._any(one[0])]
        return [*first, *shown, *pages, ("pages", "n"), ("files", "files")]

    def _any(self, name: str) -> bool:
        """Whether a column has anything to show."""
        name = {"day": "date"}.get(name, name)
        return any(getattr(part, name) for part in self._said.parts)

    def _row(self, part: PartSaid) -> Iterator[str]:
        values = {
            "no": str(part.no),
            "archive_no": escape(part.archive_no),
            "title": self._title(part),
            "number": escape(part.number),
            "issuer": escape(part.issuer),
            "day": part.date.isoformat() if part.date else "",
            "first": str(part.first_page or ""),
            "pages": str(part.pages or ""),
            "files": self._files(part),
        }
        for name, kind in self._columns():
            empty = "" if values[name] else " empty"
            head = "" if name in {"title", "files"} else f' data-head="{self._word(name)}"'
            yield f"<td{_class(kind + empty)}{head}>{values[name]}</td>"

    def _title(self, part: PartSaid) -> str:
        title = escape(part.title)
        return f'<a href="{_href(part.pdf.path)}">{title}</a>' if part.pdf else title

    def _more(self, part: PartSaid) -> str:
        """A row below the part's own, with what few look for."""
        reviews = ("；" if self._lang == "zh" else "; ").join(
            f"{one.by} {WORDS[one.result][0 if self._lang == 'zh' else 1]}"
            + (f" {one.date.isoformat()}" if one.date else "")
            for one in part.reviews
        )
        as_json, as_xml = metadata_places(self._said, part.no)
        metadata = self._links(part.title, ((as_json, "JSON"), (as_xml, "XML")))
        rows = (
            ("number", escape(part.number) if self._archive else ""),
            (
                "retention",
                self._word(part.retention) if part.retention in {"Y", "D30", "D10"} else "",
            ),
            ("metadata", f'<span class="files">{metadata}</span>'),
            ("pdf_hash", _code(part.pdf.sha256 if part.pdf else "")),
            ("original_hash", _code(part.original.sha256 if part.original else "")),
            ("backing_hash", "<br>".join(_code(one.sha256) for one in part.backing)),
            ("template", _code(part.template)),
            ("answers", _code(part.answers_sha256)),
            ("reviews", escape(reviews)),
            ("removed", "<br>".join(map(escape, part.removed))),
        )
        told = "".join(f"<dt>{self._word(name)}</dt><dd>{text}</dd>" for name, text in rows if text)
        return (
            f'<tr class="more"><td></td><td colspan="{len(self._columns()) - 1}"><details>'
            f"<summary>{self._word('more')}</summary><dl>{told}</dl></details></td></tr>"
        )

    def _files(self, part: PartSaid) -> str:
        links = [(part.pdf.path, "PDF")] if part.pdf else []
        if part.original:
            kind = PurePosixPath(part.original.path).suffix.lstrip(".").upper()
            links.append((part.original.path, f"{self._word('original')} {kind}"))
        for number, file in enumerate(part.backing, 1):
            links.append((file.path, f"{self._word('backing')} {number}"))
        return self._links(part.title, links)

    def _links(self, title: str, links: Iterable[tuple[str, str]]) -> str:
        return "".join(
            f'<a href="{_href(path)}" aria-label="{escape(words)}: {escape(title)}">'
            f"{escape(words)}</a>"
            for path, words in links
        )

    def _sheets(self) -> str:
        rows = []
        for sheet in self._said.sheets:
            links = " ".join(_link(file, title=sheet.title) for file in sheet.files)
            rows.append(f'<li>{escape(sheet.title)}<span class="files">{links}</span></li>')
        return self._list("sheets", rows)

    def _apart(self) -> str:
        files = self._said.apart
        rows = [f"<li>{_link(file)} {_code(file.sha256)}</li>" for file in files]
        why = f"<p>{self._word('apart_why')}</p>"
        return self._list("apart", rows, before=why, kind="apart")

    def _list(self, name: str, rows: Iterable[str], *, before: str = "", kind: str = "") -> str:
        listed = "\n".join(rows)
        if not listed:
            return ""
        return (
            f"<section{_class(kind)}>\n<h2>{self._word(name)}</h2>\n{before}"
            f'<ul class="plain">\n{listed}\n</ul>\n</section>'
        )

    def _verify(self) -> str:
        said = self._said
        file = said.pdf.path
        steps = (
            ("by_gongwen", f"gongwen verify . --expect {said.pdf.sha256}"),
            ("by_windows", f"certutil -hashfile {file} SHA256"),
            ("by_unix", "sha256sum -c manifest-sha256.txt"),
        )
        listed = "".join(
            f"<li>{self._word(name)}<br><code>{escape(line)}</code></li>" for name, line in steps
        )
        return (
            f'<section class="verify">\n<h2>{self._word("verify")}</h2>\n'
            f"<p>{self._word('catalogue_hash' if self._archive else 'hash_is')}</p>\n"
            f'<p><code class="hash">{said.pdf.sha256}</code></p>\n'
            f'<ol class="plain">{listed}</ol>\n</section>'
        )

    def _foot(self) -> str:
        made = self._said.made_with
        fonts = "".join(
            f"<dt>{escape(name)}</dt><dd>{_code(made.fonts[name])}</dd>"
            for name in sorted(made.fonts)
        )
        listed = f"<dl>{fonts}</dl>" if fonts else ""
        colon = "：" if self._lang == "zh" else ": "
        return (
            f"<footer>\n<p>{self._word('machine')}{colon}"
            f'<a href="{MANIFEST}">{MANIFEST}</a></p>\n'
            f"<details><summary>{self._word('made_with')}{colon}Gongwen {escape(made.gongwen)}, "
            f"{escape(made.office)}</summary>{listed}</details>\n</footer>"
        )

    def _pages(self, count: int) -> str:
        return self._word("page_of") if count == 1 else self._word("pages_of").format(count)

    def _day(self, said: Manifest) -> str:
        day = said.date
        if self._lang == "zh":
            return f"{day.year}年{day.month}月{day.day}日"
        return f"{day.day} {day:%B} {day.year}"


def _href(path: str) -> str:
    return quote(path)


def _link(file: FileSaid, *, title: str = "") -> str:
    """A file by its kind, where its title stands before it, else by its name."""
    path = PurePosixPath(file.path)
    kind = escape(path.suffix.lstrip(".").upper())
    shown = kind if title else escape(path.name)
    label = f' aria-label="{kind}: {escape(title)}"' if title else ""
    return f'<a href="{_href(file.path)}"{label}>{shown}</a>'


def _code(text: str) -> str:
    return f"<code>{escape(text)}</code>" if text else ""


def _class(kind: str) -> str:
    return f' class="{kind.strip()}"' if kind.strip() else ""


def _size(count: int) -> str:
    """`84 KB`, `3.2 MB`: as file managers say it."""
    if count < 1_000_000:
        return f"{max(1, round(count / 1000))} KB"
    return f"{count / 1_000_000:.1f} MB"
