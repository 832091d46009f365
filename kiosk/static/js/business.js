/** One business with its items, and one item with what to bring and the ways to do it without a number. */
import { get } from "/static/js/api.js";
import { h, icon, setText } from "/static/js/dom.js";
import { nameOf, t, textOf } from "/static/js/words.js";
import { businessOf } from "./hall.js";
import { forward, heading, notice } from "./parts.js";
import { isUnlikely, peopleOf, waitOf, whyClosed } from "./wording.js";

/** @param {{code: string}} place @param {import("./kiosk.js").Kiosk} kiosk */
export function business(place, kiosk) {
  const found = businessOf(place.code);
  if (!found) return null;
  const { open } = found; // events change the card itself
  const line = h("div.kiosk-facts");
  const list = h("ul.list.card.flush", { id: "items" });
  const items = h("section.stack", { hidden: true }, h("h2.kiosk-section", { text: t("kiosk.items_of_business") }), list);
  const warning = h("div.stack", { hidden: true });
  const draw = () => {
    const now = businessOf(place.code) ?? found;
    line.replaceChildren(...facts(now));
    drawWarning(warning, now);
  };
  draw();
  get(`/halls/${kiosk.hall}/kiosk/businesses/${encodeURIComponent(place.code)}/items`).then(
    (/** @type {any} */ answer) => {
      items.hidden = !answer.items.length;
      list.append(...answer.items.map((/** @type {any} */ one) => h("li", null, itemRow(one, () => kiosk.go({ view: "item", code: one.code })))));
      kiosk.measure();
    },
    () => {}, // without the list the number can still be taken
  );
  return {
    body: [heading(nameOf(found)), line, warning, !found.open && closedNotice(found), items],
    action: found.open && forward(t("kiosk.take_directly"), () => kiosk.go({ view: "take", business: place.code }), { id: "take" }),
    refresh() {
      draw();
      if (businessOf(place.code)?.open !== open) kiosk.replace(place);
    },
  };
}

/** @param {any} item of the search or the list @param {() => void} press @param {boolean} [whose] say which business it belongs to */
export function itemRow(item, press, whose = false) {
  const ways = item.online || item.self_service;
  return h(
    "button.list-row.kiosk-row",
    { type: "button", onclick: press },
    h("span.row-text", null, h("span.row-title", { text: nameOf(item) }), whose && h("span.row-note", { text: [nameOf(item.business), nameOf(item.department)].filter((name, index, all) => all.indexOf(name) === index).join(" · ") })),
    ways && h("span.tag.kiosk-way", null, icon(item.online ? "phone" : "kiosk"), h("span", { text: t(item.online ? "kiosk.online_tag" : "kiosk.self_service_tag") })),
    icon("chevron-right"),
  );
}

/** @param {any} found */
function facts(found) {
  if (!found.open) return [];
  const range = waitOf(found);
  return [
    h("span.kiosk-fact", null, icon("users"), h("span", { text: peopleOf(found) })),
    (range || found.waiting > 0) && h("span.kiosk-fact", null, icon("clock"), h("span", { text: range ? t("kiosk.wait", { range }) : t("wait.unknown") })),
    found.quota_left !== null && h("span.kiosk-fact", null, icon("ticket"), h("span", { text: t("kiosk.quota_left", { count: found.quota_left }) })),
  ].filter(Boolean);
}

/** The warning that the day will probably be over first, shown or hidden. @param {HTMLElement} place @param {any} card of the catalogue @param {string} [visitorClass] */
export function drawWarning(place, card, visitorClass = "ordinary") {
  place.hidden = !isUnlikely(card, visitorClass);
  if (!place.hidden && !place.firstChild) place.append(notice("warning", t("kiosk.unlikely"), t("kiosk.unlikely_advice")));
}

/** @param {any} found */
function closedNotice(found) {
  if (found.why_closed === "unlikely_before_closing") return notice("warning", t("kiosk.unlikely"), t("kiosk.help.unlikely_before_closing"));
  if (found.why_closed === "numbers_used_up") return notice("warning", t("kiosk.trouble.numbers_used_up"), t("kiosk.help.numbers_used_up"));
  const used = found.why_closed === "quota_used_up";
  return notice("warning", used ? t("kiosk.trouble.quota_used_up") : t("kiosk.trouble.business_closed"), used ? t("kiosk.quota_advice") : t("kiosk.closed_advice", { why: whyClosed(found) }));
}

