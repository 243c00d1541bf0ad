// A button beside each number that copies it. Without this file the number is there to be selected. Nothing is stored here.
(() => {
  "use strict";
  const page = document.querySelector("[data-copy-numbers]");
  if (!page) return;
  const words = page.dataset;
  const status = document.createElement("p");
  status.className = "usa-sr-only";
  status.setAttribute("role", "status");
  page.append(status);

  const selected = (text) => {
    const range = document.createRange();
    range.selectNodeContents(text);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    return selection;
  };
  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text.textContent);
      return true;
    } catch { // an older browser, or a page without https
      const selection = selected(text);
      const done = document.execCommand("copy");
      if (done) selection.removeAllRanges();
      return done;
    }
  };

  const calm = (button) => {
    button.textContent = words.copy;
    button.setAttribute("aria-label", button.calm);
  };

  let shown; // the button pressed last
  let timer = 0;
  for (const place of page.querySelectorAll(".hotline-card__number")) {
    const text = place.querySelector("bdi");
    const button = document.createElement("button");
    const label = words.copyLabel.replace("{number}", text.textContent);
    button.type = "button";
    button.className = "numbers__copy";
    button.calm = label;
    calm(button);
    button.addEventListener("click", async () => {
      const done = await copy(text);
      clearTimeout(timer);
      if (shown && shown !== button) calm(shown);
      status.textContent = "";
      if (!done) selected(text);
      button.textContent = done ? words.copied : words.copyFailed;
      button.setAttribute("aria-label", `${button.textContent}: ${text.textContent}`);
      shown = button;
      // A changed text is spoken even when the same number is copied twice.
      requestAnimationFrame(() => { status.textContent = (done ? words.copiedLong : words.copyFailedLong).replace("{number}", text.textContent); });
      timer = setTimeout(() => calm(button), 6000);
    });
    place.append(" ", button);
  }
})();
