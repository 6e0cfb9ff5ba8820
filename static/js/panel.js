"use strict";
// Small comforts of the panel: menus close, lists become cards on a phone, the room menu folds there.
(() => {
  const menus = "details.menu, details.filter, details.confirm";
  const closeOthers = (kept) => {
    for (const menu of document.querySelectorAll(menus)) if (menu !== kept) menu.open = false;
  };
  document.addEventListener("click", (event) => closeOthers(event.target.closest(menus)));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = event.target.closest("details[open]");
    if (!open || !open.matches(menus)) return;
    open.open = false;
    open.querySelector("summary").focus();
  });
  const rooms = document.querySelector("[data-rooms]");
  if (rooms) {
    const narrow = window.matchMedia("(max-width: 60rem)");
    const fit = () => { rooms.open = !narrow.matches; };
    narrow.addEventListener("change", fit);
    fit();
  }
  for (const table of document.querySelectorAll("table[data-cards]")) {
    const heads = [...table.querySelectorAll("thead th")].map((head) => head.textContent.trim());
    for (const row of table.querySelectorAll("tbody tr")) {
      [...row.children].forEach((cell, index) => {
        if (heads[index] && cell.tagName === "TD") cell.dataset.label = heads[index];
      });
    }
  }
  // The search boxes of Django's admin (Select2) do not take the name of their label with them.
  const nameSearchBoxes = () => {
    for (const select of document.querySelectorAll("select.admin-autocomplete[id]")) {
      const label = document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
      const parts = select.parentElement.querySelectorAll("[role=combobox], [role=textbox]");
      if (label) for (const part of parts) part.setAttribute("aria-label", label.textContent.trim());
    }
  };
  // jQuery calls its listeners in the order in which they came, and Select2 was there before.
  if (window.django && window.django.jQuery) window.django.jQuery(nameSearchBoxes);
  document.addEventListener("formset:added", () => setTimeout(nameSearchBoxes));
})();
