/** The windows as tiles, by zone. A tile keeps its element: only what changed is written. */
import { secondsSince } from "./clock.js";
import { h, icon, renderList, setText } from "./dom.js";
import { STATE_ICONS } from "./floor.js";
import { nameOf, t, textOf } from "./words.js";

const DENSE_ABOVE = 60;

/**
 * @param {HTMLElement} container
 * @param {import("./manager_model.js").Overview} hall
 * @param {import("./manager_model.js").Window[]} shown
 */
export function drawWindows(container, hall, shown) {
  container.classList.toggle("dense", hall.windows.length > DENSE_ABOVE);
  container.removeAttribute("aria-busy");
  const zones = hall.zones.map((zone) => ({ zone, windows: shown.filter((one) => one.zone === zone.code) })).filter((one) => one.windows.length);
  renderList(container, zones, ({ zone }) => zone.code, makeZone, updateZone);
}

function makeZone() {
  return h("section.manager-zone", null, h("h3.manager-zone-name", null, h("span"), h("span.count")), h("div.manager-tiles"));
}

function updateZone(element, { zone, windows }) {
  const [name, tiles] = element.children;
  setText(name.children[0], nameOf(zone));
  setText(name.children[1], windows.length);
  renderList(tiles, windows, (one) => one.number, makeTile, updateTile);
}

function makeTile(window) {
  return h(
    "button.window-tile",
    { type: "button", data: { window: window.number } },
    h("span.window-tile-head", null, h("strong.num", { text: window.number }), h("span.window-tile-kind"), h("span.window-tile-icon")),
    h("span.window-tile-now", null, h("span.window-tile-state"), h("span.window-tile-word"), h("span.window-tile-time.num")),
    h("span.window-tile-who"),
  );
}

/** @param {HTMLElement} tile @param {import("./manager_model.js").Window} window */
function updateTile(tile, window) {
  const [head, now, who] = tile.children;
  if (tile.dataset.state !== window.state) {
    tile.dataset.state = window.state;
    head.children[2].replaceChildren(icon(STATE_ICONS[window.state] ?? "info", { label: t(`window_state.${window.state}`) }));
  }
  setText(head.children[1], textOf(window, "label") || t(`manager.kind_${window.kind}`));
  setText(now.children[0], window.ticket ? window.ticket.label : t(`window_state.${window.state}`));
  setText(now.children[1], window.ticket ? t(`window_state.${window.state}`) : "");
  setText(now.children[2], window.state === "closed" ? "" : timeWords(window));
  setText(who, window.clerk ? nameOf(window.clerk) : t("manager.nobody"));
}

function timeWords(window) {
  const minutes = Math.floor(secondsSince(window.since) / 60);
  return minutes < 60 ? t("manager.minutes", { minutes }) : t("manager.hours", { hours: Math.floor(minutes / 60) });
}
