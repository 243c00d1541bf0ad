// Names that the admin's own markup leaves out, for those who hear it: its two search forms, rich text fields, and a first
// heading on forms that have none. React draws some of them late, so the page is watched.
(() => {
  "use strict";
  const words = document.currentScript.dataset;

  const fieldName = (editor) => {
    const place = editor.closest("[data-contentpath], .w-field__wrapper, .w-field, .w-panel");
    const label = place?.querySelector("label, .w-field__label") || editor.closest("section")?.querySelector("h2");
    return label?.textContent.replace(/[*\s]+/g, " ").trim() || words.text;
  };

  const name = () => {
    for (const editor of document.querySelectorAll('[role="textbox"][contenteditable]:not([aria-label]):not([aria-labelledby])'))
      editor.setAttribute("aria-label", fieldName(editor));
    const forms = [...document.querySelectorAll('form[role="search"]:not([aria-label]):not([aria-labelledby])')];
    for (const form of forms)
      form.setAttribute("aria-label", form.closest("main, #main") ? words.list : words.everywhere);
    const main = document.querySelector("main");
    if (main && !document.querySelector("h1") && document.title) {
      const heading = document.createElement("h1");
      heading.className = "w-sr-only";
      heading.textContent = document.title.split(/ [-·] /).slice(-1)[0];
      main.prepend(heading);
    }
  };
  const begin = () => {
    name();
    let waits = false;
    new MutationObserver(() => {
      if (waits) return;
      waits = true;
      requestAnimationFrame(() => { waits = false; name(); });
    }).observe(document.body, { childList: true, subtree: true });
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
