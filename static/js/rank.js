"use strict";
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
