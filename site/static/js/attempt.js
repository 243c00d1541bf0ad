// Saves each answer the moment it is given; keeps what could not be sent, shows it as unsent and sends it again;
// tells other windows; shows the time left. Without this script the form's buttons save.
(function () {
  "use strict";
  const root = document.querySelector("[data-attempt]");
  if (!root) return;
  const RETRY_MS = 5000;
  const SAVING_AFTER_MS = 1000; // a quick save is not announced twice
  const storeKey = "answers:" + root.dataset.attempt;
  const form = root.querySelector("[data-answer-form]");
  const status = root.querySelector("[data-saved]");
  const position = form ? form.dataset.position : "";
  let queue = {};
  let sending = null;
  let retryTimer = 0;
  let token = root.dataset.token || valueOf(root, "csrfmiddlewaretoken");
  let hadTrouble = false;

  if ("closed" in root.dataset) {
    try { sessionStorage.removeItem(storeKey); } catch (error) { /* nothing was kept */ }
    return;
  }
  try { queue = JSON.parse(sessionStorage.getItem(storeKey)) || {}; } catch (error) { queue = {}; }

  function valueOf(scope, name) {
    const field = scope.querySelector("[name=" + name + "]");
    return field ? field.value : "";
  }

  function keep() {
    try {
      if (Object.keys(queue).length) sessionStorage.setItem(storeKey, JSON.stringify(queue));
      else sessionStorage.removeItem(storeKey);
    } catch (error) { /* full or forbidden: the answers stay in memory */ }
  }

  function say(words, link) {
    if (!status) return;
    status.textContent = words;
    if (link) {
      const anchor = document.createElement("a");
      anchor.href = link.href;
      anchor.textContent = link.words;
      status.append(" ", anchor);
    }
  }

  function mark(name) {
    if (status) status.dataset.state = name;
  }

  // What the form holds now, without the token: that may change until it is sent.
  function typed() {
    const data = new URLSearchParams(new FormData(form));
    data.delete("csrfmiddlewaretoken");
    data.delete("version");
    return data.toString();
  }

  function put() {
    queue[position] = { url: form.action, body: typed(), version: valueOf(form, "version") };
    keep();
  }

  // Put an answer that was never sent back into the form.
  function restore() {
    const kept = queue[position];
    if (!kept) return;
    const data = new URLSearchParams(kept.body);
    for (const field of form.querySelectorAll("input[type=radio], input[type=checkbox]")) {
      field.checked = data.getAll(field.name).includes(field.value);
    }
    for (const field of form.querySelectorAll("select")) field.value = data.get(field.name) || "";
  }

  async function freshToken() {
    const answer = await fetch(location.href, { credentials: "same-origin", cache: "no-store" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const there = page.querySelector("[data-attempt]");
    token = there ? there.dataset.token || valueOf(there, "csrfmiddlewaretoken") : "";
    return Boolean(token);
  }

  // One answer. Returns "sent", "later", "signed-out", "refused" or "closed".
  async function send(place, entry, again) {
    const body = new URLSearchParams(entry.body);
    body.set("version", place === position ? valueOf(form, "version") : entry.version);
    let answer;
    try {
      answer = await fetch(entry.url, {
        method: "POST",
        body: body,
        credentials: "same-origin",
        keepalive: true,
        headers: { Accept: "application/json", "X-CSRFToken": token },
      });
    } catch (error) {
      return "later";
    }
    if (answer.status === 403 && !again) {
      try {
        if (await freshToken()) return send(place, entry, true);
      } catch (error) {
        return "later";
      }
      return "signed-out";
    }
    if (answer.status === 401 || answer.status === 403) return "signed-out";
    if (answer.status >= 500 || answer.status === 429) return "later";
    let told = {};
    try { told = await answer.json(); } catch (error) { /* an error page */ }
    if (queue[place] === entry) delete queue[place];
    keep();
    if (told.closed) {
      queue = {};
      keep();
      location.assign(told.url);
      return "closed";
    }
    if (!told.saved) {
      if (told.message) say(told.message);
      mark("refused");
      return "refused";
    }
    if (place === position) accept(told);
    return "sent";
  }

  function accept(told) {
    form.elements.version.value = told.version;
    say(told.message);
    mark("saved");
    const here = root.querySelector('[data-jump="' + position + '"]');
    if (here) {
      here.classList.toggle("jump__link--answered", told.complete);
      here.classList.toggle("jump__link--flagged", Boolean(told.flagged));
      const state = here.querySelector("[data-jump-state]");
      if (state && told.state) state.textContent = told.state;
    }
    const count = root.querySelector("[data-answered-count]");
    if (here && count) count.textContent = root.querySelectorAll(".jump__link--answered").length;
    if (channel) channel.postMessage({ position: position, version: told.version });
  }

  // Everything that waits, one after the other. Resolves to true when nothing waits any more.
  function flush() {
    sending = sending || sendAll().finally(function () { sending = null; });
    return sending;
  }

  async function sendAll() {
    clearTimeout(retryTimer);
    const slow = setTimeout(function () { if (form) say(form.dataset.wordsSaving); }, SAVING_AFTER_MS);
    let outcome = "sent";
    let entry;
    try {
      while ((entry = Object.entries(queue)[0])) {
        outcome = await send(entry[0], entry[1], false);
        if (outcome !== "sent") break;
      }
    } finally {
      clearTimeout(slow);
    }
    if (outcome === "later") {
      hadTrouble = true;
      if (form) say(form.dataset.wordsUnsent);
      mark("unsent");
      retryTimer = setTimeout(flush, RETRY_MS);
    } else if (outcome === "signed-out") {
      hadTrouble = true;
      if (form) say(form.dataset.wordsSignedOut, { href: form.dataset.signIn, words: form.dataset.wordsSignIn });
      mark("unsent");
    } else if (hadTrouble && outcome === "sent") {
      hadTrouble = false;
      if (form) say(form.dataset.wordsResent);
    }
    return outcome === "sent";
  }

  const channel = "BroadcastChannel" in window ? new BroadcastChannel(storeKey) : null;
  if (channel && form) {
    channel.addEventListener("message", function (event) {
      if (event.data.position !== position || event.data.version === form.elements.version.value) return;
      say(form.dataset.wordsElsewhere, { href: location.href, words: form.dataset.wordsReload });
      mark("old");
    });
  }
  addEventListener("online", flush);
  document.addEventListener("visibilitychange", function () {
    if (Object.keys(queue).length) flush();
  });

  if (form) {
    restore();
    form.addEventListener("change", function (event) {
      if (event.target.type === "hidden") return;
      put();
      flush();
    });
    form.addEventListener("submit", async function (event) {
      if ("passing" in form.dataset) return;
      event.preventDefault();
      const button = event.submitter;
      put();
      await flush(); // one that was under way may have left before the last change
      if (Object.keys(queue).length && !(await flush())) return;
      if (status && status.dataset.state === "refused") return;
      form.dataset.passing = "";
      form.requestSubmit(button);
    });
  }
  addEventListener("pageshow", function (event) {
    if (form) delete form.dataset.passing;
    if (event.persisted && form) location.reload(); // the copy of a page from the browser's memory may be old
  });

  const submitForm = root.querySelector("[data-submit-form]");
  const warning = root.querySelector("[data-unsent-warning]");
  if (submitForm) {
    submitForm.addEventListener("submit", function (event) {
      if (!Object.keys(queue).length) return;
      event.preventDefault();
      warning.hidden = false;
      flush();
    });
  }
  if (Object.keys(queue).length) {
    flush().then(function (isEmpty) {
      if (warning) warning.hidden = isEmpty;
      if (isEmpty && !form) location.reload(); // so that the list of answers is the saved one
    });
  }

  const alert = root.querySelector("[data-focus]");
  if (alert) alert.focus();

  const time = root.querySelector("[data-seconds-left]");
  if (time) {
    const end = performance.now() + Number(time.dataset.secondsLeft) * 1000;
    const clock = time.querySelector("[data-clock]");
    const spoken = time.querySelector("[data-clock-status]");
    let before = Number(time.dataset.secondsLeft);
    const tick = setInterval(function () {
      const left = Math.max(0, Math.round((end - performance.now()) / 1000));
      clock.textContent = Math.floor(left / 60) + ":" + String(left % 60).padStart(2, "0");
      if (before > 300 && left <= 300) spoken.textContent = time.dataset.wordsFive;
      if (before > 60 && left <= 60) spoken.textContent = time.dataset.wordsOne;
      if (before > 0 && left === 0) {
        clearInterval(tick);
        spoken.textContent = time.dataset.wordsOver;
        // The server gives a last answer some seconds to arrive before it closes the attempt.
        flush().then(function () { setTimeout(function () { location.assign(time.dataset.next); }, 17000); });
      }
      before = left;
    }, 1000);
  }
})();
