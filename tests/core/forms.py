"""A small form with every field type, for the core's tests."""

from service.core.definition import FormDefinition
from service.core.parsing import parse_form

LABEL = {"zh": "某项", "en": "Something"}


def label(zh, en):
    return {"zh": zh, "en": en}


ACTIVITY = {"issue_categories": ["形式主义", "官僚主义"], "year": 2014, "months": 3}

MAPPING = {
    "title": label("会议通知", "Notice"),
    "defaults": {"seal_mode": "sealed"},
    "sections": [
        {
            "title": label("正文", "Text"),
            "fields": [
                {"name": "title", "type": "lines", "label": label("标题", "Title"), "required": True},
                {"name": "venue", "type": "text", "label": label("会议地点", "Venue"),
                 "required_at": "review", "max_length": 20},
                {"name": "body", "type": "paragraphs", "label": label("正文", "Body")},
                {"name": "count", "type": "integer", "label": label("人数", "Count"), "min": 1, "max": 99},
                {"name": "issue_date", "type": "date", "label": label("成文日期", "Date"),
                 "required_at": "issue"},
                {"name": "join_month", "type": "month", "label": label("入党年月", "Joined")},
                {"name": "meeting_time", "type": "datetime", "label": label("会议时间", "Time")},
                {"name": "seal_mode", "type": "choice", "label": label("印章", "Seal"),
                 "choices": [{"value": "sealed", "label": label("盖章", "sealed")},
                             {"value": "unsealed", "label": label("不盖章", "unsealed")}]},
                {"name": "channels", "type": "choices", "label": label("渠道", "Channels"),
                 "choices": [{"value": "board", "label": label("宣传栏", "board")},
                             {"value": "site", "label": label("官网", "site")}]},
                {"name": "letterhead", "type": "yes_no", "label": label("版头", "Letterhead")},
                {"name": "doc_number", "type": "text", "label": label("发文字号", "Number"),
                 "pattern": r"^[^〔〕]+〔\d{4}〕[1-9]\d*号$", "gap": label("〔{year}〕　号", "〔{year}〕　号"),
                 "help": label("例：某发〔2014〕3号。", "For example 某发〔2014〕3号."),
                 "shown_if": {"field": "letterhead", "is": True}},
                {"name": "host", "type": "person", "label": label("主持人", "Chair")},
                {"name": "addressees", "type": "list", "label": label("主送机关", "To"), "max_items": 3},
                {"name": "agenda", "type": "table", "label": label("会议议程", "Agenda"), "min_items": 2,
                 "required_at": "review",
                 "fields": [
                     {"name": "item", "type": "text", "label": label("事项", "Item"), "required": True},
                     {"name": "day", "type": "date", "label": label("日期", "Day")},
                     {"name": "category", "type": "choice", "label": label("类别", "Category"),
                      "choices_from": "activity.issue_categories"},
                     {"name": "speakers", "type": "table", "label": label("发言人", "Speakers"),
                      "fields": [{"name": "who", "type": "person", "label": label("姓名", "Name"),
                                  "required": True}]},
                 ]},
                {"name": "secret", "type": "text", "label": label("内部", "Internal"), "print": False},
                {"name": "own", "type": "paragraphs", "label": label("自述", "Own words"),
                 "personal": True},
                {"name": "scan", "type": "upload", "label": label("扫描件", "Scan")},
            ],
        }
    ],
}  # fmt: skip


def form(*rules, **changes) -> FormDefinition:
    mapping = {**MAPPING, **changes, "rules": list(rules)}
    return parse_form(mapping, name="notice", file="form.yaml")
