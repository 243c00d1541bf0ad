// Quick exit. The link works without this file; with it the page goes blank at once, leaves no entry in the history of
// this tab, and Shift pressed three times does the same. Nothing is stored.
(() => {
  "use strict";
  const PAUSE = 5000; // milliseconds between two presses at most
  const link = document.querySelector(".exit-this-page");
  if (!link) return;
  const status = document.createElement("div");
  status.className = "usa-sr-only";
  status.setAttribute("role", "status");
  document.body.prepend(status);

  let leaving = false;
  const leave = () => {
    leaving = true;
    document.documentElement.classList.add("leaving");
    document.title = " ";
    window.location.replace(link.href);
  };

  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-exit]")) return;
    event.preventDefault(); // also with Ctrl or the middle button held: a second tab would leave this one open
    leave();
  });

  let presses = 0;
  let alone = false; // Shift is down and no other key came with it
  let timer = 0;
  const forget = (words) => {
    clearTimeout(timer);
    if (presses && words) status.textContent = words;
    presses = 0;
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Shift") alone = !(event.ctrlKey || event.altKey || event.metaKey) && (alone || !event.repeat);
    else { alone = false; forget(""); }
  });
  document.addEventListener("keyup", (event) => {
    if (event.key !== "Shift" || !alone) return;
    const host = document.querySelector("dialog[open]") || document.body; // outside an open dialog nothing is spoken
    if (status.parentNode !== host) host.prepend(status);
    alone = false;
    clearTimeout(timer);
    presses += 1;
    if (presses === 3) {
      status.textContent = link.dataset.leaving;
      leave();
      return;
    }
    status.textContent = presses === 1 ? link.dataset.once : link.dataset.twice;
    timer = setTimeout(() => forget(link.dataset.expired), PAUSE);
  });
  document.addEventListener("pointerdown", () => { alone = false; });

  // Back after the exit may bring this very document back from memory: it stays blank and leaves again.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted && leaving) leave();
  });
})();
