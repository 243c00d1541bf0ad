// Signs of life from an open lesson, for the active time: only while the page is seen and somebody is there.
// The server's clock counts; without this script the time from page to page counts, up to a cap.
(function () {
  "use strict";
  const bar = document.querySelector("[data-active-url]");
  if (!bar) return;
  const EVERY_MS = 30000;
  const AWAY_MS = 120000; // longer without a key, a touch or a turn of the wheel: nobody is there
  let lastInput = performance.now();
  let away = false;

  for (const name of ["pointerdown", "pointermove", "keydown", "wheel", "touchstart", "scroll"]) {
    addEventListener(name, function () { lastInput = performance.now(); }, { passive: true, capture: true });
  }

  async function sign() {
    if (document.visibilityState !== "visible" || performance.now() - lastInput > AWAY_MS) {
      away = true;
      return;
    }
    const body = new URLSearchParams();
    if (away) body.set("resumed", "1");
    try {
      const answer = await fetch(bar.dataset.activeUrl, {
        method: "POST",
        body: body,
        credentials: "same-origin",
        headers: { Accept: "application/json", "X-CSRFToken": bar.dataset.token },
      });
      if (!answer.ok) return;
      away = false;
      const told = await answer.json();
      document.querySelectorAll("[data-active-time]").forEach(function (place) { place.textContent = told.words; });
    } catch (error) { /* no connection: the next sign counts */ }
  }

  setInterval(sign, EVERY_MS);
  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState !== "visible") away = true;
  });
})();
