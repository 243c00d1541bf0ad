// Adds "move up" and "move down" to the steps of an ordering question. The choice lists stay: they are what is sent.
(function () {
  "use strict";

  function numbered(list) {
    list.querySelectorAll("select").forEach(function (field, index) { field.value = String(index + 1); });
  }

  function places(list) {
    return Array.from(list.querySelectorAll("select"), function (field) { return field.value; });
  }

  // Lines in the order of their places; those without one stay at the end.
  function sort(list) {
    Array.from(list.children)
      .map(function (line, index) { return { line: line, place: Number(line.querySelector("select").value) || 100 + index }; })
      .sort(function (one, other) { return one.place - other.place; })
      .forEach(function (row) { list.append(row.line); });
  }

  function move(list, line, step, status) {
    const other = step < 0 ? line.previousElementSibling : line.nextElementSibling;
    if (!other) return;
    if (step < 0) list.insertBefore(line, other);
    else list.insertBefore(other, line);
    numbered(list);
    const field = line.querySelector("select");
    status.textContent = line.querySelector("label").textContent + ": " + field.value;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function button(words, sign, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "usa-button usa-button--outline question__move";
    made.setAttribute("aria-label", words);
    made.textContent = sign;
    made.addEventListener("click", act);
    return made;
  }

  function enhance(list) {
    if ("ready" in list.dataset) return;
    list.dataset.ready = "";
    const status = document.createElement("p");
    status.className = "usa-sr-only";
    status.setAttribute("role", "status");
    list.after(status);
    let before = [];
    sort(list);
    for (const line of list.children) {
      const text = line.querySelector("label").textContent;
      const up = button(list.dataset.labelUp + ": " + text, "↑", function () { move(list, line, -1, status); up.focus(); });
      const down = button(list.dataset.labelDown + ": " + text, "↓", function () { move(list, line, 1, status); down.focus(); });
      line.append(up, down);
    }
    before = places(list);
    // Two steps cannot have one place: the other takes the one that has become free.
    list.addEventListener("change", function (event) {
      if (event.target.tagName !== "SELECT") return;
      const fields = Array.from(list.querySelectorAll("select"));
      const lines = Array.from(list.children);
      if (!event.isTrusted) { before = places(list); return; }
      const mine = lines.indexOf(event.target.closest("li"));
      const free = before[mine];
      fields.forEach(function (field) {
        if (field !== event.target && field.value && field.value === event.target.value) field.value = free;
      });
      before = places(list);
    }, true);
  }

  function all(scope) {
    scope.querySelectorAll("[data-sortable]").forEach(enhance);
  }
  all(document);
  document.addEventListener("lodestar:changed", function (event) { all(event.target); });
})();
