/** Sending a visitor on: to which business (found by its name, its department or one of its items), to any window or a certain one, and with what note. */
import { get } from "./api.js";
import { ask } from "./dialog.js";
import { fill, h, icon } from "./dom.js";
import { reportProblem } from "./toast.js";
import { nameOf, t, textOf } from "./words.js";

const LONGEST_NOTE = 300;
const ITEM_PAUSE_MS = 150;
const ITEMS_SHOWN = 6;

/**
 * @param {string} hall @param {any} desk
 * @returns {Promise<object | null>} the body of the transfer
 */
export async function askTransfer(hall, desk) {
  /** @type {any} */ let catalogue;
  /** @type {any} */ let windows;
  try {
    [catalogue, { windows }] = await Promise.all([get(`/halls/${hall}/catalogue`, { retries: 0 }), get(`/halls/${hall}/windows`, { retries: 0 })]);
  } catch (problem) {
    reportProblem(problem);
    return null;
  }
  const businesses = catalogue.departments.flatMap((/** @type {any} */ department) => department.businesses.map((/** @type {any} */ one) => ({ ...one, department })));
  const form = buildForm(hall, desk, businesses, windows);
  const answer = ask({
    title: t("clerk.transfer_title", { label: desk.ticket.label }),
    body: form.body,
    wide: true,
    actions: [
      { label: t("action.cancel"), value: false, kind: "" },
      { label: t("clerk.transfer_confirm"), icon: "transfer", value: () => form.read() },
    ],
  });
  form.focus();
  return (await answer) || null;
}

