// Buttons for security keys: `data-key` names what allauth's script does with it.
(() => {
  "use strict";
  for (const button of document.querySelectorAll("button[data-key]")) {
    const ids = { credential: button.dataset.credential, data: "js_data" };
    if (button.dataset.key === "add") {
      window.allauth.webauthn.forms.addForm({ ids: { ...ids, add: button.id } });
    } else {
      window.allauth.webauthn.forms.authenticateForm({ ids: { ...ids, authenticate: button.id } });
    }
  }
  const failed = document.querySelector("[data-key-failed]");
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    failed.hidden = false;
    failed.focus();
  });
})();
