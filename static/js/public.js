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

// Suggestions over a text field: ARIA combobox with a listbox. Also stands over <select data-combobox>.
(() => {
  const WAIT = 200;
  let count = 0;
  for (const select of document.querySelectorAll("select[data-combobox]")) fromSelect(select);
  for (const box of document.querySelectorAll("div[data-combobox][data-url]")) {
    const hidden = box.querySelector("[data-combobox-value]");
    const button = box.querySelector("[data-combobox-search]");
    if (button) button.hidden = true;
    build(box, box.querySelector("input:not([type=hidden])"), fromServer(box.dataset.url), (option) => {
      hidden.value = option ? option.value : "";
      hidden.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }

  function fromServer(url) {
    let running = null;
    return async (text) => {
      if (running) running.abort();
      running = new AbortController();
      const address = new URL(url, document.baseURI);
      address.searchParams.set("q", text);
      const answer = await fetch(address, {
        signal: running.signal,
        credentials: "same-origin",
        headers: { Accept: "application/json" },
      });
      if (!answer.ok) throw new Error(String(answer.status));
      return (await answer.json()).results;
    };
  }

  function fromSelect(select) {
    const box = document.createElement("div");
    const input = document.createElement("input");
    box.className = "combobox";
    Object.assign(box.dataset, select.dataset);
    input.type = "text";
    input.id = select.id;
    select.id = `${select.id}_select`;
    for (const name of ["aria-describedby", "aria-invalid"]) {
      if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
    }
    const options = [...select.options].filter((option) => option.value);
    if (select.value) input.value = select.selectedOptions[0].text;
    select.before(box);
    box.append(input);
    select.hidden = true;
    const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/ł/gi, "l").toLowerCase();
    build(box, input, async (text) => options
      .filter((option) => plain(option.text).includes(plain(text)))
      .slice(0, 20)
      .map((option) => ({ value: option.value, label: option.text })),
    (option) => {
      select.value = option ? option.value : "";
      select.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }

  function build(box, input, find, choose) {
    count += 1;
    const list = document.createElement("ul");
    const live = document.createElement("p");
    const least = Number(box.dataset.min || 1);
    let options = [];
    let active = -1;
    let timer = 0;
    let asked = "";
    list.id = `combobox-list-${count}`;
    list.setAttribute("role", "listbox");
    list.hidden = true;
    const label = document.querySelector(`label[for="${CSS.escape(input.id)}"]`);
    if (label) {
      label.id = label.id || `combobox-label-${count}`;
      list.setAttribute("aria-labelledby", label.id);
    }
    live.className = "visually-hidden";
    live.setAttribute("role", "status");
    input.after(list);
    box.append(live);
    input.autocomplete = "off";
    for (const [name, value] of [["role", "combobox"], ["aria-expanded", "false"], ["aria-controls", list.id], ["aria-autocomplete", "list"]]) {
      input.setAttribute(name, value);
    }

    const close = () => {
      list.hidden = true;
      active = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    };
    const mark = (index) => {
      active = index;
      [...list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === index)));
      if (index < 0) {
        input.removeAttribute("aria-activedescendant");
        return;
      }
      input.setAttribute("aria-activedescendant", list.children[index].id);
      list.children[index].scrollIntoView({ block: "nearest" });
    };
    const take = (index) => {
      const option = options[index];
      input.value = option.label;
      asked = option.label;
      choose(option);
      close();
      live.textContent = (box.dataset.msgChosen || "").replace("{n}", option.label);
    };
    const show = (found) => {
      options = found;
      list.replaceChildren(...found.map((option, index) => {
        const item = document.createElement("li");
        item.id = `${list.id}-${index}`;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        item.textContent = option.label;
        if (option.hint) {
          const hint = document.createElement("span");
          hint.className = "choice-hint";
          hint.textContent = option.hint;
          item.append(" ", hint);
        }
        return item;
      }));
      active = -1;
      list.hidden = !found.length;
      input.setAttribute("aria-expanded", String(Boolean(found.length)));
      const words = found.length === 1 ? box.dataset.msgOne : box.dataset.msgMany;
      live.textContent = found.length ? (words || "").replace("{n}", String(found.length)) : box.dataset.msgNone || "";
    };
    const search = async () => {
      const text = input.value.trim();
      if (text === asked) return;
      asked = text;
      choose(null);
      if (text.length < least) {
        close();
        return;
      }
      try {
        const found = await find(text);
        if (text === input.value.trim()) show(found);
      } catch (error) {
        if (error.name === "AbortError") return;
        close();
        const button = box.querySelector("[data-combobox-search]");
        if (button) button.hidden = false;
      }
    };

    asked = input.value.trim();
    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(search, WAIT);
    });
    input.addEventListener("keydown", (event) => {
      const isOpen = !list.hidden;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        if (!isOpen) {
          if (!options.length) return;
          list.hidden = false;
          input.setAttribute("aria-expanded", "true");
        }
        event.preventDefault();
        const step = event.key === "ArrowDown" ? 1 : -1;
        mark((active + step + options.length + (active < 0 && step < 0 ? 1 : 0)) % options.length);
      } else if (event.key === "Enter" && isOpen && active >= 0) {
        event.preventDefault();
        take(active);
      } else if (event.key === "Escape" && isOpen) {
        event.preventDefault();
        close();
      } else if (event.key === "Tab" && isOpen && active >= 0) {
        take(active);
      }
    });
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const item = event.target.closest("li");
      if (item) take([...list.children].indexOf(item));
    });
    input.addEventListener("blur", close);
  }
})();

