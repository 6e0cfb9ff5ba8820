// What the checks of accessibility ask a page. Evaluated as one expression; gives an object of functions.
(() => {
  const shown = (element) => {
    const box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    return box.width > 0 && box.height > 0 && style.visibility !== "hidden" && style.display !== "none";
  };
  const hiddenOnPurpose = (element) => Boolean(element.closest(".visually-hidden, .skip-link, [aria-hidden=true]")) || getComputedStyle(element).clipPath === "inset(50%)";
  const said = (element) => `${element.tagName.toLowerCase()}${element.id ? `#${element.id}` : ""} "${(element.textContent || element.value || "").trim().slice(0, 40)}"`;
  const tabbable = () => {
    const radios = new Set();
    return [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")].filter((element) => {
      if (element.disabled || element.tabIndex < 0 || element.type === "hidden" || !shown(element)) return false;
      const folded = element.closest("details:not([open])");
      if (folded && !(element.tagName === "SUMMARY" && element.parentElement === folded)) return false;
      if (element.closest("dialog:not([open])")) return false;
      if (element.type !== "radio") return true;
      const key = `${element.form ? [...document.forms].indexOf(element.form) : ""} ${element.name}`;
      const group = [...document.getElementsByName(element.name)].filter((radio) => radio.form === element.form);
      if (radios.has(key)) return false;
      if (group.some((radio) => radio.checked) && !element.checked) return false;
      radios.add(key);
      return true;
    });
  };
  const ring = (element) => {
    const style = getComputedStyle(element);
    return [style.outlineStyle, style.outlineWidth, style.outlineColor, style.boxShadow].join(" ");
  };
  const sheet = (text) => {
    const made = new CSSStyleSheet();
    made.replaceSync(text);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, made];
  };
  return {
    tabbable: () => tabbable().length,
    // Marks the controls in the order of the document, and remembers how they look without the focus.
    number: () => {
      // The browser goes on from where the focus was last: let that be the beginning of the page.
      const start = document.createElement("span");
      start.tabIndex = -1;
      document.body.prepend(start);
      start.focus();
      start.remove();
      const all = tabbable();
      all.forEach((element, index) => { element.dataset.looksPlace = String(index); element.dataset.looksRing = ring(element); });
      return all.map(said);
    },
    // Where the focus is, whether it can be seen, and whether anything covers it.
    last: () => {
      const all = tabbable();
      all.at(-1)?.focus();
      return all.length;
    },
    stop: () => {
      const element = document.activeElement;
      if (!element || element === document.body || element === document.documentElement) return null;
      const style = getComputedStyle(element);
      const box = element.getBoundingClientRect();
      const points = [[0.5, 0.5], [0.1, 0.5], [0.9, 0.5], [0.5, 0.1], [0.5, 0.9]];
      const isSeen = points.some(([x, y]) => {
        const top = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
        return top && (top === element || element.contains(top) || top.contains(element));
      });
      const width = style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth);
      return {
        place: element.dataset.looksPlace ?? "", said: said(element), isSeen,
        hasRing: ring(element) !== element.dataset.looksRing && (width >= 2 || style.boxShadow !== "none"),
      };
    },
    targets: (least) => [...document.querySelectorAll(".button, .field input:not([type=checkbox]):not([type=radio]):not([type=hidden]), .field select, .languages a, .foot-links a, .phone-nav a, .choice, summary")]
      .filter((element) => shown(element) && !hiddenOnPurpose(element))
      .filter((element) => { const box = element.getBoundingClientRect(); return box.height < least - 0.5 || box.width < 24; })
      .map((element) => `${said(element)} ${Math.round(element.getBoundingClientRect().width)} x ${Math.round(element.getBoundingClientRect().height)}`),
    sideways: () => {
      const root = document.documentElement;
      if (root.scrollWidth <= root.clientWidth) return [];
      const wide = [...document.querySelectorAll("main *")].filter((element) => shown(element) && element.getBoundingClientRect().right > root.clientWidth + 1);
      return [`${root.scrollWidth} > ${root.clientWidth}: ${wide.slice(0, 2).map(said).join("; ")}`];
    },
    words: () => document.querySelector("main").innerText.toLowerCase().split(/\s+/).filter(Boolean).sort(),
    clipped: () => [...document.querySelectorAll("body *")].filter((element) => {
      if (!shown(element) || hiddenOnPurpose(element) || ["INPUT", "TEXTAREA", "SELECT", "PROGRESS"].includes(element.tagName)) return false;
      if (element instanceof SVGElement || !element.textContent.trim()) return false;
      const style = getComputedStyle(element);
      const isClosed = (value) => value === "hidden" || value === "clip";
      return (isClosed(style.overflowX) && element.scrollWidth > element.clientWidth + 1) || (isClosed(style.overflowY) && element.scrollHeight > element.clientHeight + 1);
    }).map(said),
    spacing: () => sheet("*:not(svg *) { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; } p { margin-bottom: 2em !important; }"),
    big: () => sheet("html { font-size: 225% !important; }"),
    plain: () => { document.adoptedStyleSheets = []; },
    moving: () => document.getAnimations().filter((each) => each.effect.getComputedTiming().iterations === Infinity).length,
    slow: () => [...document.querySelectorAll("body *")].filter((element) => {
      const style = getComputedStyle(element);
      return [...style.transitionDuration.split(","), ...style.animationDuration.split(",")].some((each) => parseFloat(each) > 0.01);
    }).map(said),
    state: () => [location.href, document.activeElement?.tagName, document.body.innerHTML.length].join(" "),
    still: () => [location.href, document.querySelector("main").innerHTML.length],
    dragged: () => [...document.querySelectorAll("[draggable=true], [ondragstart]")].map(said),
    // Rules that show something only under the pointer or the focus; the way past the head may.
    revealed: () => [...document.styleSheets].filter((each) => each.href || each.ownerNode).flatMap((each) => [...each.cssRules]).flatMap((rule) => (rule.cssRules && !rule.selectorText ? [...rule.cssRules] : [rule]))
      .filter((rule) => /:(hover|focus|focus-within|focus-visible)/.test(rule.selectorText || "") && !/skip-link/.test(rule.selectorText))
      .filter((rule) => ["display", "visibility", "opacity", "content", "clip-path", "height", "max-height"].some((name) => rule.style.getPropertyValue(name)))
      .map((rule) => `shown only for a moment: ${rule.selectorText}`)
      .concat([...document.querySelectorAll("body [title]:not(iframe, abbr)")].filter((element) => shown(element) && !(element.textContent || "").includes(element.title)).map((element) => `a title says more than the page: ${said(element)}`)),
    timed: () => [...document.querySelectorAll("meta[http-equiv=refresh i]")].map(() => "the page begins anew by itself"),
    unheard: () => {
      const faults = [];
      const isLive = (element) => element && element.getAttribute("role") === "status" && element.getAttribute("aria-live") !== "assertive";
      for (const form of document.querySelectorAll("[data-autosave-status]")) {
        if (!isLive(document.getElementById(form.dataset.autosaveStatus))) faults.push(`nowhere to say that it is saved: ${form.action}`);
      }
      for (const box of document.querySelectorAll("div[data-combobox]")) {
        if (!isLive(box.querySelector("[role=status]"))) faults.push(`nowhere to say how many suggestions: ${said(box)}`);
      }
      for (const list of document.querySelectorAll("[data-rank]")) {
        if (!isLive(list.querySelector("[data-rank-status]"))) faults.push(`nowhere to say the new place: ${said(list)}`);
      }
      return faults.concat([...document.querySelectorAll("[aria-live=assertive]")].map((element) => `interrupts: ${said(element)}`));
    },
    empties: () => [...document.querySelectorAll("main form .field")].filter((field) => {
      const controls = [...field.querySelectorAll("input, textarea, select")].filter((each) => each.type !== "hidden");
      const needed = controls.filter((each) => each.required || each.getAttribute("aria-required") === "true");
      const isGiven = (each) => (/radio|checkbox/.test(each.type) ? each.checked : each.value);
      return needed.length > 0 && !controls.some(isGiven);
    }).map(said),
    furniture: () => ["header", "footer"].map((name) => [...document.querySelectorAll(`body > ${name} a, body > ${name} h2`)].map((element) => element.textContent.trim())),
    fields: () => [...document.querySelectorAll("main input, main textarea, main select")].filter((element) => element.type !== "hidden").map((element) => ({
      name: element.name, type: element.type, autocomplete: element.getAttribute("autocomplete") || "", inputmode: element.inputMode,
      takesPaste: element.dispatchEvent(new ClipboardEvent("paste", { bubbles: true, cancelable: true })),
    })),
    dates: () => [...document.querySelectorAll(".date-fields")].filter((group) => {
      const inputs = [...group.querySelectorAll("input")];
      const fieldset = group.closest("fieldset");
      return !(inputs.length === 3 && inputs.every((input) => input.type === "text" && input.inputMode === "numeric" && input.labels.length === 1) && fieldset && fieldset.querySelector("legend"));
    }).map(said),
    topics: () => ({ headings: document.querySelectorAll("main h1").length, fields: document.querySelectorAll("main form .field:not(.field .field)").length }),
    language: () => document.documentElement.lang,
    // Texts of the page, whatever stands in an element marked with another language left out.
    blocks: () => {
      const own = document.documentElement.lang;
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      const found = [];
      while (walker.nextNode()) {
        const parent = walker.currentNode.parentElement;
        if (["SCRIPT", "STYLE", "TEXTAREA", "OPTION", "CODE"].includes(parent.tagName)) continue;
        const marked = parent.closest("[lang]");
        const text = walker.currentNode.textContent.trim();
        if (text && marked && marked.lang === own) found.push(text);
      }
      return found;
    },
    nameless: () => [...document.querySelectorAll("main input, main select, main textarea, main button")].filter((element) => {
      if (element.type === "hidden" || !shown(element)) return false;
      const name = element.ariaLabel || [...(element.labels || [])].map((label) => label.textContent).join("") || element.getAttribute("aria-labelledby") || element.textContent || (element.type === "submit" && element.value);
      return !(name || "").trim();
    }).map(said),
    summary: () => {
      const main = document.querySelector("main");
      const box = main.querySelector(".error-summary");
      if (!box) return null;
      const links = [...box.querySelectorAll("a")].map((link) => {
        // A summary of a whole survey leads to the pages of its gaps.
        if (link.pathname !== location.pathname) return { text: link.textContent, fault: "" };
        const target = document.getElementById(decodeURIComponent(link.hash.slice(1)));
        if (!target) return { text: link.textContent, fault: "leads nowhere" };
        const field = target.closest(".field");
        if (!field) return { text: link.textContent, fault: "" };
        const control = target.matches("input, select, textarea") ? target : target.querySelector("input, select, textarea");
        const errors = [...field.querySelectorAll(".error")];
        const word = (error) => error.textContent.replace(error.querySelector(".error-word")?.textContent ?? "", "").trim();
        const described = `${control?.getAttribute("aria-describedby") ?? ""} ${field.getAttribute("aria-describedby") ?? ""}`.split(" ");
        const faults = [];
        if (!errors.length) faults.push("no message beside the field");
        else if (!errors.some((error) => word(error).split("\n").some((part) => link.textContent.trim().endsWith(part.trim())))) faults.push(`other words beside the field: ${errors.map(word).join(" / ")}`);
        if (!control) faults.push("no control");
        else if (![...field.querySelectorAll("input, select, textarea")].some((each) => each.getAttribute("aria-invalid") === "true")) faults.push("no aria-invalid");
        if (errors.length && !errors.some((error) => described.includes(error.id))) faults.push("no aria-describedby");
        return { text: link.textContent, fault: faults.join(", ") };
      });
      return {
        links, role: box.getAttribute("role"), title: document.title, isFocused: document.activeElement === box,
        isFirst: main.firstElementChild === box, heading: box.querySelector("h2")?.textContent ?? "",
      };
    },
  };
})()