/** @param {string} hall @param {any} desk @param {any[]} businesses @param {any[]} windows */
function buildForm(hall, desk, businesses, windows) {
  /** @type {{business: any, item?: any} | null} */
  let chosen = null;
  /** @type {any[]} */
  let items = [];
  let timer = 0;

  const search = h("input.input", { type: "text", inputmode: "search", autocomplete: "off", spellcheck: "false", id: "transfer-search", placeholder: t("clerk.transfer_search"), "aria-describedby": "transfer-missing", oninput: find, onkeydown: takeFirst });
  const missing = h("p.field-error", { id: "transfer-missing", role: "alert" });
  const list = h("div.transfer-list", { role: "radiogroup", "aria-label": t("clerk.transfer_business") });
  const windowChoice = h("select.input", { id: "transfer-window" });
  const note = h("textarea.input", { id: "transfer-note", rows: 2, maxlength: LONGEST_NOTE });
  const keeps = desk.rules.transfer_place !== "tail";
  const places = ["keep", "tail"].map((place) =>
    h("label.choice", null, h("input", { type: "radio", name: "transfer-place", value: place, checked: (place === "keep") === keeps }), h("span.row-text", null, h("span.row-title", { text: t(`clerk.place_${place}`) }), h("span.row-note", { text: t(`clerk.place_${place}_note`) }))),
  );

  function find() {
    clearTimeout(timer);
    const wanted = search.value.trim();
    items = [];
    drawList();
    if (!wanted) return;
    timer = window.setTimeout(async () => {
      try {
        const answer = await get(`/halls/${hall}/items?q=${encodeURIComponent(wanted)}&limit=${ITEMS_SHOWN}`, { retries: 0 });
        if (search.value.trim() !== wanted) return;
        items = answer.items;
        drawList();
      } catch {
        // the businesses are here already; without the items the search finds a little less
      }
    }, ITEM_PAUSE_MS);
  }

  /** @param {KeyboardEvent} event */
  function takeFirst(event) {
    const first = /** @type {HTMLInputElement | null} */ (list.querySelector("input"));
    if (event.key === "ArrowDown" && first) {
      event.preventDefault();
      first.focus();
    } else if (event.key === "Enter" && !event.isComposing && first) {
      event.preventDefault();
      first.click();
      windowChoice.focus();
    }
  }

  function drawList() {
    const wanted = search.value.trim().toLowerCase();
    const fits = (/** @type {any} */ one) => [one.name, one.name_en, one.prefix, one.department.name, one.department.name_en].some((text) => text?.toLowerCase().includes(wanted));
    const here = (/** @type {any} */ one) => Number(one.code === desk.ticket.business?.code);
    const options = businesses.filter(fits).sort((a, b) => here(a) - here(b)).map((business) => ({ business }));
    for (const item of items) {
      const business = businesses.find((one) => one.code === item.business.code);
      if (business) options.push({ business, item });
    }
    fill(list, options.length ? options.map(optionOf) : h("p.muted", { text: t("clerk.transfer_none") }));
  }

  /** @param {{business: any, item?: any}} option */
  function optionOf(option) {
    const { business, item } = option;
    const open = openAt(business).length;
    const line = item ? t("clerk.transfer_item_of", { business: nameOf(business) }) : nameOf(business.department);
    const signs = [line, t("wait.people", { count: business.waiting }), open ? t("clerk.windows_open", { count: open }) : t("clerk.windows_none")];
    return h(
      "label.choice",
      null,
      h("input", { type: "radio", name: "transfer-to", checked: chosen?.business === business && chosen?.item?.code === item?.code, onchange: () => choose(option) }),
      h("span.row-text", null, h("span.row-title", { text: nameOf(item ?? business) }), h("span.row-note", { class: open ? "" : "late", text: signs.join(" · ") })),
      item ? icon("paper") : h("kbd.key", { text: business.prefix }),
    );
  }

  /** @param {{business: any, item?: any}} option */
  function choose(option) {
    chosen = option;
    fill(missing);
    drawWindows();
  }

  /** @param {any} business */
  const servedAt = (business) => windows.filter((one) => one.number !== desk.window.number && one.businesses.some((/** @type {any} */ each) => each.code === business.code));
  /** @param {any} business */
  const openAt = (business) => servedAt(business).filter((one) => one.state === "open");

  function drawWindows() {
    const served = chosen ? servedAt(chosen.business) : [];
    const any = h("option", { value: "", text: t("clerk.any_window") });
    fill(windowChoice, any, served.map((one) => h("option", { value: one.number, text: [t("window.number", { number: one.number }), textOf(one, "label") || t(`window_kind.${one.kind}`), t(`window_state.${one.state}`)].join(" · ") })));
    windowChoice.disabled = !served.length;
  }

  function read() {
    if (!chosen) {
      fill(missing, icon("error"), h("span", { text: t("clerk.transfer_missing") }));
      search.focus();
      return null;
    }
    const place = places.map((one) => one.querySelector("input")).find((one) => one.checked).value;
    return {
      business: chosen.business.code,
      place,
      ...(chosen.item ? { items: [chosen.item.code] } : {}),
      ...(windowChoice.value ? { window: Number(windowChoice.value) } : {}),
      ...(note.value.trim() ? { note: note.value.trim() } : {}),
    };
  }

  const body = h(
    "div.transfer",
    null,
    h("div.stack.gap-2", null, h("div.field", null, h("label", { for: "transfer-search", text: t("clerk.transfer_business") }), h("div.search", null, icon("search"), search)), missing, list),
    h(
      "div.stack",
      null,
      h("div.field", null, h("label", { for: "transfer-window", text: t("clerk.transfer_window") }), windowChoice),
      h("div.field", null, h("span.field-label", { id: "transfer-place-label", text: t("clerk.transfer_place") }), h("div.stack.gap-2", { role: "radiogroup", "aria-labelledby": "transfer-place-label" }, places)),
      h("div.field", null, h("label", { for: "transfer-note", text: t("clerk.transfer_note") }), note, h("p.field-hint", { text: t("clerk.transfer_note_hint") })),
    ),
  );
  drawList();
  drawWindows();
  return { body, read, focus: () => search.focus() };
}