// Moves the rows of a rank list without a page load; every button still sends the form without this file.
(() => {
  const renumber = (list) => {
    const rows = [...list.children];
    rows.forEach((row, index) => {
      row.querySelector(".rank-number").textContent = String(index + 1);
      const [up, down] = row.querySelectorAll("button");
      up.toggleAttribute("aria-disabled", false);
      down.toggleAttribute("aria-disabled", false);
      if (index === 0) up.setAttribute("aria-disabled", "true");
      if (index === rows.length - 1) down.setAttribute("aria-disabled", "true");
    });
    return rows;
  };
  for (const group of document.querySelectorAll("[data-rank]")) {
    const list = group.querySelector("ol");
    const status = group.querySelector("[data-rank-status]");
    group.addEventListener("click", (event) => {
      const button = event.target.closest("button[name=rank]");
      if (!button) return;
      event.preventDefault();
      if (button.getAttribute("aria-disabled") === "true") return;
      const row = button.closest("li");
      if (button.value.startsWith("up:")) row.previousElementSibling.before(row);
      else row.nextElementSibling.after(row);
      const rows = renumber(list);
      for (const each of rows) each.classList.toggle("is-moved", each === row);
      button.focus();
      status.textContent = group.dataset.msg
        .replace("{label}", row.querySelector(".rank-label").firstChild.textContent.trim())
        .replace("{n}", String(rows.indexOf(row) + 1))
        .replace("{m}", String(rows.length));
      group.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
})();

// A native dialog in place of a confirmation page: <a href="the page" data-dialog="id of the dialog">.
(() => {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    if (opener) {
      const dialog = document.getElementById(opener.dataset.dialog);
      if (!dialog || !dialog.showModal) return;
      event.preventDefault();
      dialog.showModal();
      return;
    }
    const closer = event.target.closest("[data-dialog-close]");
    if (closer) closer.closest("dialog").close();
  });
})();

// Copies an address: <button data-copy="id of the field">; the words stand in the live region after the row.
(() => {
  for (const button of document.querySelectorAll("button[data-copy]")) {
    const field = document.getElementById(button.dataset.copy);
    if (!field) continue;
    const live = button.closest(".copy").querySelector("[role=status]");
    button.hidden = false;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(field.value);
        live.textContent = button.dataset.msg;
      } catch {
        field.focus();
        field.select();
        live.textContent = button.dataset.msgFailed;
      }
    });
  }
})();
