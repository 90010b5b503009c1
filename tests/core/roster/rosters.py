"""A form with everything that a roster can hold, and sheets without a file."""

from service.core.parsing import parse_form
from service.core.roster.columns import understand
from service.core.roster.model import Book, Sheet
from service.core.roster.rows import read_rows


def _label(zh, en):
    return {"zh": zh, "en": en}


def _own(name, type_, zh, en, **more):
    return {"name": name, "type": type_, "from": f"member.{name}", "label": _label(zh, en), **more}


FORM = parse_form(
    {
        "title": _label("评议表", "Appraisal"),
        "audience": "member",
        "sections": [
            {
                "title": _label("本人", "Person"),
                "fields": [
                    _own("person_name", "person", "姓名", "Name", required=True, aliases=["名字"]),
                    _own("department", "text", "部门", "Department", required=True, aliases=["科室"]),
                    _own("gender", "choice", "性别", "Sex", choices=[
                        {"value": "male", "label": _label("男", "Male")},
                        {"value": "female", "label": _label("女", "Female")},
                    ]),
                    _own("birth_month", "month", "出生年月", "Born", aliases=["出生日期"]),
                    _own("joined", "date", "入党时间", "Joined"),
                    _own("post", "text", "职务", "Post", aliases=["职务（岗位）"]),
                    {"name": "seen_at", "type": "datetime", "label": _label("谈话时间", "Talk")},
                    {"name": "score", "type": "integer", "label": _label("得分", "Score")},
                    {"name": "cadre", "type": "yes_no", "label": _label("是否干部", "Cadre")},
                    {"name": "topics", "type": "choices", "label": _label("选学专题", "Topics"),
                     "choices": [
                         {"value": "history", "label": _label("党史", "History")},
                         {"value": "rules", "label": _label("党章", "Rules")},
                     ]},
                    {"name": "words", "type": "paragraphs", "personal": True,
                     "label": _label("自我评价", "Own words")},
                    {"name": "category", "type": "choice", "choices_from": "activity.categories",
                     "label": _label("类别", "Category")},
                ],
            },
            {
                "title": _label("表", "Tables"),
                "fields": [
                    {
                        "name": "tasks", "type": "table", "label": _label("整改任务", "Tasks"),
                        "fields": [
                            {"name": "task", "type": "text", "required": True,
                             "label": _label("任务", "Task")},
                            {"name": "deadline", "type": "date", "label": _label("时限", "By")},
                            {"name": "steps", "type": "table", "label": _label("步骤", "Steps"),
                             "fields": [
                                 {"name": "step", "type": "text", "label": _label("做法", "Step")},
                             ]},
                        ],
                    },
                ],
            },
        ],
    },
    name="appraisal",
    file="form.yaml",
)  # fmt: skip


def sheet(*rows, name="名册"):
    return Sheet(name=name, rows=tuple((n, tuple(cells)) for n, cells in enumerate(rows, 1)))


def book(*sheets, encoding=""):
    return Book(name="名册.xlsx", sheets=sheets, encoding=encoding)


def understood(*rows, sheets=(), chosen=None, lang="zh"):
    return understand(FORM, book(sheet(*rows), *sheets), lang=lang, chosen=chosen)


def roster(*rows, sheets=(), encoding="", chosen=None):
    """The roster of a sheet of rows, and of further sheets."""
    found = book(sheet(*rows, name="" if encoding else "名册"), *sheets, encoding=encoding)
    return read_rows(FORM, found, understand(FORM, found, lang="zh", chosen=chosen))


def codes(problems):
    return [one.code for one in problems]
