// A branching scenario one step at a time. Without this file the steps are targets of links in the page.
(() => {
  "use strict";
  for (const scenario of document.querySelectorAll("[data-scenario]")) {
    const steps = [...scenario.querySelectorAll("[data-step]")];
    const reached = (step, is) => { if (is) step.dataset.reached = ""; else delete step.dataset.reached; };
    const close = (step) => { for (const option of step.querySelectorAll("details")) option.open = false; };
    const forgetAfter = (step) => {
      for (const later of steps.slice(steps.indexOf(step) + 1)) { reached(later, false); close(later); }
    };
    reached(steps[0], true);
    scenario.dataset.ready = "";

    scenario.addEventListener("toggle", (event) => {
      const option = event.target;
      if (!option.open || !option.matches("[data-next]")) return;
      const step = option.closest("[data-step]");
      for (const other of step.querySelectorAll("details[open]")) if (other !== option) other.open = false;
      forgetAfter(step); // another way from here: what followed the first choice goes
    }, true);

    scenario.addEventListener("click", (event) => {
      const link = event.target.closest("[data-next-step], [data-restart]");
      if (!link) return;
      event.preventDefault();
      const target = scenario.querySelector(link.getAttribute("href"));
      if (link.matches("[data-restart]")) { forgetAfter(steps[0]); close(steps[0]); }
      reached(target, true);
      target.focus({ preventScroll: true });
      target.scrollIntoView({ block: "nearest" });
    });
  }
})();
