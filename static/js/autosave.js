"use strict";

// Saves a form while one types, and says so in words. With the network gone the answers wait in this
// tab alone (sessionStorage), are sent by themselves when it is back, and are then removed from it.
(() => {
  const PAUSE = 3000;
  const AGAIN = 5000;
  const QUIET = 2000;
  const PATIENCE = 15000;
  const DAY = 24 * 60 * 60 * 1000;
  const PREFIX = "autosave:";
  const TOKEN = "csrfmiddlewaretoken";

  const copies = {
    names() {
      try { return Object.keys(sessionStorage).filter((name) => name.startsWith(PREFIX)); } catch { return []; }
    },
    read(name) {
      try { return JSON.parse(sessionStorage.getItem(name) || "null"); } catch { return null; }
    },
    write(name, pairs) {
      try { sessionStorage.setItem(name, JSON.stringify({ at: Date.now(), pairs })); } catch { /* the form still holds them */ }
    },
    remove(name) {
      try { sessionStorage.removeItem(name); } catch { /* storage is switched off */ }
    },
    removeOld() {
      for (const name of copies.names()) {
        const copy = copies.read(name);
        if (!copy || Date.now() - copy.at > DAY) copies.remove(name);
      }
    },
  };
  copies.removeOld();
  setInterval(copies.removeOld, 10 * 60 * 1000);

  async function post(url, body, keepalive = false) {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), PATIENCE);
    try {
      const answer = await fetch(url, {
        method: "POST",
        body,
        headers: { "X-Requested-With": "autosave", Accept: "application/json" },
        credentials: "same-origin",
        redirect: "error",
        signal: patience.signal,
        keepalive,
      });
      const isJson = (answer.headers.get("Content-Type") || "").includes("json");
      const told = isJson ? await answer.json() : {};
      if (answer.ok) return { kind: "saved", told };
      return { kind: answer.status >= 500 || answer.status === 429 ? "away" : "refused", told };
    } catch {
      return { kind: "away", told: {} };
    } finally {
      clearTimeout(timer);
    }
  }

  // At most one message in two seconds; of several the last one counts.
  function speaker(status) {
    let last = 0;
    let next = "";
    let timer = 0;
    const speak = () => {
      timer = 0;
      if (!next || status.textContent === next) return;
      last = Date.now();
      status.textContent = next;
    };
    return (text) => {
      if (!status || !text) return;
      next = text;
      if (!timer) timer = setTimeout(speak, Math.max(0, last + QUIET - Date.now()));
    };
  }

  // Copies of other pages of the same survey, left when their page was closed: sent from here.
  async function sendOthers(holder, own) {
    const { autosaveBase: base, autosaveLink: link } = holder.dataset;
    if (!base) return;
    const mine = `${PREFIX}${link}:`;
    let isSent = false;
    for (const name of copies.names().filter((one) => one.startsWith(mine) && one !== own)) {
      const body = new FormData();
      for (const [field, value] of copies.read(name).pairs) body.append(field, value);
      body.append(TOKEN, holder.elements[TOKEN].value);
      const { kind } = await post(`${base}${name.slice(mine.length)}/zapis/`, body);
      if (kind === "saved") {
        copies.remove(name);
        isSent = true;
      }
    }
    if (isSent && holder.hasAttribute("data-autosave-shows")) window.location.reload();
  }

  function start(form) {
    const { autosaveUrl: url, autosaveLink: link, autosavePage: page } = form.dataset;
    const status = document.getElementById(form.dataset.autosaveStatus);
    const words = status ? status.dataset : {};
    const say = speaker(status);
    const key = link ? `${PREFIX}${link}:${page}` : PREFIX + url;
    const unsure = form.elements.namedItem("unsure");
    const notAnswered = [];
    let edits = 0;
    let saved = 0;
    let timer = 0;
    let running = null;
    let isAway = false;
    let isDone = false;
    let wish = null;
    let passes = false;

    const isDirty = () => edits !== saved;
    const answers = () => {
      if (unsure) unsure.value = notAnswered.join("\n");
      const data = new FormData(form);
      for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
      return data;
    };
    const pairs = () => [...answers()].filter(([name]) => name !== TOKEN && name !== "unsure");
    const keep = () => copies.write(key, pairs());
    const later = (pause) => {
      if (!timer) timer = setTimeout(go, pause);
    };
    const away = () => {
      isAway = true;
      keep();
      say(wish ? words.msgWaiting || words.msgOffline : words.msgOffline);
      later(AGAIN);
    };
    const busy = (button, isBusy) => {
      if (!button || !button.toggleAttribute) return;
      if (isBusy) button.setAttribute("aria-busy", "true");
      else button.removeAttribute("aria-busy");
    };

    function go() {
      timer = 0;
      if (wish) leave();
      else if (isDirty()) save();
    }

    // What was sent without an answer may have arrived: the server is told, so that it does not take
    // a person's own words for a colleague's.
    async function deliver(address, body, keepalive) {
      const sent = new URLSearchParams(pairs()).toString();
      const outcome = await post(address, body, keepalive);
      if (outcome.kind === "away") {
        if (!notAnswered.includes(sent)) notAnswered.push(sent);
        notAnswered.splice(0, notAnswered.length - 3);
      } else {
        notAnswered.length = 0;
      }
      return outcome;
    }

    function save(keepalive = false) {
      running = (running || Promise.resolve()).then(async () => {
        if (isDone) return "saved";
        const mark = edits;
        const slow = setTimeout(() => say(words.msgSaving), 1000);
        const { kind, told } = await deliver(url, answers(), keepalive);
        clearTimeout(slow);
        if (kind === "away") {
          away();
        } else if (kind === "saved") {
          isAway = false;
          saved = mark;
          const seen = form.elements.namedItem("seen");
          if (told.seen && seen) seen.value = told.seen;
          if (isDirty()) later(PAUSE);
          else copies.remove(key);
          say(told.saved_at_text || words.msgSaved);
        } else {
          keep();
          say(told.text || words.msgRefused);
        }
        return kind;
      });
      return running;
    }

    // Leaving is a wish that is fulfilled when the answers are safe: a button, or a link.
    async function leave() {
      const { button, href } = wish;
      clearTimeout(timer);
      timer = 0;
      busy(button, true);
      await running;
      const isWhole = button !== undefined && form.hasAttribute("data-autosave-leave");
      let outcome;
      if (isWhole) {
        const body = answers();
        if (button && button.name) body.append(button.name, button.value);
        outcome = await deliver(form.action, body, false);
        if (outcome.kind === "away") away();
      } else {
        outcome = { kind: await save(), told: {} };
      }
      busy(button, false);
      if (outcome.kind === "away") return;
      wish = null;
      isAway = false;
      isDone = true;
      if (outcome.kind === "saved") copies.remove(key);
      if (href || outcome.told.next) {
        window.location.assign(href || outcome.told.next);
        return;
      }
      passes = true;
      if (unsure) unsure.value = notAnswered.join("\n");
      form.requestSubmit(button || undefined);
    }

    function bring() {
      const copy = copies.read(key);
      if (!copy) return;
      notAnswered.push(new URLSearchParams(copy.pairs).toString());
      if (form.querySelector("[data-rank]")) {
        sendCopyOfOrder(copy);
        return;
      }
      const waiting = new Map();
      for (const [name, value] of copy.pairs) waiting.set(name, [...(waiting.get(name) || []), value]);
      for (const control of form.elements) {
        if (!control.name || control.name === TOKEN || control.name === "unsure" || control.type === "file") continue;
        const values = waiting.get(control.name);
        if (control.type === "checkbox" || control.type === "radio") {
          control.checked = Boolean(values && values.includes(control.value));
        } else if (control.type === "select-multiple") {
          for (const option of control.options) option.selected = Boolean(values && values.includes(option.value));
        } else if (values && values.length && control.type !== "submit") {
          control.value = values.shift();
        }
      }
      edits += 1;
      say(words.msgBack);
      later(0);
    }

    async function sendCopyOfOrder(copy) {
      const body = new FormData();
      for (const [name, value] of copy.pairs) body.append(name, value);
      body.append(TOKEN, form.elements[TOKEN].value);
      const { kind } = await post(url, body);
      if (kind !== "saved") return;
      copies.remove(key);
      window.location.reload();
    }

    const note = () => {
      edits += 1;
      keep();
      later(PAUSE);
    };
    form.addEventListener("input", note);
    form.addEventListener("change", note);
    form.addEventListener("submit", (event) => {
      if (passes) return;
      event.preventDefault();
      if (wish && wish.button !== undefined && !isAway) return;
      wish = { button: event.submitter };
      leave();
    });
    document.addEventListener("click", (event) => {
      const anchor = event.target.closest("a[href]");
      if (!anchor || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
      const target = new URL(anchor.href, document.baseURI);
      const stays = target.pathname === window.location.pathname && target.hash;
      if (anchor.target || anchor.hasAttribute("download") || stays || !/^https?:$/.test(target.protocol)) return;
      if (!isDirty() && !isAway) return;
      event.preventDefault();
      wish = { href: anchor.href };
      leave();
    });
    window.addEventListener("online", () => {
      clearTimeout(timer);
      timer = 0;
      go();
    });
    window.addEventListener("offline", () => {
      if (isDirty()) keep();
      say(words.msgOffline);
    });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden" && isDirty() && !isDone) save(true);
    });
    window.addEventListener("pagehide", () => {
      if (isDirty() && !isDone) save(true);
    });
    window.addEventListener("beforeunload", (event) => {
      if (isDirty() && isAway && !isDone) event.preventDefault();
    });
    window.addEventListener("pageshow", (event) => {
      if (!event.persisted) return;
      isDone = passes = false;
      wish = null;
    });
    bring();
    sendOthers(form, key);
  }

  for (const form of document.querySelectorAll("form[data-autosave-url]")) start(form);
  for (const holder of document.querySelectorAll("form[data-autosave-base]:not([data-autosave-url])")) sendOthers(holder, "");
})();
