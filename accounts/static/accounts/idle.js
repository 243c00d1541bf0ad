// Warns before a session ends. One key (Enter, Space or Escape) goes on. Asks the server first: another tab may be in use.
(() => {
  "use strict";
  const { dataset } = document.currentScript;
  const warning = Number(dataset.warning);
  const PING_MS = 4 * 60 * 1000;
  let timer = 0;
  let tick = 0;
  let dialog = null;
  let lastPing = Date.now();

  const ask = async (method, token) => {
    const headers = { Accept: "application/json" };
    if (token) headers["X-CSRFToken"] = token;
    const answer = await fetch(dataset.url, { method, headers, credentials: "same-origin", cache: "no-store" });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  };

  const plan = (seconds) => {
    window.clearTimeout(timer);
    timer = window.setTimeout(look, Math.max(1, seconds) * 1000);
  };

  const look = async () => {
    try {
      const state = await ask("GET");
      if (state.seconds_left <= 0) end(state.sign_in);
      else if (state.seconds_left <= warning + 1) warn(state.seconds_left);
      else {
        close();
        plan(state.seconds_left - warning);
      }
    } catch {
      plan(20); // no network: nothing can be said, so ask again soon
    }
  };

  const stay = async () => {
    try {
      const { token } = await ask("GET");
      if (!token) return look();
      const state = await ask("POST", token);
      lastPing = Date.now();
      close();
      plan(state.seconds_left - warning);
    } catch {
      plan(5);
    }
    return undefined;
  };

  const element = (name, className, text) => {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  };

  const open = (title, text, ...rest) => {
    close();
    dialog = element("dialog", "usa-modal idle-dialog");
    const heading = element("h2", "usa-modal__heading", title);
    heading.id = "idle-title";
    const words = element("p", "usa-modal__main-text", text);
    words.id = "idle-text";
    dialog.setAttribute("aria-labelledby", heading.id);
    dialog.setAttribute("aria-describedby", words.id);
    dialog.append(heading, words, ...rest);
    const exit = document.querySelector(".exit-this-page");
    if (exit) dialog.append(exit.cloneNode(true)); // nothing may stand before the way out
    document.body.append(dialog);
    dialog.showModal();
  };

  const close = () => {
    window.clearInterval(tick);
    if (dialog) dialog.remove();
    dialog = null;
  };

  const words = (seconds) =>
    seconds > 90
      ? dataset.leftMinutes.replace("{count}", Math.round(seconds / 60))
      : dataset.leftSeconds.replace("{count}", seconds);

  const warn = (seconds) => {
    const until = Date.now() + seconds * 1000;
    const left = element("p", "idle-dialog__left", words(Math.round(seconds)));
    left.setAttribute("aria-live", "polite");
    const button = element("button", "usa-button button", dataset.stay);
    button.type = "button";
    button.addEventListener("click", stay);
    open(dataset.title, dataset.text, left, button);
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      stay();
    });
    button.focus();
    tick = window.setInterval(() => {
      const rest = Math.max(0, Math.round((until - Date.now()) / 1000));
      if (rest % 30 === 0) left.textContent = words(rest);
      if (rest === 0) {
        window.clearInterval(tick);
        look();
      }
    }, 1000);
    window.clearTimeout(timer);
  };

  const end = (signIn) => {
    document.dispatchEvent(new CustomEvent("lodestar:signed-out"));
    const link = element("a", "usa-button button", dataset.signIn);
    link.href = `${signIn}?next=${encodeURIComponent(window.location.pathname + window.location.search)}`;
    open(dataset.endedTitle, dataset.endedText, link);
    // The page may show what a passer-by should not read. What was typed into it stays there.
    for (const child of document.body.children) {
      if (child !== dialog) child.style.visibility = "hidden";
    }
    dialog.addEventListener("cancel", (event) => event.preventDefault());
    link.focus();
  };

  // Somebody who types or points is there, though they ask for no page.
  const busy = () => {
    if (!dialog && Date.now() - lastPing > PING_MS) {
      lastPing = Date.now();
      stay();
    }
  };
  for (const name of ["keydown", "pointerdown", "scroll"]) {
    document.addEventListener(name, busy, { passive: true, capture: true });
  }
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && !dialog) look();
  });
  plan(Number(dataset.seconds) - warning);
})();
