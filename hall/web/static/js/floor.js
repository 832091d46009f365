/**
 * The hall as it lies there: zones, and every window at its place with kind, state, ticket, clerk and minutes. One module for every page that shows the
 * floor (manager, cockpit, what-if): it draws a plan of GET …/floor once and afterwards writes only what differs in the nodes it was told about.
 */
import { secondsSince } from "./clock.js";
import { h, icon, setText } from "./dom.js";
import { arrowsMove, nextOf } from "./floor_keys.js";
import { nameOf, t, textOf } from "./words.js";

export const STATE_ICONS = { idle: "check", ready: "hourglass", called: "bell", serving: "window", paused: "pause-circle", closed: "minus-circle" };
export const KIND_ICONS = {
  comprehensive: "grid",
  special: "tag",
  one_matter: "one-matter",
  elderly: "elderly",
  enquiry: "enquiry",
  cannot_do: "cannot-do",
  supervision: "supervision",
  tide: "tide",
};
const MARK_ICONS = { door: "log-in", kiosk: "kiosk", board: "board", desk: "guide", seats: "" };
/** Zones of fewer units have no room for a chart beside their queue where the units are small. */
const NARROW = 10;
/** From how many pixels of a unit on which lines are told. */
const DETAILS = [
  [88, "high"],
  [38, "middle"],
  [0, "low"],
];

/** What is seen of a window, as far as there is room; who does not see it hears one sentence instead. */
const PARTS = ["number", "sign", "ticket", "time", "clerk", "kind", "label"];

/** @typedef {{number: number, x: number, y: number}} Place */
/** @typedef {{width: number, height: number, zones: any[], windows: Place[], marks: any[], overtime_seconds: number}} Plan */
/** @typedef {{number: number, kind: string, label: string, state: string, since: string, clerk: any, ticket: any}} Window as in GET …/overview */

/**
 * @param {HTMLElement} place is emptied; its width (with class "fits" also its height) decides how large a unit is
 * @param {Plan} plan
 * @param {{open?: (number: number, tile: HTMLElement) => void, look?: (number: number | null) => void}} [options] open: a window is pressed; without it
 *   tiles only show. look: the pointer or the keyboard is at a window, or at none any more
 * @returns {{draw: (windows: Iterable<Window>) => void, dim: (shown: (window: number) => boolean) => void, head: (zone: string) => HTMLElement, focus: (number: number) => void, tile: (number: number) => HTMLElement | undefined, stop: () => void}}
 *   draw: the windows given, and only those, are brought up to date; head: a zone's own line beside its name, for the page to fill
 */