/** @param {{code: string, item?: any}} place @param {import("./kiosk.js").Kiosk} kiosk */
export function item(place, kiosk) {
  const body = h("div.kiosk-item");
  const title = heading(place.item ? nameOf(place.item) : "");
  const take = forward(t("kiosk.take"), () => kiosk.go({ view: "take", business: place.item.business.code, item: { code: place.code, name: place.item.name, name_en: place.item.name_en } }), { id: "take", off: true });
  const action = h("div", { hidden: true }, take);
  let open = false;
  const draw = (/** @type {any} */ found) => {
    place.item = found;
    const card = businessOf(found.business.code);
    setText(title.querySelector("h1"), nameOf(found));
    body.replaceChildren(...itemParts(found, card, kiosk));
    const ways = found.online || found.self_service;
    setText(take.querySelector("span"), t(ways ? "kiosk.take_anyway" : "kiosk.take"));
    open = !card || card.open;
    action.hidden = !open;
    take.setAttribute("aria-disabled", String(!open));
    kiosk.measure();
  };
  if (place.item) draw(place.item);
  else get(`/halls/${kiosk.hall}/items/${encodeURIComponent(place.code)}`).then(draw, (problem) => kiosk.fail(problem));
  const refresh = () => place.item && (businessOf(place.item.business.code)?.open ?? true) !== open && draw(place.item);
  return { body: [title, body], action, refresh };
}

/** @param {any} found @param {any} card its business as it is now @param {import("./kiosk.js").Kiosk} kiosk */
function itemParts(found, card, kiosk) {
  const rows = found.materials.map((/** @type {any} */ one) =>
    h("li", null, icon("document"), h("span.row-text", null, h("span.row-title", null, nameOf(one), one.copies ? h("span.kiosk-copies", { text: t("kiosk.copies", { count: one.copies }) }) : null), one.note && h("span.row-note", { text: textOf(one, "note") }))),
  );
  const facts = [
    nameOf(found.business) !== nameOf(found) && h("span.kiosk-fact", null, icon("folder"), h("span", { text: nameOf(found.business) })),
    found.completion && h("span.kiosk-fact", null, icon("check-circle"), h("span", { text: t("kiosk.completion", { promise: textOf(found, "completion") }) })),
    card?.open && h("span.kiosk-fact", null, icon("users"), h("span", { text: peopleOf(card) })),
    card?.open && waitOf(card) && h("span.kiosk-fact", null, icon("clock"), h("span", { text: t("kiosk.wait", { range: waitOf(card) }) })),
  ];
  return [
    h("div.kiosk-facts", null, facts),
    card && !card.open && closedNotice(card),
    (found.online || found.self_service) && ways(found, kiosk),
    h("section.card.kiosk-materials", null, h("h2.kiosk-section", { text: t("kiosk.materials") }), rows.length ? h("ul.materials", null, rows) : h("p.large", { text: t("kiosk.no_materials") })),
  ].filter(Boolean);
}

/** The ways without a number, said before one is taken. @param {any} found @param {import("./kiosk.js").Kiosk} kiosk */
function ways(found, kiosk) {
  return h(
    "section.kiosk-ways",
    null,
    h(
      "div.stack.gap-3",
      null,
      h("h2.kiosk-section", { text: t(found.online ? "kiosk.ways_online" : "kiosk.ways_self_service") }),
      found.online && h("p", { text: t("kiosk.ways_scan") }),
      found.self_service && h("p.kiosk-fact", null, icon("kiosk"), h("span", { text: t("kiosk.ways_machine", { place: textOf(found, "self_service") }) })),
      h("p.muted", { text: t("kiosk.ways_or_number") }),
    ),
    found.online && h("div.qr", null, h("img", { src: `/halls/${kiosk.hall}/kiosk/items/${encodeURIComponent(found.code)}/online.svg`, alt: t("kiosk.ways_qr") })),
  );
}
