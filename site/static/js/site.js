// Small comforts: outlines that stand open where there is room, menus that close, lists that narrow while one types.
(() => {
  "use strict";
  const wide = window.matchMedia("(min-width: 60rem)");
  for (const fold of document.querySelectorAll("[data-open-wide]")) {
    fold.open = wide.matches;
    wide.addEventListener("change", () => { fold.open = wide.matches; });
  }

  for (const menu of document.querySelectorAll("[data-close-outside]")) {
    document.addEventListener("click", (event) => { if (!menu.contains(event.target)) menu.open = false; });
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  }

  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();
  for (const field of document.querySelectorAll("[data-filter]")) {
    const list = document.getElementById(field.dataset.filter);
    if (!list) continue;
    const count = field.form?.querySelector("[data-filter-count]");
    const items = [...list.querySelectorAll("[data-filter-item]")].map((item) => [item, plain(item.textContent)]);
    const narrow = () => {
      const words = plain(field.value).split(/\s+/).filter(Boolean);
      let left = 0;
      for (const [item, text] of items) {
        item.hidden = !words.every((word) => text.includes(word));
        left += item.hidden ? 0 : 1;
      }
      for (const group of list.querySelectorAll("[data-filter-group]"))
        group.hidden = !group.querySelector("[data-filter-item]:not([hidden])");
      if (count) count.textContent = words.length ? (left ? `${left} / ${items.length}` : count.dataset.none) : "";
    };
    field.addEventListener("input", narrow);
    field.form?.addEventListener("submit", (event) => { event.preventDefault(); narrow(); });
    if (field.value) narrow();
  }
})();
