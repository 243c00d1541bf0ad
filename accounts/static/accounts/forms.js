// A button that shows the password, and focus on the list of errors.
(() => {
  "use strict";
  const { dataset } = document.currentScript;

  for (const input of document.querySelectorAll("input[data-password]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "usa-button usa-button--unstyled usa-show-password";
    button.textContent = dataset.show;
    button.setAttribute("aria-controls", input.id);
    const status = document.createElement("span");
    status.className = "usa-sr-only";
    status.setAttribute("aria-live", "polite");
    button.addEventListener("click", () => {
      const shown = input.type === "password";
      input.type = shown ? "text" : "password";
      input.autocapitalize = "off";
      input.spellcheck = false;
      button.textContent = shown ? dataset.hide : dataset.show;
      status.textContent = shown ? dataset.shown : dataset.hidden;
    });
    input.form.addEventListener("submit", () => {
      input.type = "password"; // or the browser would keep it among typed words
    });
    input.insertAdjacentElement("afterend", status);
    input.insertAdjacentElement("afterend", button);
  }

  const summary = document.querySelector("[data-error-summary]");
  if (summary) summary.focus();
})();
