"use strict";
// A form is sent once. Its buttons stay focusable and say what is happening; going back wakes them.
(() => {
  const sent = new WeakSet();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (sent.has(form)) {
      event.preventDefault();
      return;
    }
    sent.add(form);
    const button = event.submitter;
    if (button && form.dataset.sending) {
      button.setAttribute("aria-busy", "true");
      const live = document.createElement("p");
      live.className = "live";
      live.setAttribute("role", "status");
      form.append(live);
      live.textContent = form.dataset.sending;
    }
  });
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of document.forms) {
      sent.delete(form);
      for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
      for (const live of form.querySelectorAll("p.live")) live.remove();
    }
  });
  const summary = document.querySelector("[data-focus]");
  if (summary) summary.focus();
})();
