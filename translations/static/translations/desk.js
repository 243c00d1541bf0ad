// Saves each text as it is left or after a pause, warns before unsaved words are lost, and moves by keyboard.
// Ctrl+Enter: save and go to the next text. Alt+1 to Alt+4: take a suggestion. Everything works without this file, too.
(() => {
  const form = document.querySelector(".wb-desk");
  if (!form) return;
  const message = form.querySelector("[data-message]");
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const waiting = new Map();
  const saving = new Map();

  const say = (text) => { message.textContent = text; };
  const show = (box, answer) => {
    const state = box.querySelector("[data-state]");
    state.className = `wb-state wb-${answer.state}`;
    state.textContent = answer.label;
    box.querySelector("[data-was]").value = answer.was;
    const notes = box.querySelector("[data-notes]");
    notes.replaceChildren(...answer.problems.map((problem) => {
      const line = document.createElement("p");
      line.className = `wb-problem wb-${problem.level}`;
      line.textContent = problem.text;
      return line;
    }));
  };
  const save = async (box) => {
    clearTimeout(waiting.get(box));
    waiting.delete(box);
    const area = box.querySelector("textarea");
    if (area.value === area.dataset.saved) return;
    await saving.get(box);
    const text = area.value;
    say(form.dataset.saving);
    const body = new URLSearchParams({ name: box.dataset.name, text, was: box.querySelector("[data-was]").value });
    const work = fetch(form.dataset.save, { method: "POST", body, headers: { "X-CSRFToken": token }, redirect: "error" })
      .then(async (answer) => {
        const data = await answer.json();
        if (!answer.ok) throw new Error(data.message);
        area.dataset.saved = text;
        show(box, data);
        say(form.dataset.saved);
      })
      .catch((error) => say(error instanceof TypeError || error instanceof SyntaxError ? form.dataset.failed : error.message))
      .finally(() => saving.delete(box));
    saving.set(box, work);
    await work;
  };
  for (const box of form.querySelectorAll(".wb-segment")) {
    const area = box.querySelector("textarea");
    area.dataset.saved = area.value;
    area.addEventListener("input", () => {
      clearTimeout(waiting.get(box));
      waiting.set(box, setTimeout(() => save(box), 2500));
    });
    area.addEventListener("change", () => save(box));
    area.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        save(box);
        const areas = [...form.querySelectorAll("textarea")];
        (areas[areas.indexOf(area) + 1] || form.querySelector("[name=save]:not([aria-hidden])")).focus();
      } else if (event.altKey && /^[1-4]$/.test(event.key)) {
        const found = box.querySelectorAll("[data-suggestion]")[Number(event.key) - 1];
        if (found) { event.preventDefault(); area.value = found.textContent; save(box); }
      }
    });
    box.querySelectorAll("[name=use]").forEach((button, number) => button.addEventListener("click", (event) => {
      event.preventDefault();
      area.value = box.querySelectorAll("[data-suggestion]")[number].textContent;
      save(box);
      area.focus();
    }));
  }
  let leaving = false;
  form.addEventListener("submit", () => { leaving = true; });
  window.addEventListener("beforeunload", (event) => {
    const open = [...form.querySelectorAll("textarea")].some((area) => area.value !== area.dataset.saved);
    if (open && !leaving) event.preventDefault();
  });
})();
