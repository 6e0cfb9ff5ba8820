"use strict";
// A part of the page that shows work under way is brought up to date while somebody looks at it.
(() => {
  const region = document.querySelector("[data-refresh]");
  if (!region) return;
  const ask = async () => {
    if (document.hidden || region.contains(document.activeElement)) return;
    let answer;
    try {
      answer = await fetch(window.location.href, { credentials: "same-origin" });
    } catch {
      return; // no network: what was known stays, and is asked again
    }
    if (!answer.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = fresh.querySelector("[data-refresh]");
    const isOther = fresh.querySelector(".subtitle")?.textContent !== document.querySelector(".subtitle")?.textContent;
    if (!found || isOther) { window.location.reload(); return; }
    region.replaceChildren(...found.childNodes);
  };
  window.setInterval(ask, 1000 * Number(region.dataset.refresh));
})();
