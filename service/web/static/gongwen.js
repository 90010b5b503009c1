// What the page does better with JavaScript; without it every button works all the same.
(() => {
  "use strict";
  const paper = document.getElementById("paper");
  const wide = matchMedia("(min-width: 70rem)");

  // Text areas grow with what is written in them.
  const grow = (area) => {
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight + 2}px`;
  };
  const growAll = (root) => root.querySelectorAll("textarea").forEach(grow);

  // A field is shown while its conditions hold; one that holds a half-typed date stays.
  const given = (data, name) =>
    [...data.keys()].some((key) => (key === name || key.startsWith(`${name}.`)) && data.get(key).trim());
  const holds = (data, one) =>
    "given" in one
      ? given(data, one.name) === one.given
      : data.getAll(one.name).some((value) => one.in.includes(value));
  const settle = () => {
    soon = 0;
    const data = new FormData(paper);
    document.querySelectorAll("[data-if]").forEach((block) => {
      const fits = JSON.parse(block.dataset.if).every((one) => holds(data, one));
      const shown = fits || Boolean(block.querySelector(":invalid"));
      if (shown === block.hidden) {
        block.hidden = !shown;
        if (shown) growAll(block);
      }
    });
  };

  let soon = 0;
  const settleSoon = () => {
    if (!soon) soon = requestAnimationFrame(settle);
  };

  // Leaving a page with something typed asks first; making a document does not count as leaving.
  let typed = paper ? "typed" in paper.dataset : false;
  let busy = false;
  addEventListener("beforeunload", (event) => {
    if (typed && !busy) event.preventDefault();
  });

  // Where the page stood; a browser that keeps nothing starts at the top.
  const memory = (verb, ...what) => {
    try {
      return sessionStorage[verb](`scroll ${location.pathname}`, ...what);
    } catch (error) { return null; }
  };

  const land = () => {
    const summary = document.getElementById("summary");
    const result = document.querySelector("[data-land]");
    const kept = memory("getItem");
    if (summary) {
      summary.focus();
    } else if (result) {
      const stay = Boolean(wide.matches && kept);
      result.focus({ preventScroll: stay });
      if (stay) scrollTo(0, Number(kept));
    }
    memory("removeItem");
  };

  if (paper) {
    paper.addEventListener("input", (event) => {
      typed = true;
      if (event.target.matches("textarea")) grow(event.target);
      settleSoon();
    });
    paper.addEventListener("keydown", (event) => {
      // Such a text wraps on the screen and is one line all the same.
      const one = event.target.matches("[data-one-line]");
      if (one && event.key === "Enter" && !event.isComposing) event.preventDefault();
    });
    paper.addEventListener("change", (event) => {
      if (event.target.name === "_stage") paper.dataset.stage = event.target.value;
      settleSoon();
    });
    document.body.addEventListener("htmx:afterSettle", (event) => {
      if (!paper.contains(event.target) || event.target.closest("#saved")) return;
      typed = typed || !paper.dataset.draft;
      growAll(event.target);
      settle();
    });
    paper.addEventListener("gongwen:saved", () => { typed = false; });
    growAll(paper);
    settle();
  }

  // The second click of a double click does nothing; the page says what it is waiting for.
  const tell = (form, words) => {
    busy = Boolean(words);
    form.classList.toggle("busy", busy);
    document.querySelector(".busy-words").textContent = words;
  };
  document.querySelectorAll("[data-busy-words]").forEach((form) => {
    form.addEventListener("submit", (event) => {
      if (busy) return event.preventDefault();
      memory("setItem", String(scrollY));
      tell(form, form.dataset.busyWords);
    });
    // A page that comes back out of the browser's cache is not busy any more.
    addEventListener("pageshow", () => tell(form, ""));
  });

  // What htmx could not do is sent the plain way: the answer is a page that says why.
  const plainly = ({ detail: { elt } }) => {
    if (elt.form) elt.form.requestSubmit(elt);
    else if (elt.submit) elt.submit();
    else if (elt.href) location.assign(elt.href);
  };
  document.body.addEventListener("htmx:responseError", plainly);
  document.body.addEventListener("htmx:sendError", plainly);

  // Files that are too large are told before they travel.
  document.addEventListener("change", ({ target }) => {
    if (!target.dataset.most) return;
    const bytes = [...target.files].reduce((sum, file) => sum + file.size, 0);
    target.setCustomValidity(bytes > target.dataset.most * 1e6 ? target.dataset.tooMuch : "");
    target.reportValidity();
  });

  // The old way of copying: an intranet without https has no other.
  document.querySelectorAll("[data-copy]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      document.getElementById(button.dataset.copy).select();
      if (document.execCommand("copy")) button.textContent = button.dataset.done;
    });
  });

  // A link of the summary leads into the field itself, not only to its place.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("#summary a");
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    const hidden = field.closest("[hidden]");
    if (hidden) hidden.hidden = false;
    field.focus({ preventScroll: true });
    field.scrollIntoView({ block: "center" });
  });

  land();
})();
