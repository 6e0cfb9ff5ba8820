"use strict";
// A placeholder of a letter becomes a button that puts it where the cursor was last.
(() => {
  const fields = [...document.querySelectorAll("[data-takes-placeholder]")];
  if (!fields.length) return;
  let last = fields[1] || fields[0];
  for (const field of fields) field.addEventListener("focus", () => { last = field; });
  for (const code of document.querySelectorAll("[data-placeholder]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button-secondary button-small";
    button.textContent = `${code.dataset.insert} ${code.textContent}`;
    button.addEventListener("click", () => {
      const words = last.tagName === "INPUT" ? code.textContent : code.dataset.placeholder;
      last.setRangeText(words, last.selectionStart, last.selectionEnd, "end");
      last.dispatchEvent(new Event("input", { bubbles: true }));
      last.focus();
    });
    code.replaceWith(button);
  }
})();
