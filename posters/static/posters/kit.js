// Puts news of a kit in place while it is made. Without this script the page refreshes itself.
(function () {
  "use strict";
  const page = document.querySelector("[data-kit]");
  if (!page || page.dataset.unfinished !== "yes") return;
  const parts = document.getElementById("kit-parts");
  const news = document.getElementById("kit-news");
  const first = 1000, most = 15000;
  let wait = first, told = 0;

  function put(answer) {
    let finished = false;
    for (const other of answer.querySelectorAll("noscript")) other.remove();
    for (const fresh of answer.querySelectorAll("[data-part]")) {
      const old = parts.querySelector('[data-part="' + fresh.dataset.part + '"]');
      if (fresh.dataset.unfinished === "no") finished = true;
      const before = old.cloneNode(true), after = fresh.cloneNode(true);
      for (const copy of [before, after]) {
        for (const one of copy.querySelectorAll("noscript, [name=csrfmiddlewaretoken]")) one.remove();
      }
      if (before.innerHTML.replace(/\s+/g, " ") === after.innerHTML.replace(/\s+/g, " ")) continue;
      const held = old.contains(document.activeElement);
      old.replaceWith(document.adoptNode(fresh));
      if (held) {
        const again = fresh.dataset.part === "actions" ? fresh.querySelector("a, button") : fresh.querySelector("[tabindex]");
        (again || document.getElementById("kit-title")).focus();
      }
    }
    tell(finished);
    return finished;
  }

  // Spoken at each fifth of the way and at the end, so that nobody is talked at all the time.
  function tell(finished) {
    const bar = parts.querySelector("progress"), fifth = Math.floor((bar.value / bar.max) * 5);
    if (finished || fifth > told) news.textContent = parts.querySelector(".kit__status").textContent;
    told = fifth;
  }

  async function look() {
    if (document.hidden) return void setTimeout(look, first);
    try {
      const answer = await fetch(page.dataset.kit + window.location.search, { credentials: "same-origin", headers: { "X-Requested-With": "fragment" } });
      if (answer.redirected || answer.status === 404) return void window.location.reload(); // signed out, or deleted elsewhere
      if (!answer.ok) throw new Error(String(answer.status));
      wait = Math.min(wait * 1.1, 3000);
      if (put(new DOMParser().parseFromString(await answer.text(), "text/html"))) return;
    } catch (error) {
      wait = Math.min(wait * 2, most);
    }
    setTimeout(look, wait);
  }
  setTimeout(look, first);
})();
