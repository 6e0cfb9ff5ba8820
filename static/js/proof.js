"use strict";

// While a public form is crowded, the browser finds a number whose SHA-256, together with the number
// of the page, begins with zero bits. Nobody has to solve anything; without scripts one waits.
(() => {
  const field = document.querySelector("input[data-proof]");
  if (!field || !window.crypto || !window.crypto.subtle) return;
  field.value = ""; // a browser may put back what an earlier page found
  const bits = Number(field.dataset.bits);
  const text = new TextEncoder();
  const holds = (digest) => {
    const head = new DataView(digest).getUint32(0);
    return head >>> (32 - bits) === 0;
  };
  const search = async () => {
    for (let first = 0; ; first += 256) {
      const tries = Array.from({ length: 256 }, (_none, step) => String(first + step));
      const digests = await Promise.all(
        tries.map((number) => crypto.subtle.digest("SHA-256", text.encode(`${field.dataset.proof}:${number}`))),
      );
      const found = digests.findIndex(holds);
      if (found >= 0) return tries[found];
    }
  };
  const done = search().then((number) => { field.value = number; });
  const form = field.form;
  let waits = false;
  form.addEventListener("submit", (event) => {
    if (field.value) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (waits) return;
    waits = true;
    const button = event.submitter;
    const status = document.querySelector("[data-proof-status]");
    if (status) status.textContent = status.dataset.proofStatus;
    done.then(() => { form.requestSubmit(button || undefined); });
  }, true);
})();
