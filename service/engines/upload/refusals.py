"""Engine room, uploads: why an upload is refused and what is taken out, in words for the clerk."""

from __future__ import annotations

from collections.abc import Iterable

from service.errors import InputError, Problem, Text, problem

MAX_PAGES = 5000
MAX_MEGAPIXELS = 80
MAX_SIDE = 3400.0
"""Longest side of a page, points: A0 is 3370 high."""
MIN_SIDE = 56.0
"""Shortest side of a page, points (20 mm)."""


class Refused(Exception):
    """An upload that is not taken; `code` is a key of REFUSALS."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


_EXPORT_ZH = "请用原来的程序重新导出为 PDF，或打印、扫描后再上传。"
_EXPORT_EN = "Export it to PDF again from the program it came from, or print and scan it."

REFUSALS: dict[str, Text] = {
    "empty": Text(
        "文件是空的（0 字节）；请重新选择文件上传。",
        "The file is empty (0 bytes); choose it again.",
    ),
    "kind": Text(
        "文件内容不是 PDF、PNG、JPEG、.docx 或 .doc；请另存为其中一种再上传。",
        "The content is not PDF, PNG, JPEG, .docx or .doc; save it as one of these.",
    ),
    "page_saved": Text(
        "这是一个网页文件，不是 PDF 或 Word；请把网页打印为 PDF 再上传。",
        "This is a web page, not PDF or Word; print it to PDF and upload that.",
    ),
    "other_office": Text(
        "这是 Excel 或 PowerPoint 一类的文件；请先另存为 PDF 再上传。",
        "This is an Excel, PowerPoint or similar file; save it as PDF first.",
    ),
    "encrypted": Text(
        "文件加了密码或限制了权限；请去掉密码和限制后再上传。",
        "The file has a password or restrictions; remove them and upload it again.",
    ),
    "damaged": Text(
        f"文件已损坏，读不出来。{_EXPORT_ZH}",
        f"The file is damaged and cannot be read. {_EXPORT_EN}",
    ),
    "no_pages": Text(
        f"PDF 里一页也没有。{_EXPORT_ZH}",
        f"The PDF has no page. {_EXPORT_EN}",
    ),
    "too_many_pages": Text(
        f"PDF 超过 {MAX_PAGES} 页；请分成几个文件上传。",
        f"The PDF has more than {MAX_PAGES} pages; split it into several files.",
    ),
    "page_size": Text(
        f"有的页面尺寸不合常理（大于 A0 或小于 20 毫米）。{_EXPORT_ZH}",
        f"Some page has an absurd size (larger than A0, or under 20 mm). {_EXPORT_EN}",
    ),
    "too_costly": Text(
        f"文件展开后过大或过于复杂，为安全起见不予处理。{_EXPORT_ZH}",
        f"The file is too large once unpacked, or too complex, and was stopped. {_EXPORT_EN}",
    ),
    "dynamic_form": Text(
        "这是动态表单（XFA），只有原来的程序能显示；请在 Adobe Reader 中打印为 PDF 再上传。",
        "This is a dynamic form (XFA) that only its own program can show; "
        "print it to PDF in Adobe Reader and upload that.",
    ),
    "form_unprinted": Text(
        "表单里填写的内容没有印在页面上；请打开后打印为 PDF 再上传。",
        "What was filled into the form is not drawn on its pages; "
        "open it, print it to PDF and upload that.",
    ),
    "unsafe": Text(
        f"文件里有无法清除的脚本或动作。{_EXPORT_ZH}",
        f"The file holds scripts or actions that cannot be taken out. {_EXPORT_EN}",
    ),
    "picture_size": Text(
        f"图片超过 {MAX_MEGAPIXELS} 百万像素；请缩小，或以 300 dpi 重新扫描。",
        f"The picture has more than {MAX_MEGAPIXELS} megapixels; "
        "make it smaller, or scan again at 300 dpi.",
    ),
    "archive": Text(
        "Word 文件内部过大或有不合规的条目；请在 Word 中打开后另存再上传。",
        "The Word file is too large inside or has bad entries; open it in Word and save it anew.",
    ),
    "macros": Text(
        "Word 文件带有宏、控件或嵌入的对象；请去掉，或另存为 PDF 再上传。",
        "The Word file holds macros, controls or embedded objects; remove them, or save it as PDF.",
    ),
    "linked": Text(
        "Word 文件引用了外部文件或网络内容；请改为嵌入，或另存为 PDF 再上传。",
        "The Word file refers to outside files or the network; embed them, or save it as PDF.",
    ),
}

REMOVALS: dict[str, Text] = {
    "javascript": Text("脚本（JavaScript）", "scripts (JavaScript)"),
    "action": Text("自动执行的动作", "automatic actions"),
    "launch": Text("启动程序的链接", "links that start programs"),
    "embedded_file": Text("嵌入的附件文件", "embedded files"),
    "media": Text("音频、视频或三维内容", "sound, video or 3D content"),
    "form": Text("可填写的表单域（内容保留在页面上）", "form fields (what they show stays)"),
    "xfa": Text("XFA 表单数据", "XFA form data"),
    "signature": Text(
        "电子签名（图样保留，不能再验证）", "digital signatures (shown, no longer verifiable)"
    ),
    "note": Text("便笺批注", "sticky notes"),
    "hidden_note": Text("隐藏的批注", "hidden annotations"),
}


def refusal(code: str, *, file: str) -> InputError:
    """The error for a code of REFUSALS, naming the file; its own code is `upload_<code>`."""
    text = REFUSALS[code]
    return InputError(problem(f"upload_{code}", text.zh, text.en, file=file))


def too_large(*, megabytes: int, file: str) -> InputError:
    """The error for a file over the limit of the settings."""
    found: Problem = problem(
        "upload_too_large",
        f"文件超过 {megabytes} MB；请压缩，或分成几个文件上传。",
        f"The file is larger than {megabytes} MB; compress it, or split it into several.",
        file=file,
    )
    return InputError(found)


def removals(codes: Iterable[str]) -> tuple[Text, ...]:
    """What was taken out, in a fixed order, each once."""
    there = set(codes)
    return tuple(text for code, text in REMOVALS.items() if code in there)
