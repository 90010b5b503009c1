"""A page as a browser holds it: its controls in order, and a post as a browser sends it."""

from __future__ import annotations

from urllib.parse import urlencode

from lxml import html


class Screen:
    def __init__(self, response):
        self.response = response
        self.status = response.status_code
        self.text = response.get_data(as_text=True)
        self.tree = html.fromstring(self.text)

    def find(self, path):
        return self.tree.xpath(path)

    def one(self, path):
        found = self.find(path)
        assert len(found) == 1, f"{path}: {len(found)}"
        return found[0]

    def by_id(self, name):
        return self.one(f'//*[@id="{name}"]')

    def words(self, path="//main"):
        return " ".join(" ".join(one.text_content().split()) for one in self.find(path))

    @property
    def title(self):
        return self.one("//title").text

    def controls(self, form="//form[@id='paper']"):
        """Names and values in the order of the page, as the browser would post them."""
        found = []
        for node in self.one(form).iter("input", "textarea", "select"):
            name = node.get("name")
            if not name:
                continue
            if node.tag == "textarea":
                # The parser of HTML drops one newline after the tag; lxml does not.
                text = node.text or ""
                found.append((name, text.removeprefix("\n")))
            elif node.tag == "select":
                chosen = [o for o in node.iter("option") if o.get("selected") is not None]
                options = list(node.iter("option"))
                found.append((name, (chosen or options)[0].get("value")))
            elif node.get("type") in {"radio", "checkbox"}:
                if node.get("checked") is not None:
                    found.append((name, node.get("value")))
            else:
                found.append((name, node.get("value") or ""))
        return found

    def value(self, name):
        return dict(self.controls()).get(name)

    def values(self, name):
        return [value for one, value in self.controls() if one == name]


def get(client, path, **headers):
    return Screen(client.get(path, headers=headers or None))


def press(client, screen, do, changes=None, *, headers=None):
    """Types `changes` (None takes a name out) and presses a button."""
    changes = dict(changes or {})
    pairs = []
    for name, value in screen.controls():
        if name in changes:
            new = changes[name]
            if new is not None and name not in {one for one, _ in pairs}:
                news = new if isinstance(new, list) else [new]
                pairs += [(name, one) for one in news]
            continue
        pairs.append((name, value))
    known = {name for name, _ in pairs} | {n for n, v in changes.items() if v is None}
    for name, value in changes.items():
        if name not in known:
            news = value if isinstance(value, list) else [value]
            pairs += [(name, one) for one in news]
    return Screen(send(client, screen, [*pairs, ("_do", do)], headers=headers))


def send(client, screen, pairs, *, headers=None):
    """Posts pairs as they are, line ends as browsers send them."""
    lines = [(name, value.replace("\n", "\r\n")) for name, value in pairs]
    path = screen.one("//form[@id='paper']").get("action")
    return client.post(
        path,
        data=urlencode(lines),
        content_type="application/x-www-form-urlencoded",
        headers=headers,
    )
