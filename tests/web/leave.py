"""A seventh kind in a temporary folder: every field type, a table two deep, conditions, rules."""

FORM = """
title: {zh: 请示单, en: Request slip}
help: {zh: 请示一件事。, en: Ask for one thing.}
audience: unit
defaults: {urgent: false, seal_mode: sealed}
sections:
  - title: {zh: 事项, en: The matter}
    fields:
      - {name: title, type: lines, required: true, label: {zh: 标题, en: Title}}
      - {name: issuer, type: text, required: true, from: activity.issuer, label: {zh: 发文机关, en: Issuer}}
      - {name: reason, type: paragraphs, required_at: review, label: {zh: 理由, en: Reason}, help: {zh: 写清楚。, en: Be clear.}}
      - {name: amount, type: integer, min: 1, max: 99, label: {zh: 数量, en: Amount}}
      - {name: day, type: date, required_at: issue, label: {zh: 日期, en: Day}}
      - {name: since, type: month, label: {zh: 起始年月, en: Since}}
      - {name: moment, type: datetime, label: {zh: 时间, en: Moment}}
      - {name: urgent, type: yes_no, label: {zh: 急件, en: Urgent}}
      - {name: urgency_note, type: text, label: {zh: 急在何处, en: Why urgent}, shown_if: {field: urgent, is: true}}
      - name: seal_mode
        type: choice
        required: true
        label: {zh: 印章, en: Seal}
        choices:
          - {value: sealed, label: {zh: 加盖, en: Sealed}}
          - {value: unsealed, label: {zh: 不加盖, en: Unsealed}}
      - name: size
        type: choice
        label: {zh: 规格, en: Size}
        choices:
          - {value: a, label: {zh: 甲, en: A}}
          - {value: b, label: {zh: 乙, en: B}}
          - {value: c, label: {zh: 丙, en: C}}
          - {value: d, label: {zh: 丁, en: D}}
          - {value: e, label: {zh: 戊, en: E}}
      - {name: topics, type: choices, choices_from: activity.issue_categories, label: {zh: 涉及方面, en: Topics}}
      - {name: asker, type: person, label: {zh: 经办人, en: Asker}}
      - {name: copies, type: list, max_items: 3, label: {zh: 抄送, en: Copies}}
      - {name: scan, type: upload, print: false, label: {zh: 附图, en: Drawing}}
  - title: {zh: 清单, en: List}
    shown_if: {field: title, given: true}
    fields:
      - name: things
        type: table
        required_at: review
        label: {zh: 物品, en: Things}
        fields:
          - {name: name, type: text, required: true, label: {zh: 名称, en: Name}}
          - {name: many, type: integer, min: 1, label: {zh: 件数, en: Pieces}}
          - {name: due, type: date, label: {zh: 期限, en: Due}}
          - name: checks
            type: table
            label: {zh: 检查, en: Checks}
            fields:
              - {name: who, type: person, required: true, label: {zh: 检查人, en: Checker}}
rules:
  - {rule: not_before, field: things.due, other: day, at: draft}
"""

BUNDLE = """
title: {zh: 小材料包, en: Small bundle}
stage: draft
slots:
  - {id: letter, title: {zh: 报送函, en: Letter}, upload: true}
  - {id: slip, title: {zh: 请示单, en: Request slip}, kind: leave, required: true}
  - {id: photo, title: {zh: 照片, en: Photograph}, upload: true, required: true}
"""
INSTANCE = """
bundle: small
lang: zh
activity: activity.zh.yaml
title: 馆：小/材料包
parts:
  slip: slip.yaml
  photo: photo.jpg
"""