export function makeFloor(place, plan, { open, look } = {}) {
  /** @type {Map<number, HTMLElement>} */
  const tiles = new Map();
  /** @type {Map<string, HTMLElement>} */
  const heads = new Map();
  const ground = h("div.floor-plan", { style: { "--columns": plan.width, "--rows": plan.height } });
  const spots = new Map(plan.windows.map((one) => [one.number, one]));
  const left = new Set(spots.keys());

  for (const mark of plan.marks) {
    const sign = MARK_ICONS[mark.kind];
    ground.append(h("div.floor-mark", { style: box(mark), data: { mark: mark.kind }, "aria-hidden": "true" }, sign && icon(sign)));
  }
  for (const zone of plan.zones) {
    const head = h("div.floor-zone-queue");
    heads.set(zone.code, head);
    const inside = plan.windows.filter((one) => one.x >= zone.x && one.x < zone.x + zone.width && one.y >= zone.y && one.y < zone.y + zone.height);
    ground.append(
      h(
        "section.floor-zone",
        { style: box(zone), data: { zone: zone.code, ...(zone.width < NARROW ? { narrow: "" } : {}) }, "aria-label": nameOf(zone) },
        h("div.floor-zone-head", null, h("h3.floor-zone-name", { text: nameOf(zone) }), head),
        h("div.floor-zone-windows", { role: open ? "group" : "list", "aria-label": t("floor.windows_of", { zone: nameOf(zone) }) }, inside.map((one) => makeTile(one, zone))),
      ),
    );
    for (const one of inside) left.delete(one.number);
  }
  ground.append(...[...left].map((number) => makeTile(/** @type {Place} */ (spots.get(number)), { x: 0, y: 0 })));

  /** @param {Place} one @param {{x: number, y: number}} from */
  function makeTile(one, from) {
    const style = { "--x": one.x - from.x, "--y": one.y - from.y };
    const parts = PARTS.map((name) => h(`span.floor-${name}`, { "aria-hidden": "true" }));
    parts.push(h("span.visually-hidden"));
    setText(parts[0], one.number);
    const tile = open
      ? h("button.floor-window", { type: "button", style, tabIndex: -1, data: { window: one.number } }, parts)
      : h("div.floor-window", { role: "listitem", style, data: { window: one.number } }, parts);
    tiles.set(one.number, tile);
    return tile;
  }

  /** The window under an event. @param {Event} event @returns {number | null} */
  const windowAt = (event) => {
    const tile = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest?.(".floor-window"));
    return tile ? Number(tile.dataset.window) : null;
  };

  if (open) {
    const first = plan.windows.reduce((best, one) => (!best || one.y < best.y || (one.y === best.y && one.x < best.x) ? one : best), /** @type {Place | null} */ (null));
    if (first) /** @type {HTMLElement} */ (tiles.get(first.number)).tabIndex = 0;
    ground.addEventListener("click", (event) => {
      const number = windowAt(event);
      if (number !== null) open(number, /** @type {HTMLElement} */ (tiles.get(number)));
    });
    ground.addEventListener("keydown", (event) => {
      const number = windowAt(event);
      if (number === null || !arrowsMove(event)) return;
      event.preventDefault();
      const next = nextOf(plan.windows, number, event.key);
      if (next !== null) focus(next);
    });
    ground.addEventListener("focusin", (event) => {
      const number = windowAt(event);
      if (number === null) return;
      for (const tile of ground.querySelectorAll('.floor-window[tabindex="0"]')) tile.tabIndex = -1;
      /** @type {HTMLElement} */ (tiles.get(number)).tabIndex = 0;
      look?.(number);
    });
    ground.addEventListener("pointerover", (event) => look?.(windowAt(event)));
    ground.addEventListener("pointerleave", () => look?.(null));
  }

  /** @param {number} number */
  function focus(number) {
    tiles.get(number)?.focus();
  }

  place.classList.add("floor");
  place.replaceChildren(ground);
  const measure = new ResizeObserver(() => {
    const unit = ground.clientWidth / plan.width;
    const detail = String(DETAILS.find(([least]) => unit >= Number(least))?.[1]);
    if (place.dataset.detail !== detail) place.dataset.detail = detail;
  });
  measure.observe(ground);

  return {
    draw(windows) {
      for (const one of windows) {
        const tile = tiles.get(one.number);
        if (tile) drawTile(tile, one, plan.overtime_seconds);
      }
    },
    dim(shown) {
      for (const [number, tile] of tiles) tile.classList.toggle("dimmed", !shown(number));
    },
    head: (zone) => heads.get(zone) ?? h("div"),
    focus,
    tile: (number) => tiles.get(number),
    stop: () => measure.disconnect(),
  };
}

const box = (/** @type {any} */ { x, y, width, height }) => ({ "--x": x, "--y": y, "--width": width, "--height": height });

/** @param {Window} window @param {number} overtimeSeconds */
export const isOvertime = (window, overtimeSeconds) => window.state === "serving" && secondsSince(window.since) > overtimeSeconds;

/** @param {HTMLElement} tile @param {any} window @param {number} overtimeSeconds */
function drawTile(tile, window, overtimeSeconds) {
  const [, sign, ticket, time, clerk, kind, label, sentence] = tile.children;
  const over = isOvertime(window, overtimeSeconds);
  if (tile.dataset.state !== window.state || (tile.dataset.over === "true") !== over) {
    tile.dataset.state = window.state;
    tile.dataset.over = String(over);
    sign.replaceChildren(icon(over ? "warning" : STATE_ICONS[window.state] ?? "info"));
  }
  if ("ticket" in tile.dataset !== Boolean(window.ticket)) tile.toggleAttribute("data-ticket", Boolean(window.ticket));
  if (tile.dataset.kind !== window.kind) {
    tile.dataset.kind = window.kind;
    kind.replaceChildren(icon(KIND_ICONS[window.kind] ?? "tag"));
  }
  setText(ticket, window.ticket ? window.ticket.label : t(`window_state.${window.state}`));
  setText(time, window.state === "closed" ? "" : shortTime(window.since));
  setText(clerk, window.clerk ? nameOf(window.clerk) : "");
  setText(label, textOf(window, "label") || t(`manager.kind_${window.kind}`));
  setText(sentence, wordsOf(window, over));
}

/** @param {string} since */
function shortTime(since) {
  const minutes = Math.floor(secondsSince(since) / 60);
  return minutes < 60 ? `${minutes}′` : `${Math.floor(minutes / 60)}h`;
}

/** Everything about a window in one line. @param {any} window @param {boolean} over @returns {string} */
export function wordsOf(window, over) {
  const minutes = Math.floor(secondsSince(window.since) / 60);
  return [
    t("window.number", { number: window.number }),
    textOf(window, "label") || t(`window_kind.${window.kind}`),
    t(`window_state.${window.state}`),
    window.ticket?.label,
    window.state !== "closed" && (minutes < 60 ? t("manager.minutes", { minutes }) : t("manager.hours", { hours: Math.floor(minutes / 60) })),
    over && t("floor.overtime"),
    window.clerk ? nameOf(window.clerk) : t("manager.nobody"),
  ]
    .filter(Boolean)
    .join(" · ");
}
