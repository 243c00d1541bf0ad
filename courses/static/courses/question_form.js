// Shows only those fields of a question that fit its kind. Without it, every field is shown.
(function () {
  const CHOICE_FIELDS = {
    single: ["correct", "critical", "pinned"],
    multiple: ["correct", "critical", "pinned"],
    true_false: ["correct", "critical"],
    matching: ["match"],
    ordering: [],
    classify: ["category"],
    scenario: [],
  };
  const SCORED_IN_PARTS = ["multiple", "matching", "ordering", "classify"];
  const OPTIONAL = ["match", "category", "correct", "critical", "pinned"];

  function show(element, visible) {
    if (element) element.hidden = !visible;
  }

  function wrapper(field) {
    return field && (field.closest(".w-panel__wrapper") || field.closest("[data-contentpath]"));
  }

  function apply(select) {
    const kind = select.value;
    document.querySelectorAll("[data-question-kinds] [data-kind]").forEach(function (line) {
      show(line, line.dataset.kind === kind);
    });
    show(wrapper(document.getElementById("id_scoring")), SCORED_IN_PARTS.includes(kind));
    const choices = document.getElementById("id_choices-TOTAL_FORMS");
    show(choices && choices.closest("section, .w-panel"), kind !== "scenario");
    const steps = document.getElementById("steps-count") || document.querySelector("[name='steps-count']");
    show(steps && steps.closest("section, .w-panel"), kind === "scenario");
    OPTIONAL.forEach(function (name) {
      document.querySelectorAll("[name^='choices-'][name$='-" + name + "']").forEach(function (field) {
        show(wrapper(field), CHOICE_FIELDS[kind].includes(name));
      });
    });
  }

  function begin() {
    const select = document.getElementById("id_kind");
    if (!select || !document.querySelector("[data-question-kinds]")) return;
    select.addEventListener("change", function () { apply(select); });
    // Rows that are added later arrive without an event of their own.
    const rows = document.getElementById("id_choices-FORMS");
    if (rows) new MutationObserver(function () { apply(select); }).observe(rows, { childList: true });
    apply(select);
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else window.setTimeout(begin);
})();
