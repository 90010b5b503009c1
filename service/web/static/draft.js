// A draft saves itself; what is not saved yet is said, and tried again.
(() => {
  "use strict";
  const paper = document.getElementById("paper");
  const line = document.getElementById("saved");
  let typed = 0, sent = 0, timer = 0, plain = false;
  const tell = (state) => { paper.dataset.draft = state; };
  const again = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(() => htmx.trigger(line, "again"), wait);
  };

  // What the server has to say on a page of its own: two texts of one draft, an expired page.
  const plainly = () => {
    plain = true;
    paper.requestSubmit(paper.querySelector(".bar [value=save]"));
  };

  // A link of the check leads into the field itself, be it hidden or not.
  const aim = document.getElementById(location.hash.slice(1));
  if (aim && paper.contains(aim)) {
    const hidden = aim.closest("[hidden]");
    if (hidden) hidden.hidden = false;
    aim.focus({ preventScroll: true });
    aim.scrollIntoView({ block: "center" });
  }

  paper.addEventListener("input", ({ target }) => {
    typed += 1;
    if (paper.dataset.draft === "saved") tell("typed");
    // A value of one's own is not the activity's any more; the button gives that back.
    for (let field = target.closest(".field"); field; field = field.parentElement.closest(".field")) {
      const reset = field.querySelector(":scope > .reset[hidden]");
      if (!reset) continue;
      reset.hidden = false;
      field.querySelector(":scope > .origin").hidden = true;
    }
  });
  // The button saves without leaving the page.
  document.addEventListener("submit", (event) => {
    if (plain || !event.submitter || event.submitter.value !== "save") return;
    event.preventDefault();
    event.stopPropagation();
    again(0);
  }, true);

  // Last year's text goes in as if it were typed: it can be taken back, and is saved.
  paper.addEventListener("click", ({ target }) => {
    const field = document.getElementById(target.dataset.insert);
    if (!field) return;
    const text = document.getElementById(`${field.id}-last`).textContent;
    const more = field.value.trim() ? `\n${text}` : text;
    field.focus();
    if (field.value.trim()) field.setSelectionRange(field.value.length, field.value.length);
    else field.select();
    if (document.execCommand("insertText", false, more)) return;
    field.setRangeText(more, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });

  const saves = ({ requestConfig }) => requestConfig.verb === "post";
  paper.addEventListener("htmx:beforeSend", ({ detail }) => { if (saves(detail)) sent = typed; });
  paper.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (!detail.successful || !saves(detail)) return;
    tell(typed === sent ? "saved" : "typed");
    if (typed === sent) paper.dispatchEvent(new Event("gongwen:saved"));
  });
  paper.addEventListener("htmx:beforeOnLoad", (event) => {
    const { status } = event.detail.xhr;
    if (status < 400 || !saves(event.detail)) return;
    event.preventDefault();
    if (status === 404) tell("gone");
    else if (status === 401) { tell("out"); again(10000); }
    else if (status >= 500 || status === 429) { tell("away"); again(5000); }
    else plainly();
  });
  paper.addEventListener("htmx:sendError", (event) => {
    if (!saves(event.detail)) return;
    event.stopPropagation();
    tell("away");
    again(5000);
  });
})();
