/** Search while typing: keys on the screen for pinyin initials and digits, a real keyboard where there is one. */
import { get } from "/static/js/api.js";
import { fill, h, icon, renderList } from "/static/js/dom.js";
import { t } from "/static/js/words.js";
import { itemRow } from "./business.js";

const ROWS = ["1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm"];
const TYPING_PAUSE_MS = 120; // a scanner types faster: what it types is taken back before anything is asked
const LOOKS_LIKE_ID = /\d{7,}/; // an identity number typed by mistake is not sent anywhere

/** @param {{typed?: string}} place @param {import("./kiosk.js").Kiosk} kiosk */
export function search(place, kiosk) {
  const input = h("input.input", { id: "search", type: "search", autocomplete: "off", spellcheck: "false", inputmode: "none", maxlength: 40, "aria-label": t("kiosk.search"), placeholder: t("kiosk.search_hint"), value: place.typed ?? "" });
  const list = h("ul.list.card.flush.kiosk-results", { id: "results", "aria-live": "polite" });
  const said = h("div.kiosk-said");
  let asked = /** @type {AbortController | null} */ (null);
  let timer = 0;

  /** Coming back here, the visitor finds what was typed; but a card's number is not kept. */
  function note() {
    if (!LOOKS_LIKE_ID.test(input.value)) place.typed = input.value;
  }

  async function ask() {
    note();
    asked?.abort();
    const query = input.value.trim();
    if (!query || LOOKS_LIKE_ID.test(query)) return show([], query);
    asked = new AbortController();
    try {
      const answer = /** @type {any} */ (await get(`/halls/${kiosk.hall}/items?q=${encodeURIComponent(query)}&limit=30`, { signal: asked.signal, retries: 1 }));
      if (input.value.trim() === query) show(answer.items, query);
    } catch (/** @type {any} */ problem) {
      if (problem.name !== "AbortError") fill(said, h("p.large", { text: problem.detail || problem.message }));
    }
  }

  /** @param {any[]} items @param {string} query */
  function show(items, query) {
    list.hidden = !items.length;
    renderList(list, items, (one) => one.code, (one) => h("li", null, itemRow(one, () => kiosk.go({ view: "item", code: one.code, item: one }), true)));
    list.scrollTop = 0;
    if (items.length) fill(said);
    else if (!query) fill(said, examples());
    else fill(said, h("div.empty", null, icon("search"), h("p.empty-title", { text: t("kiosk.nothing_found") }), h("p", { text: t("kiosk.nothing_found_note") })));
    kiosk.measure();
  }

  const examples = () =>
    h("div.kiosk-examples", null, h("p.lead", { text: t("kiosk.search_how") }), h("ul.stack.gap-2", null, ["kiosk.example_1", "kiosk.example_2", "kiosk.example_3"].map((key) => h("li.kiosk-example", { text: t(key) }))));

  /** @param {string} value */
  function set(value) {
    input.value = value.slice(0, 40);
    ask();
  }
  input.addEventListener("input", () => {
    note();
    clearTimeout(timer);
    timer = window.setTimeout(ask, TYPING_PAUSE_MS);
  });

  const press = (/** @type {() => void} */ act) => (/** @type {Event} */ event) => (event.preventDefault(), act());
  const key = (/** @type {string} */ letter) => h("button.keypad-key", { type: "button", onclick: press(() => set(input.value + letter)) }, letter.toUpperCase());
  const keypad = h(
    "div.keypad",
    { role: "group", "aria-label": t("kiosk.keyboard"), onpointerdown: (/** @type {Event} */ event) => event.preventDefault() },
    ROWS.map((row, index) =>
      h(
        "div.keypad-row",
        null,
        [...row].map(key),
        index === ROWS.length - 1 && [
          h("button.keypad-key", { type: "button", "aria-label": t("action.delete"), onclick: press(() => set([...input.value].slice(0, -1).join(""))) }, icon("backspace")),
          h("button.keypad-key.wide", { type: "button", onclick: press(() => set("")) }, t("action.clear")),
        ],
      ),
    ),
  );
  const title = h("h1.visually-hidden", { tabIndex: -1, text: t("kiosk.search") });
  const body = h("div.kiosk-find", null, title, h("div.search", { role: "search" }, icon("search"), input), h("div.kiosk-found", null, list, said), keypad);
  if (place.typed) ask();
  else show([], "");
  return { body: [body], focus: input, leave: () => (asked?.abort(), clearTimeout(timer)) };
}
