// The studio without its waits: a changed field or a link fetches the same page and puts its parts in place. Without this
// script the form's buttons do the same. The address always holds what is shown.
(() => {
  "use strict";
  const desk = document.querySelector("[data-studio]");
  if (!desk || !window.fetch || !window.history.pushState) return;
  desk.classList.add("studio--scripted");
  const PARTS = ["studio-steps", "studio-step", "studio-side"];
  const status = document.getElementById("studio-status");
  let asked = null;
  let tries = 0;
  let retry = 0;

  function saying(words) {
    let line = desk.querySelector(".studio__making");
    if (!words) { if (line) line.remove(); return; }
    if (!line) {
      line = document.createElement("p");
      line.className = "studio__making";
      document.getElementById("studio-side").prepend(line);
    }
    line.textContent = words;
  }

  function put(page, source) {
    const held = document.activeElement;
    const id = held && held.id;
    const typing = held && held.matches("input[type=text]") && (source === "field" || source === "retry");
    for (const name of PARTS) {
      const here = document.getElementById(name);
      const next = page.getElementById(name);
      if (!here || !next) continue;
      if (typing && here.contains(held)) continue;
      const scrolled = name === "studio-side" ? here.scrollTop : 0;
      here.replaceWith(next);
      if (scrolled) next.scrollTop = scrolled;
    }
    desk.dataset.address = page.querySelector("[data-studio]").dataset.address;
    document.title = page.title;
    if (id && document.activeElement === document.body) document.getElementById(id)?.focus({ preventScroll: true });
    else if (document.activeElement === document.body && source === "step") {
      const heading = document.querySelector("#studio-step .usa-legend--large");
      if (heading) { heading.tabIndex = -1; heading.focus({ preventScroll: true }); }
    }
    const name = document.getElementById("studio-preview-name");
    const alert = document.querySelector("#studio-side .usa-alert__text");
    status.textContent = [name, alert].filter(Boolean).map((one) => one.textContent.trim()).join(" ");
    const busy = document.querySelector("#studio-side [data-retry]");
    clearTimeout(retry);
    if (busy && tries < 6) {
      tries += 1;
      retry = setTimeout(() => show(desk.dataset.address, { source: "retry", push: false }), 1500 * tries);
    } else if (!busy) tries = 0;
  }

  async function show(address, { source = "field", push = true } = {}) {
    if (asked) asked.abort();
    asked = new AbortController();
    const mine = asked;
    clearTimeout(retry);
    desk.classList.add("studio--making");
    const patience = setTimeout(() => { saying(desk.dataset.making); status.textContent = desk.dataset.making; }, 200);
    try {
      const answer = await fetch(address, { signal: mine.signal, headers: { "X-Requested-With": "fetch" } });
      if (answer.redirected && !answer.url.includes(location.pathname)) { location.assign(address); return; }
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!page.querySelector("[data-studio]")) { location.assign(address); return; }
      put(page, source);
      saying("");
      if (push) history.pushState(null, "", desk.dataset.address);
      else history.replaceState(null, "", desk.dataset.address);
    } catch (problem) {
      if (mine.signal.aborted) return;
      saying(desk.dataset.lost);
      status.textContent = desk.dataset.lost;
    } finally {
      clearTimeout(patience);
      if (mine === asked) desk.classList.remove("studio--making");
    }
  }

  function addressOf(form, button) {
    const fields = new URLSearchParams(new FormData(form));
    if (button) fields.append(button.name, button.value);
    return `${form.getAttribute("action")}?${fields}`;
  }

  desk.addEventListener("change", (event) => {
    const form = event.target.closest("#studio-form, [data-swap-form]");
    if (form) show(addressOf(form), { push: false });
  });
  desk.addEventListener("submit", (event) => {
    if (!event.target.matches("#studio-form, [data-swap-form]")) return;
    event.preventDefault();
    show(addressOf(event.target, event.submitter), { source: "step" }).then(() => {
      const top = document.getElementById("studio-steps");
      if (top && top.getBoundingClientRect().top < 0) top.scrollIntoView();
    });
  });
  desk.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-swap]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    const again = link.getAttribute("aria-label") || link.textContent;
    const nav = link.closest("nav, p");
    const inside = nav && nav.getAttribute("aria-label");
    show(link.href, { source: "link" }).then(() => {
      if (document.activeElement !== document.body) return;
      const same = [...desk.querySelectorAll("a[data-swap]")].find((one) => (one.getAttribute("aria-label") || one.textContent) === again
        && (one.closest("nav, p")?.getAttribute("aria-label") || null) === inside);
      (same || document.getElementById("studio-side")?.querySelector("a"))?.focus({ preventScroll: true });
    });
  });
  window.addEventListener("popstate", () => show(location.href, { source: "link", push: false }));
})();
