// Counts while one writes how many characters are left. Without it, the form says so after saving.
(function () {
  "use strict";
  function count(field) {
    const limit = Number(field.dataset.limit), length = Array.from(field.value).length;
    let note = document.getElementById(field.id + "-count");
    if (!note) {
      note = document.createElement("p");
      note.id = field.id + "-count";
      note.className = "help-text poster-count";
      field.setAttribute("aria-describedby", [field.getAttribute("aria-describedby"), note.id].filter(Boolean).join(" "));
      field.after(note);
    }
    note.textContent = length + " / " + limit;
    note.style.fontWeight = length > limit ? "700" : "";
    note.style.color = length > limit ? "var(--w-color-critical-200)" : "";
    field.setAttribute("aria-invalid", length > limit ? "true" : "false");
  }
  document.addEventListener("DOMContentLoaded", function () {
    for (const field of document.querySelectorAll("[data-limit]")) {
      count(field);
      field.addEventListener("input", function () { count(field); });
    }
  });
})();
