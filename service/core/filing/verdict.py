"""What verifying found, in the reader's words: whole and unchanged, or what differs and where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from service.errors import Lang, Text

Target = Literal["zip", "folder", "pdf"]
_TARGETS: dict[Target, Text] = {
    "zip": Text("归档包", "package"),
    "folder": Text("归档包文件夹", "package folder"),
    "pdf": Text("PDF", "PDF"),
}
_MESSAGES: dict[str, tuple[str, str]] = {
    "not_expected": (
        "校验码与给出的不同：现为 {found}。文件不是回执上的那一份。",
        "its digest is not the one that was given; it is {found}. This is not what the receipt "
        "stands for.",
    ),
    "not_registered": (
        "本系统登记的同名报送是另一份，校验码为 {known}。",
        "this desk has filed another one under the same title; its digest is {known}.",
    ),
    "changed": ("内容已改动。", "its content has changed."),
    "missing": ("文件缺失。", "the file is missing."),
    "extra": ("这个文件原来没有。", "this file was not there when it was handed over."),
    "unreadable": (
        "文件已损坏，读不到末尾。",
        "the file is damaged and cannot be read to its end.",
    ),
    "tag_file": (
        "清单文件已改动，不再是制作时的写法。",
        "this list of files has changed: it is not written as it was made.",
    ),
    "manifest_unreadable": (
        "读不出报送清单，无法逐份核对。",
        "the manifest cannot be read, so the parts cannot be compared with it.",
    ),
    "manifest_disagrees": (
        "与报送清单 manifest.json 记载的校验码或大小不符。",
        "digest or size is not what manifest.json says.",
    ),
    "part_digest": (
        "不是合并前的那份 PDF。",
        "this is not the PDF that was joined.",
    ),
    "page_count": (
        "应为 {said} 页，现为 {found} 页。",
        "has {found} pages where {said} are said.",
    ),
    "pages_changed": ("{pages}已改动。", "{pages} changed."),
    "seal_broken": (
        "页面内容相同，但文件的其他部分已改动。",
        "its pages are as they were, but something else in the file has changed.",
    ),
    "no_seal": (
        "没有封存标记，看不出是否改动过；请用 --expect 与回执上的校验码核对。",
        "it bears no seal, so whether it was changed cannot be seen; compare it with the digest "
        "on the receipt (--expect).",
    ),
    "pdf_unreadable": ("不再是能打开的 PDF。", "it is no PDF that opens any more."),
    "pages_overlap": (
        "报送清单中的起始页或页数前后矛盾。",
        "first page or page count contradicts the parts around it in the manifest.",
    ),
    "metadata_disagrees": (
        "元数据“{name}”与报送清单不符。",
        "the metadata value {name} is not what the manifest says.",
    ),
    "zip_frame": (
        "包内文件都完好，但压缩包外壳与制作时不同（重新压缩过，或外壳字节已改动）；"
        "解压后可核对文件夹。",
        "every file in it was looked at, but the zip around them is not as it was made (zipped "
        "anew, or bytes of it changed); unpack it and verify the folder.",
    ),
}


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One thing that is not as it was handed over.

    Attributes:
        code: stable name for programs.
        text: the words.
        file: path in the package, or the file's name.
        part: number of the part, or 0.
        title: of the part, or "".
        pages: page ranges counted from 1 in the file, both ends included.
    """

    code: str
    text: Text
    file: str = ""
    part: int = 0
    title: str = ""
    pages: tuple[tuple[int, int], ...] = ()

    def say(self, lang: Lang) -> str:
        """One line: part, file, words."""
        part = ""
        if self.part:
            part = f"第 {self.part} 份《{self.title}》" if lang == "zh" else ""
            part = part or f"part {self.part}, {self.title}"
        elif self.title:
            part = f"《{self.title}》" if lang == "zh" else self.title
        file = f"（{self.file}）" if part and lang == "zh" else f" ({self.file})" if part else ""
        head = part + file if self.file and part else part or self.file
        colon = "：" if lang == "zh" else ": "
        return f"{head}{colon}{self.text.of(lang)}" if head else self.text.of(lang)


