/** Where every visitor begins: the hall's businesses, or in a large hall its departments; and one department's businesses. */
import { h, icon, setText } from "/static/js/dom.js";
import { nameOf, t } from "/static/js/words.js";
import { allBusinesses, catalogue, departmentOf, isLoaded } from "./hall.js";
import { heading, tile } from "./parts.js";
import { pictureOf } from "./pictures.js";
import { departmentNote, hallClosed, noteOf } from "./wording.js";

const FEW = 16; // more tiles stand closer together, so that most are seen at once

/** @param {any} place @param {import("./kiosk.js").Kiosk} kiosk */
export function start(place, kiosk) {
  const search = h("button.kiosk-search", { type: "button", id: "open-search", onclick: () => kiosk.go({ view: "search" }) }, icon("search"), h("span", { text: t("kiosk.search_hint") }));
  const head = heading(t("kiosk.start"), t("kiosk.start_note"));
  const body = [h("div.kiosk-top", null, head, search)];
  if (!isLoaded()) return { body: [...body, skeletons()], still: true };
  drawHead(head);
  if (allBusinesses().length <= kiosk.smallHall) {
    const grid = businessTiles(allBusinesses(), kiosk);
    return { body: [...body, grid.element], refresh: () => (drawHead(head), grid.refresh()), still: true };
  }
  const bundles = allBusinesses().filter((one) => one.bundle);
  const grid = departmentTiles(kiosk);
  const bundleGrid = bundles.length ? businessTiles(bundles, kiosk) : null;
  if (bundleGrid) body.push(h("h2.kiosk-section", { text: t("kiosk.bundles") }), bundleGrid.element, h("h2.kiosk-section", { text: t("kiosk.departments") }));
  body.push(grid.element);
  return {
    body,
    refresh() {
      drawHead(head);
      bundleGrid?.refresh();
      grid.refresh();
    },
    still: true,
  };
}

/** Asks for a choice, or says that the hall is closed and when it opens. @param {HTMLElement} head */
function drawHead(head) {
  const [title, note] = /** @type {HTMLElement[]} */ ([...head.children]);
  const [said, more] = hallClosed(allBusinesses()) ?? [t("kiosk.start"), t("kiosk.start_note")];
  setText(title, said);
  setText(note, more);
}

/** @param {{code: string}} place @param {import("./kiosk.js").Kiosk} kiosk */
export function department(place, kiosk) {
  const found = departmentOf(place.code);
  if (!found) return null;
  const grid = businessTiles(found.businesses, kiosk);
  return { body: [heading(nameOf(found), t("kiosk.choose_business")), grid.element], refresh: grid.refresh };
}

/** @param {any[]} businesses @param {import("./kiosk.js").Kiosk} kiosk */
function businessTiles(businesses, kiosk) {
  const codes = businesses.map((one) => one.code);
  const tiles = businesses.map((one) =>
    tile({ title: nameOf(one), note: noteOf(one), picture: pictureOf(one), off: !one.open, press: () => kiosk.go({ view: "business", code: one.code }) }),
  );
  return {
    element: h("div.tiles.kiosk-tiles", null, tiles.map((one) => one.element)),
    refresh() {
      const now = new Map(allBusinesses().map((one) => [one.code, one]));
      codes.forEach((code, index) => now.has(code) && tiles[index].setNote(noteOf(now.get(code)), !now.get(code).open));
    },
  };
}

/** @param {import("./kiosk.js").Kiosk} kiosk */
function departmentTiles(kiosk) {
  const tiles = catalogue.departments.map((one) =>
    tile({
      title: nameOf(one),
      note: departmentNote(one),
      picture: pictureOf(one),
      off: one.businesses.every((/** @type {any} */ each) => !each.open),
      press: () => kiosk.go(one.businesses.length === 1 ? { view: "business", code: one.businesses[0].code } : { view: "department", code: one.code }),
    }),
  );
  return {
    element: h("div.tiles.kiosk-tiles", { class: catalogue.departments.length > FEW ? "many" : "" }, tiles.map((one) => one.element)),
    refresh: () => catalogue.departments.forEach((one, index) => tiles[index]?.setNote(departmentNote(one), one.businesses.every((/** @type {any} */ each) => !each.open))),
  };
}

function skeletons() {
  return h("div.tiles.kiosk-tiles", { "aria-hidden": "true" }, Array.from({ length: 8 }, () => h("span.skeleton.block")));
}
