"""The edge, Word: the words in which a template is refused, in Chinese and English."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from typing import Any

from service.engines.word.environment import NotPrintableError
from service.errors import DefinitionError, Problem, Text, problem

_PLACES = (
    ("document", Text("正文", "body")),
    ("header", Text("页眉", "header")),
    ("footer", Text("页脚", "footer")),
    ("footnotes", Text("脚注", "footnotes")),
    ("core", Text("文件属性", "document properties")),
)
_SNIPPET = 60


def place(part: str) -> Text:
    """`header1.xml` as a person knows it: 页眉（header1.xml）."""
    name = posixpath.basename(part)
    for start, words in _PLACES:
        if name.startswith(start):
            return Text(f"{words.zh}（{name}）", f"{words.en} ({name})")
    return Text(name, name)


def snippet(source: str, line: int) -> str:
    """The text of one line of a Jinja source (one paragraph), without XML, cut short."""
    lines = source.splitlines()
    text = lines[line - 1] if 0 < line <= len(lines) else source
    # What is inside a Jinja tag may hold < and > of its own.
    bare = re.sub(r"(\{[{%#].*?[}%#]\})|<[^<>]*>?", lambda hit: hit.group(1) or "", text)
    at = max(bare.find("{"), 0)
    return bare[max(at - 20, 0) :][:_SNIPPET].strip()


_WHAT = {
    "template_syntax": (
        "标记写法有误，请改正",
        "a tag is not written as it must be; correct it",
    ),
    "template_unsafe": (
        "标记试图调用函数或访问内部属性，不允许；只能写变量、循环和条件",
        "a tag calls functions or reaches into internals; use variables, loops and conditions",
    ),
    "template_too_costly": (
        "标记会占用过多内存或时间，请简化",
        "a tag would take too much memory or time; make it simpler",
    ),
    "template_failed": (
        "标记不能试填，请检查这里的写法",
        "a tag cannot be tried out; look at how it is written",
    ),
    "template_list": (
        "有标记要打印整张表或整个列表；请用循环逐行打印其中的栏目",
        "a tag prints a whole table or list; print its columns row by row in a loop",
    ),
    "template_broken_xml": (
        "填写后结构会损坏：循环或条件的开始与结束须放在同一层（整段用 {%p，整行用 {%tr）",
        "filled, it would be damaged: a loop or condition must begin and end on one level "
        "(whole paragraphs {%p, whole rows {%tr)",
    ),
    "tag_not_filled": (
        "这里的标记不会被填写，请移到正文、页眉、页脚、脚注或标题等属性中",
        "tags are not filled in here; move them to body, header, footer, footnote or title",
    ),
    "xml_dtd_forbidden": (
        "含有 DTD 声明，不允许；请在 Word 中打开后另存",
        "it holds a DTD, which is not allowed; open it in Word and save anew",
    ),
    "template_damaged": (
        "内容不是合格的 XML；请在 Word 中打开后另存",
        "it is not valid XML; open it in Word and save anew",
    ),
    "external_reference": (
        "引用了外部内容，不允许（只可有 http、https、mailto 超链接）；请删去",
        "it refers to something outside (only http, https, mailto links may be); remove it",
    ),
    "template_active_content": (
        "含有宏、控件或嵌入对象，不允许；请删去",
        "it holds macros, controls or embedded objects, which are not allowed; remove them",
    ),
    "template_tracked_changes": (
        "含有修订或批注，会带出他人姓名；请先接受修订、删除批注",
        "it holds tracked changes or comments with people's names; accept and delete them first",
    ),
}


def refusal(code: str, part: str, about: str = "", *, file: str = "") -> Problem:
    """One reason to refuse a template: which part, why, and the text that it is about."""
    zh, en = _WHAT[code]
    where = place(part)
    quoted_zh, quoted_en = (f"：“{about}”", f": “{about}”") if about else ("", "")
    return problem(
        code,
        f"模板{where.zh}{quoted_zh} {zh}。",
        f"Template, {where.en}{quoted_en}: {en}.",
        file=file,
    )


def missing_names(
    tags: frozenset[str], context: Mapping[str, Any], part: str, file: str
) -> DefinitionError:
    """A template asks for names that nobody gives; lists all of them."""
    names = sorted(tag for tag in tags if not _given(tag.split("."), context))
    if not names:  # a method or an entry that this kind of value does not have
        return DefinitionError(refusal("template_failed", part, file=file))
    where = place(part)
    return DefinitionError(
        problem(
            "unknown_tag",
            f"模板{where.zh}用到的名称没有内容可填：{name}；请改模板中的标记或在表单中定义。",
            f"Template, {where.en}: nothing is given for “{name}”; "
            "mend the tag or define the field.",
            path=name,
            file=file,
        )
        for name in names
    )


def _given(path: list[str], value: Any) -> bool:
    """False only where a mapping lacks the name; a row of a table that is missing it counts."""
    if not path:
        return True
    if isinstance(value, list):
        return all(_given(path, item) for item in value)
    if isinstance(value, Mapping):
        return path[0] in value and _given(path[1:], value[path[0]])
    return True


def unsafe_at_fill(part: str, file: str) -> DefinitionError:
    """The sandbox stopped the template."""
    return DefinitionError(refusal("template_unsafe", part, file=file))


def not_fillable(error: Exception, part: str, file: str) -> DefinitionError:
    """The template cannot work with these values; says the kind of error, never a value."""
    if isinstance(error, NotPrintableError):
        return DefinitionError(refusal("template_list", part, file=file))
    return DefinitionError(refusal("template_failed", part, type(error).__name__, file=file))
