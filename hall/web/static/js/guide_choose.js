/** What the visitor came for: a search that answers while typing, and all businesses beside it. Arrows and Enter are enough. */
import { get } from "./api.js";
import { find, h, renderList, setText } from "./dom.js";
import { rangeOrUnknown } from "./waits.js";
import { nameOf, t } from "./words.js";

const PAUSE_MS = 120;

/** @param {{hall: string, businesses: Map<string, any>, onChoose: (business: string, item?: any) => void, report: (problem: any) => void}} options */
export function makeChooser({ hall, businesses, onChoose, report }) {
  const input = /** @type {HTMLInputElement} */ (find("#guide-search"));
  const list = find("#found");
  const grid = find("#businesses");
  /** @type {AbortController | null} */
  let asked = null;
  let timer = 0;
  /** @type {any[]} */
  let found = [];
  let at = 0;

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-controls", "found");
  input.setAttribute("aria-expanded", "false");
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(ask, PAUSE_MS);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      mark(at + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter") {
      event.preventDefault();
      clearTimeout(timer);
      if (found.length && found.query === input.value.trim()) pick(found[at]);
      else ask().then(() => found.length && pick(found[0]));
    } else if (event.key === "Escape") clear();
  });

  async function ask() {
    asked?.abort();
    const query = input.value.trim();
    if (!query) return show([], query);
    asked = new AbortController();
    try {
      const answer = /** @type {any} */ (await get(`/halls/${hall}/items?q=${encodeURIComponent(query)}&limit=12`, { signal: asked.signal, retries: 1 }));
      const named = [...businesses.values()].filter((one) => nameOf(one).includes(query)).map((one) => ({ code: `business:${one.code}`, business: one, department: one.department, whole: true, name: one.name, name_en: one.name_en }));
      show([...answer.items, ...named.filter((one) => !answer.items.some((/** @type {any} */ item) => item.name === one.name))], query);
    } catch (/** @type {any} */ problem) {
      if (problem.name !== "AbortError") report(problem);
    }
  }

  /** @param {any} items @param {string} query */
  function show(items, query) {
    found = items;
    found.query = query;
    renderList(list, items, (one) => one.code, makeRow);
    list.hidden = !items.length;
    grid.hidden = Boolean(query);
    find("#nothing-found").hidden = !query || items.length > 0;
    input.setAttribute("aria-expanded", String(items.length > 0));
    mark(0);
  }

  /** @param {any} one */
  function makeRow(one) {
    return h(
      "li.list-row.guide-row",
      { id: `found-${one.code}`, role: "option", "aria-selected": "false", onclick: () => pick(one) },
      h("span.row-text", null, h("span.row-title", { text: nameOf(one) }), h("span.row-note", { text: one.whole ? t("guide.whole_business") : `${nameOf(one.business)} · ${nameOf(one.department)}` })),
      h("span.ticket-number.s.guide-prefix", { text: one.business.prefix }),
    );
  }

  /** @param {number} wanted */
  function mark(wanted) {
    if (!found.length) return input.removeAttribute("aria-activedescendant");
    at = (wanted + found.length) % found.length;
    for (const [index, row] of [...list.children].entries()) row.setAttribute("aria-selected", String(index === at));
    list.children[at].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", list.children[at].id);
  }

  /** @param {any} one */
  function pick(one) {
    clear();
    if (one.whole) onChoose(one.business.code);
    else onChoose(one.business.code, one);
  }

  function clear() {
    input.value = "";
    show([], "");
  }

  function draw() {
    const all = [...businesses.values()];
    grid.classList.toggle("many", all.length > 24);
    renderList(
      grid,
      all,
      (one) => one.code,
      (one) => h("button.choice.guide-business", { type: "button", onclick: () => onChoose(one.code) }, h("span.guide-prefix", { text: one.prefix }), h("span.row-text", null, h("span.row-title", { text: nameOf(one) }), h("span.row-note"))),
      (element, one) => {
        setText(element.querySelector(".row-note"), noteOf(one));
        element.toggleAttribute("data-closed", !one.open);
      },
    );
  }

  return {
    draw,
    refresh: draw,
    focus() {
      find("#choose").hidden = false;
      input.focus();
    },
  };
}

/** @param {any} business */
function noteOf(business) {
  if (business.why_closed === "unlikely_before_closing") return t("guide.unlikely");
  if (!business.open) return t(business.why_closed === "quota_used_up" ? "guide.quota_used_up" : "guide.closed");
  return [business.waiting ? t("wait.people", { count: business.waiting }) : t("guide.nobody_waits"), business.waiting ? rangeOrUnknown(business.wait_range) : ""].filter(Boolean).join(" · ");
}
