/**
 * The windows to try things on, by zone. A tile is dragged onto a business of the table or onto a sign above the windows; a press opens its menu, which can
 * do all the same and more (keyboard, touch).
 */
import { h, icon, renderList, setText } from "./dom.js";
import { namesOf, setOf } from "./what_if_plan.js";
import { nameOf, t, textOf } from "./words.js";

const ICONS = { open: "window", paused: "pause-circle", closed: "minus-circle" };

/**
 * @param {HTMLElement} container
 * @param {any} model GET …/what-if
 * @param {any[]} plan
 * @param {string} words what is looked for
 */
export function drawTiles(container, model, plan, words) {
  container.removeAttribute("aria-busy");
  const changed = new Map(plan.filter((one) => one.window).map((one) => [one.window, one]));
  const shown = model.windows.filter((/** @type {any} */ one) => isShown(one, words));
  const zones = model.zones.map((/** @type {any} */ zone) => ({ zone, windows: shown.filter((/** @type {any} */ one) => one.zone === zone.code) })).filter((/** @type {any} */ one) => one.windows.length);
  renderList(
    container,
    zones,
    ({ zone }) => zone.code,
    () => h("section.try-zone", null, h("h3.try-zone-name", null, h("span"), h("span.count")), h("div.try-tiles")),
    (element, { zone, windows }) => {
      const [name, tiles] = element.children;
      setText(name.children[0], nameOf(zone));
      setText(name.children[1], windows.length);
      renderList(tiles, windows, (one) => one.number, makeTile, (tile, one) => updateTile(tile, one, model, changed.get(one.number)));
    },
  );
}

/** @param {any} window @param {string} words */
function isShown(window, words) {
  if (!words) return true;
  if (/^\d+$/.test(words)) return String(window.number).startsWith(words);
  return [textOf(window, "label"), t(`manager.kind_${window.kind}`), window.clerk ? nameOf(window.clerk) : ""].some((text) => text.toLowerCase().includes(words.toLowerCase()));
}

function makeTile(window) {
  return h(
    "button.try-tile",
    { type: "button", draggable: "true", data: { window: window.number } },
    h("span.try-tile-head", null, h("strong.num", { text: window.number }), h("span.try-tile-kind"), h("span.try-tile-icon")),
    h("span.try-tile-serves"),
    h("span.try-tile-who"),
  );
}

/** @param {HTMLElement} tile @param {any} window @param {any} model @param {any} change */
function updateTile(tile, window, model, change) {
  const [head, serves, who] = tile.children;
  if (tile.dataset.state !== window.state) {
    tile.dataset.state = window.state;
    head.children[2].replaceChildren(icon(ICONS[window.state] ?? "info", { label: t(`window_state.${window.state}`) }));
  }
  tile.toggleAttribute("data-changed", Boolean(change));
  setText(head.children[1], textOf(window, "label") || t(`manager.kind_${window.kind}`));
  setText(serves, change ? t(`what_if.tile_${change.do}`, { names: changedWords(change, model) }) : servesWords(model, window));
  setText(who, window.clerk ? nameOf(window.clerk) : t("manager.nobody"));
}

const changedWords = (change, model) => (change.businesses?.length ? namesOf(model, change.businesses) : change.kind ? t(`manager.kind_${change.kind}`) : "");

function servesWords(model, window) {
  const serves = setOf(model, window.serves);
  if (serves.length > 1 && serves.length === setOf(model, window.may).length) return t("what_if.all_of", { count: serves.length });
  return namesOf(model, serves);
}

/**
 * Dragging with the pointer. What a window cannot be dropped on is dimmed while it is held.
 * @param {HTMLElement} zones @param {HTMLElement} rows @param {HTMLElement} drops @param {() => any} modelNow @param {(change: any) => void} add
 */
export function followDrags(zones, rows, drops, modelNow, add) {
  /** @type {any} the window that is held */
  let held = null;

  zones.addEventListener("dragstart", (event) => {
    const number = Number(/** @type {HTMLElement} */ (event.target).dataset?.window);
    held = modelNow()?.windows.find((/** @type {any} */ one) => one.number === number) ?? null;
    if (!held || !event.dataTransfer) return;
    event.dataTransfer.setData("text/plain", String(number));
    event.dataTransfer.effectAllowed = "move";
    const can = new Set(setOf(modelNow(), held.can));
    for (const row of rows.children) row.toggleAttribute("data-cannot", !can.has(/** @type {HTMLElement} */ (row).dataset.business ?? ""));
  });
  document.addEventListener("dragend", () => {
    held = null;
    for (const row of rows.children) row.removeAttribute("data-cannot");
    for (const over of document.querySelectorAll("[data-over]")) over.removeAttribute("data-over");
  });

  for (const place of [rows, drops]) {
    place.addEventListener("dragover", (event) => {
      const target = targetOf(event);
      for (const over of place.querySelectorAll("[data-over]")) if (over !== target) over.removeAttribute("data-over");
      if (!target || !held) return;
      event.preventDefault();
      target.setAttribute("data-over", "");
    });
    place.addEventListener("dragleave", (event) => targetOf(event)?.removeAttribute("data-over"));
    place.addEventListener("drop", (event) => {
      const target = targetOf(event);
      if (!target || !held) return;
      event.preventDefault();
      const change = changeOf(modelNow(), held, target);
      if (change) add(change);
    });
  }

  /** @param {DragEvent} event @returns {HTMLElement | null} */
  function targetOf(event) {
    const target = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("tr[data-business], [data-drop]"));
    return target && !target.hasAttribute("data-cannot") && target.dataset.business !== "" ? target : null;
  }
}

/** What dropping a window somewhere asks for. @param {any} model @param {any} window @param {HTMLElement} target @returns {any} null: nothing */
function changeOf(model, window, target) {
  const { business, drop } = target.dataset;
  const there = Boolean(window.clerk) && window.state !== "closed";
  const serves = setOf(model, window.serves);
  if (business) {
    if (!there) return { do: "open", window: window.number, businesses: [business] };
    return { do: "switch", window: window.number, businesses: serves.includes(business) ? [business] : [...serves.filter((code) => setOf(model, window.can).includes(code)), business] };
  }
  if (drop === "pause" || drop === "close") return there ? { do: drop, window: window.number } : null;
  if (!there) return { do: "open", window: window.number };
  if (drop === "all") return { do: "switch", window: window.number, businesses: setOf(model, window.can) };
  return { do: "switch", window: window.number, kind: drop };
}
