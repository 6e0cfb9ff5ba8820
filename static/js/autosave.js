"use strict";
// Saves a form while one types, and says so in words. With the network gone the answers wait in this
// tab alone (sessionStorage) and are removed from it as soon as the server has them.
(() => {
  const PAUSE = 3000;
  const AGAIN = 10000;
  for (const form of document.querySelectorAll("form[data-autosave-url]")) start(form);

  function start(form) {
    const status = document.getElementById(form.dataset.autosaveStatus);
    const words = status ? status.dataset : {};
    const key = `autosave:${form.dataset.autosaveUrl}`;
    let timer = 0;
    let said = "";
    let isDirty = false;
    let isSaving = false;
    let isSent = false;

    const say = (text) => {
      if (!status || !text || text === said) return;
      said = text;
      status.textContent = text;
    };
    const answers = () => {
      const data = new FormData(form);
      for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
      return data;
    };
    const forget = () => {
      try { sessionStorage.removeItem(key); } catch { /* storage is switched off */ }
    };
    const keep = () => {
      const pairs = [...answers()].filter(([name]) => name !== "csrfmiddlewaretoken");
      try { sessionStorage.setItem(key, JSON.stringify(pairs)); } catch { /* the form still holds them */ }
    };
    const later = (pause) => {
      clearTimeout(timer);
      timer = setTimeout(save, pause);
    };

    async function save() {
      if (isSaving || !isDirty || isSent) return;
      isSaving = true;
      isDirty = false;
      say(words.msgSaving);
      try {
        const answer = await fetch(form.dataset.autosaveUrl, {
          method: "POST",
          body: answers(),
          headers: { "X-Requested-With": "autosave", Accept: "application/json" },
          credentials: "same-origin",
          redirect: "error",
          keepalive: document.visibilityState === "hidden",
        });
        if (answer.ok) {
          forget();
          const isJson = (answer.headers.get("Content-Type") || "").includes("json");
          const body = isJson ? await answer.json() : {};
          say(body.saved_at_text || words.msgSaved);
        } else if (answer.status >= 500 || answer.status === 429) {
          isDirty = true;
          keep();
          say(words.msgOffline);
          later(AGAIN);
        } else {
          forget();
          say(answer.status === 409 ? words.msgConflict : words.msgRefused);
        }
      } catch {
        isDirty = true;
        keep();
        say(words.msgOffline);
        later(AGAIN);
      } finally {
        isSaving = false;
        if (isDirty && !isSent) later(navigator.onLine ? PAUSE : AGAIN);
      }
    }

    function bring() {
      let pairs;
      try { pairs = JSON.parse(sessionStorage.getItem(key) || "null"); } catch { pairs = null; }
      if (!pairs) return;
      const waiting = new Map();
      for (const [name, value] of pairs) waiting.set(name, [...(waiting.get(name) || []), value]);
      for (const control of form.elements) {
        if (!control.name || control.name === "csrfmiddlewaretoken" || control.type === "file") continue;
        const values = waiting.get(control.name);
        if (control.type === "checkbox" || control.type === "radio") {
          control.checked = Boolean(values && values.includes(control.value));
        } else if (control.type === "select-multiple") {
          for (const option of control.options) option.selected = Boolean(values && values.includes(option.value));
        } else if (values && values.length && control.type !== "submit") {
          control.value = values.shift();
        }
      }
      isDirty = true;
      say(words.msgBack);
      later(0);
    }

    const note = () => {
      isDirty = true;
      later(PAUSE);
    };
    form.addEventListener("input", note);
    form.addEventListener("change", note);
    form.addEventListener("submit", () => {
      isSent = true;
      clearTimeout(timer);
      if (navigator.onLine) forget();
    });
    window.addEventListener("online", () => { if (isDirty) later(0); });
    window.addEventListener("offline", () => {
      if (isDirty) keep();
      say(words.msgOffline);
    });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden" && isDirty) save();
    });
    window.addEventListener("beforeunload", (event) => {
      if (isDirty && !isSent) event.preventDefault();
    });
    window.addEventListener("pageshow", () => { isSent = false; });
    bring();
  }
})();
