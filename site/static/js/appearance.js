// Light or dark as chosen in the footer, before the page is painted. Remembered in this browser only, and only once
// somebody has chosen: nothing is written by merely visiting.
(() => {
  "use strict";
  const KEY = "appearance";
  const read = () => { try { return localStorage.getItem(KEY) || ""; } catch { return ""; } };
  const show = (value) => {
    if (value === "light" || value === "dark") document.documentElement.dataset.appearance = value;
    else delete document.documentElement.dataset.appearance;
  };
  show(read());
  document.addEventListener("DOMContentLoaded", () => {
    const chooser = document.querySelector("[data-appearance].appearance");
    if (!chooser) return;
    chooser.hidden = false;
    for (const input of chooser.querySelectorAll("input")) input.checked = input.value === read();
    chooser.addEventListener("change", (event) => {
      show(event.target.value);
      try {
        if (event.target.value) localStorage.setItem(KEY, event.target.value);
        else localStorage.removeItem(KEY);
      } catch { /* private mode: the choice holds for this page */ }
    });
  });
})();