def difference(
    code: str,
    *,
    file: str = "",
    part: int = 0,
    title: str = "",
    pages: Sequence[int] = (),
    **values: Any,
) -> Difference:
    """A difference in its words; `pages` are indices from 0."""
    runs = page_runs(pages)
    zh, en = _MESSAGES[code]
    zh = zh.format(pages="、".join(_run(run, "第 {} 页") for run in runs), **values)
    en = en.format(pages=_english_pages(runs), **values)
    return Difference(
        code=code, text=Text(zh, en), file=file, part=part, title=title, pages=tuple(runs)
    )


def page_runs(indices: Sequence[int]) -> list[tuple[int, int]]:
    """Page indices from 0 as ranges from 1: 0, 1, 4 are (1, 2) and (5, 5)."""
    runs: list[tuple[int, int]] = []
    for index in sorted(set(indices)):
        if runs and runs[-1][1] == index:
            runs[-1] = (runs[-1][0], index + 1)
        else:
            runs.append((index + 1, index + 1))
    return runs


def _run(run: tuple[int, int], words: str, dash: str = "—") -> str:
    return words.format(str(run[0]) if run[0] == run[1] else f"{run[0]}{dash}{run[1]}")


def _english_pages(runs: Sequence[tuple[int, int]]) -> str:
    several = len(runs) > 1 or (bool(runs) and runs[0][0] != runs[0][1])
    return ("pages " if several else "page ") + ", ".join(_run(run, "{}", "-") for run in runs)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What was looked at and what was found.

    Attributes:
        target: what it is.
        name: file or folder name.
        sha256: of the file; "" of a folder.
        pdf_sha256: of the joined PDF, or "".
        title: of the submission, or "".
        edition: of the submission, or 0.
        files: files looked at.
        pages: of the joined PDF, as found.
        differences: everything that is not as it was handed over; what matters most comes first.
        notes: what the reader should know beside that.
    """

    target: Target
    name: str
    sha256: str = ""
    pdf_sha256: str = ""
    title: str = ""
    edition: int = 0
    files: int = 1
    pages: int = 0
    differences: tuple[Difference, ...] = ()
    notes: tuple[Text, ...] = ()

    @property
    def whole(self) -> bool:
        """Whole and unchanged."""
        return not self.differences

    def lines(self, lang: Lang) -> list[str]:
        """For a person: the verdict, the first difference, the digest to hold beside a receipt."""
        zh = lang == "zh"
        what = _TARGETS[self.target].of(lang)
        if self.whole:
            head = (
                f"完好无改动：{what}{self._counts(lang)}"
                if zh
                else (f"whole and unchanged: {what}{self._counts(lang)}")
            )
            told = [head]
        else:
            told = [f"与移交时不同：{what} {self.name}" if zh else f"changed: {what} {self.name}"]
            told += [self.differences[0].say(lang)]
            more = len(self.differences) - 1
            if more:
                told += [f"另有 {more} 处不同。" if zh else f"{more} more differ."]
        if self.pdf_sha256:
            told += [
                f"PDF 的校验码（SHA-256）：{self.pdf_sha256}"
                if zh
                else (f"SHA-256 of the PDF: {self.pdf_sha256}")
            ]
        return told + [note.of(lang) for note in self.notes]

    def _counts(self, lang: Lang) -> str:
        edition = self.edition if self.edition > 1 else 0
        if lang == "zh":
            title = f"《{self.title}》" if self.title else f" {self.name}"
            again = f"第 {edition} 版" if edition else ""
            files = f"，{self.files} 个文件" if self.target != "pdf" else ""
            return f"{title}{again}{files}，{self.pages} 页"
        again = f", edition {edition}" if edition else ""
        files = f", {self.files} files" if self.target != "pdf" else ""
        return f" {self.title or self.name}{again}{files}, {self.pages} pages"

    def to_json(self) -> dict[str, Any]:
        """For programs: everything."""
        return {
            "ok": self.whole,
            "target": self.target,
            "name": self.name,
            "sha256": self.sha256,
            "pdf_sha256": self.pdf_sha256,
            "title": self.title,
            "edition": self.edition,
            "files": self.files,
            "pages": self.pages,
            "differences": [
                {
                    "code": one.code,
                    "zh": one.text.zh,
                    "en": one.text.en,
                    "file": one.file,
                    "part": one.part,
                    "title": one.title,
                    "pages": [list(run) for run in one.pages],
                }
                for one in self.differences
            ],
            "notes": [{"zh": note.zh, "en": note.en} for note in self.notes],
        }
