/** One window's menu on the what-if page: what to try on it, which businesses, with whom, from when until when. Everything a drag can do, and more. */
import { ask } from "./dialog.js";
import { fill, h } from "./dom.js";
import { setOf } from "./what_if_plan.js";
import { nameOf, t, textOf } from "./words.js";

const SEARCH_ABOVE = 12;
const KINDS = ["comprehensive", "special", "elderly", "one_matter", "enquiry"];

/**
 * @param {any} model GET …/what-if
 * @param {any} window
 * @param {any} [before] the change that is edited
 * @returns {Promise<any>} the change; null: nothing
 */
export function editChange(model, window, before) {
  const there = Boolean(window.clerk) && window.state !== "closed";
  const ways = there ? ["switch", ...(window.state === "paused" ? ["open"] : ["pause"]), "close"] : ["open"];
  let way = ways.includes(before?.do) ? before.do : ways[0];
  const businesses = businessList(model, window, before?.businesses);
  const kind = select("try-kind", t("what_if.kind"), [["", t("what_if.same_kind")], ...KINDS.filter((one) => one !== window.kind).map((one) => [one, t(`window_kind.${one}`)])], before?.kind ?? "");
  const clerk = select("try-clerk", t("what_if.who"), clerkChoices(model, window), before?.clerk ?? "");
  const since = time("try-since", t("what_if.since"), before?.since, t("what_if.now_if_empty"));
  const until = time("try-until", t("what_if.until"), before?.until, t("what_if.closing_if_empty"));
  const more = h("div.stack.gap-4");

  const draw = () => fill(more, (way === "switch" || way === "open") && businesses.element, way === "switch" && kind.field, way === "open" && !there && clerk.field);
  const radios = ways.map((one) =>
    h("label.choice", null, h("input", { type: "radio", name: "try-way", value: one, checked: one === way, onchange: () => ((way = one), draw()) }), h("span.row-text", null, h("span.row-title", { text: t(`what_if.way_${one}`) }))),
  );
  draw();

  return ask({
    title: [t("window.number", { number: window.number }), textOf(window, "label") || t(`window_kind.${window.kind}`)].join(" · "),
    wide: true,
    body: h("div.stack.gap-4.try-dialog", null, h("fieldset.try-ways", null, h("legend.visually-hidden", { text: t("what_if.way") }), radios), more, h("div.try-times", null, since.field, until.field)),
    actions: [
      { label: t("action.cancel"), value: /** @type {any} */ (null), kind: "" },
      { label: t("what_if.put"), value: () => made() },
    ],
  });

  /** @returns {any} null keeps the dialog open */
  function made() {
    const change = /** @type {any} */ ({ do: way, window: window.number });
    if (way === "switch" || way === "open") {
      const chosen = businesses.read();
      if (!chosen.length) return null;
      if (!same(chosen, setOf(model, window.serves))) change.businesses = chosen;
    }
    if (way === "switch" && kind.read()) change.kind = kind.read();
    if (way === "switch" && !change.businesses && !change.kind) change.businesses = businesses.read();
    if (way === "open" && !there && clerk.read()) change.clerk = clerk.read();
    if (since.read()) change.since = since.read();
    if (until.read()) change.until = until.read();
    return change;
  }
}

const same = (/** @type {string[]} */ one, /** @type {string[]} */ other) => one.length === other.length && one.every((code) => other.includes(code));

/** Who could open a closed window: those at no window who are certified for something of it, first; then somebody unnamed. */
function clerkChoices(model, window) {
  const may = new Set(setOf(model, window.may));
  const able = model.clerks.filter((/** @type {any} */ one) => setOf(model, one.skills).some((code) => may.has(code)));
  const named = able.map((/** @type {any} */ one) => [one.username, one.window ? t("what_if.clerk_at", { name: nameOf(one), window: one.window }) : nameOf(one), one.window ?? 0]);
  named.sort((/** @type {any} */ one, /** @type {any} */ other) => Number(one[2] > 0) - Number(other[2] > 0));
  return [["", t("what_if.one_more_clerk")], ...named];
}

/** @param {any} model @param {any} window @param {string[] | undefined} ticked */
function businessList(model, window, ticked) {
  const serves = ticked?.length ? ticked : setOf(model, window.serves);
  const can = new Set(setOf(model, window.can));
  const offered = model.businesses.filter((/** @type {any} */ one) => can.has(one.code));
  const boxes = offered.map((/** @type {any} */ one) => ({ one, box: h("input", { type: "checkbox", value: one.code, checked: serves.includes(one.code) }) }));
  const labels = boxes.map((/** @type {any} */ { one, box }) => h("label.check", null, box, h("span.grow", { text: nameOf(one) }), one.waiting > 0 && h("span.count", { text: one.waiting, title: t("wait.people", { count: one.waiting }) })));
  const find = h("input.input", { type: "search", placeholder: t("what_if.find_business"), "aria-label": t("what_if.find_business") });
  find.addEventListener("input", () => {
    for (const label of labels) label.hidden = Boolean(find.value.trim()) && !label.textContent.toLowerCase().includes(find.value.trim().toLowerCase());
  });
  const element = h("fieldset.stack.gap-2", null, h("legend.field-label", { text: t("what_if.serves_then") }), offered.length > SEARCH_ABOVE && find, h("div.switch-list", null, labels));
  return { element, read: () => boxes.filter((/** @type {any} */ { box }) => box.checked).map((/** @type {any} */ { one }) => one.code) };
}

/** @param {string} id @param {string} label @param {any[][]} options @param {string} value */
function select(id, label, options, value) {
  const control = h("select.input", { id }, options.map(([code, words]) => h("option", { value: code, text: words, selected: code === value })));
  return { field: h("div.field", null, h("label", { for: id, text: label }), control), read: () => control.value };
}

/** @param {string} id @param {string} label @param {string | undefined} value @param {string} hint */
function time(id, label, value, hint) {
  const control = h("input.input", { id, type: "time", value: value ?? "", "aria-describedby": `${id}-says` });
  return { field: h("div.field", null, h("label", { for: id, text: label }), control, h("p.field-hint", { id: `${id}-says`, text: hint })), read: () => control.value };
}
