// Answers a knowledge check in its place. Without this script the lesson comes back with the feedback in it.
(function () {
  "use strict";
  document.addEventListener("submit", async function (event) {
    const form = event.target;
    const check = form.closest("[data-check]");
    if (!check || "plain" in form.dataset) return;
    event.preventDefault();
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        credentials: "same-origin",
        headers: { "X-Requested-With": "fragment" },
      });
      if (!answer.ok) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      check.replaceChildren(...page.body.childNodes);
    } catch (error) {
      form.dataset.plain = "";
      form.submit();
      return;
    }
    check.dispatchEvent(new CustomEvent("lodestar:changed", { bubbles: true }));
    const result = check.querySelector("[data-check-result]");
    const steps = check.querySelectorAll("[data-step]");
    const step = steps[steps.length - 1];
    if (result.childElementCount && check.querySelector(".feedback, .usa-alert--error")) result.focus();
    else if (step) step.querySelector("input").focus();
    else result.focus();
  });
})();
