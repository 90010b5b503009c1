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
    if (!paper) return;
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
    cancelAnimationFrame(soon);
    soon = requestAnimationFrame(settle);
  };

  // Leaving a page with something typed asks first; making a document does not count as leaving.
  let typed = paper ? "typed" in paper.dataset : false;
  let busy = false;
  addEventListener("beforeunload", (event) => {
    if (typed && !busy) event.preventDefault();
  });

  const place = `scroll ${location.pathname}`;
  const remember = () => {
    try {
      sessionStorage.setItem(place, String(scrollY));
    } catch (error) {
      // A browser that keeps nothing starts at the top.
    }
  };

  const land = () => {
    const summary = document.getElementById("summary");
    const result = document.querySelector("[data-land]");
    if (summary) {
      summary.focus();
    } else if (result) {
      const kept = wide.matches && sessionStorage.getItem(place);
      result.focus({ preventScroll: Boolean(kept) });
      if (kept) scrollTo(0, Number(kept));
    }
    try {
      sessionStorage.removeItem(place);
    } catch (error) {
      // As above.
    }
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
    paper.addEventListener("submit", (event) => {
      if (busy) {
        event.preventDefault(); // the second click of a double click
        return;
      }
      busy = true;
      remember();
      const words = paper.querySelector(".busy-words");
      if (words) words.textContent = paper.dataset.busyWords;
      paper.classList.add("busy");
    });
    // A page that comes back out of the browser's cache is not busy any more.
    addEventListener("pageshow", () => {
      busy = false;
      paper.classList.remove("busy");
      paper.querySelector(".busy-words").textContent = "";
    });
    document.body.addEventListener("htmx:afterSettle", (event) => {
      typed = true;
      growAll(event.target);
      settle();
    });
    // What htmx could not do is sent the plain way: the answer is a page that says why.
    const plainly = (event) => {
      if (event.detail.elt.form === paper) paper.requestSubmit(event.detail.elt);
    };
    document.body.addEventListener("htmx:responseError", plainly);
    document.body.addEventListener("htmx:sendError", plainly);
    growAll(paper);
    settle();
  }

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
