/** The hall's board and a zone's: the newest call large, the calls before it, every window, how many wait for what. */
import { find, h, icon, renderList, setText } from "/static/js/dom.js";
import { nameOf, t } from "/static/js/words.js";
import { follow } from "./follow.js";
import { createPager } from "./pager.js";

const FEW_WINDOWS = 6;
const MANY_WINDOWS = 36; // more than fit beside the calls: the closed ones are left out, the rest is paged
const FLASH_MS = 6000;
const ICONS = { called: "bell", serving: "window", finished: "check-circle", missed: "missed", held: "hold", moved: "transfer" };

const frame = find("#board");
const zone = frame.dataset.zone ?? null;
const seconds = Math.min(60, Math.max(1, Number(new URLSearchParams(location.search).get("seconds")) || 8));

/** @type {Map<number, number>} calls that flash, until when */
const flashing = new Map();
/** @type {Set<number>} */
let spoken = new Set();
/** @type {Set<import("./model.js").Call>} rows that have been on the screen since the first page */
const seen = new Set();
let heroKey = "";
const noRows = h("li.board-empty");

/** @param {string} name */
const sizeOf = (name) => () => Number(getComputedStyle(frame).getPropertyValue(`--${name}-on-a-page`)) || 6;

/** @type {ReturnType<typeof createPager<import("./model.js").Call>>} */
const calls = createPager({ size: sizeOf("calls"), seconds, draw: drawCalls, onWrap: forgetSeen });
/** @type {ReturnType<typeof createPager<import("./model.js").Window>>} */
const windows = createPager({ size: sizeOf("windows"), even: true, seconds, draw: drawWindows });
/** @type {ReturnType<typeof createPager<import("./model.js").Line>>} */
const lines = createPager({ size: sizeOf("lines"), even: true, seconds, draw: drawLines });

const board = follow({
  frame,
  only: { zone },
  draw,
  onCall(call) {
    flashing.set(call.id, Date.now() + FLASH_MS);
    setTimeout(stopFlashing, FLASH_MS + 50);
  },
  onSpeaking(ids) {
    spoken = new Set(ids);
    board.redraw();
    if (ids.length) calls.turnTo(calls.items.findIndex((one) => spoken.has(one.id)));
  },
});
addEventListener("resize", () => board.redraw());

function draw(/** @type {ReturnType<typeof import("./model.js").createModel>} */ model) {
  const all = [...model.windows.values()];
  frame.toggleAttribute("data-few", all.length <= FEW_WINDOWS);
  frame.toggleAttribute("data-many", all.length > MANY_WINDOWS);
  const [newest, ...earlier] = model.calls;
  drawHero(newest);
  const wanted = earlier.filter((one) => one.matters || one.unshown).length;
  const spare = Math.max(0, sizeOf("calls")() - wanted);
  let filled = 0;
  calls.show(earlier.filter((one) => one.matters || one.unshown || filled++ < spare));
  windows.show(all.length > MANY_WINDOWS ? all.filter((one) => one.state !== "closed") : all);
  const waiting = model.waiting();
  lines.show(waiting.length > sizeOf("lines")() ? waiting.filter((one) => one.count) : waiting);
  setText(find("#waiting-total"), t("display.waiting_total", { count: waiting.reduce((sum, one) => sum + one.count, 0) }));
}

/** @param {import("./model.js").Call | undefined} call */
function drawHero(call) {
  const hero = find("#hero");
  hero.dataset.state = call ? (call.state === "called" ? "called" : "past") : "idle";
  hero.toggleAttribute("data-speaking", Boolean(call && spoken.has(call.id)));
  if (!call) return;
  call.unshown = false;
  hero.dataset.call = String(call.id);
  fit(find("#hero-ticket"), call.ticket);
  setText(find("#hero-window"), call.window);
  setText(find("#hero-zone"), zone === null ? zoneName(call.zone) : "");
  setText(find("#hero-note"), call.state === "called" ? (call.recalls ? t("display.recalled", { times: call.recalls + 1 }) : "") : t(`display.came.${call.state}`));
  const key = `${call.id}.${call.recalls}`;
  if (key === heroKey) return;
  const first = heroKey === "";
  heroKey = key;
  if (!first || flashing.has(call.id)) flash(hero);
}

/** @param {number} page @param {number} pages */
function drawCalls(page, pages) {
  const shown = new Set(calls.shown);
  for (const call of shown) seen.add(call);
  setText(noRows, t(find("#hero").dataset.state === "idle" ? "display.no_calls" : "display.no_earlier_calls"));
  renderList(
    find("#calls"),
    calls.items,
    (call) => call.id,
    makeCall,
    (row, call) => updateCall(row, call, shown.has(call)),
    () => noRows,
  );
  drawPages("calls", page, pages);
}

/** What was missed in a break stays in the list until its page has been shown. */
function forgetSeen() {
  for (const call of seen) call.unshown = false;
  seen.clear();
  board.redraw();
}

function makeCall(/** @type {import("./model.js").Call} */ call) {
  const number = h("span.ticket-number");
  fit(number, call.ticket);
  return h(
    "li.board-call",
    { data: { call: call.id, ticket: call.ticket } },
    number,
    icon("arrow-right"),
    h("span.window-number", null, h("span"), h("small", { text: t("display.window_unit") })),
    h("span.call-zone"),
    h("span.chip.call-came", null, h("span.came-icon"), h("span.came-word")),
  );
}

function updateCall(/** @type {any} */ row, /** @type {import("./model.js").Call} */ call, /** @type {boolean} */ visible) {
  row.hidden = !visible;
  const key = `${call.state}.${call.recalls}`;
  row.toggleAttribute("data-speaking", spoken.has(call.id));
  row.classList.toggle("flash", flashing.has(call.id) && call.matters);
  if (row.dataset.key === key) return;
  row.dataset.key = key;
  row.dataset.state = call.state;
  setText(row.querySelector(".window-number span"), call.window);
  setText(row.querySelector(".call-zone"), zone === null ? zoneName(call.zone) : "");
  row.querySelector(".call-came").dataset.state = call.state;
  row.querySelector(".came-icon").replaceChildren(icon(ICONS[call.state]));
  setText(row.querySelector(".came-word"), call.state === "called" && call.recalls ? t("display.recalled_short", { times: call.recalls + 1 }) : t(`display.came.${call.state}`));
}

/** @param {number} page @param {number} pages */
function drawWindows(page, pages) {
  renderList(
    find("#windows"),
    windows.shown,
    (one) => one.number,
    (one) => h("li.board-tile", { data: { window: one.number } }, h("span.tile-window", { text: one.number }), h("span.tile-now")),
    (tile, one) => {
      tile.dataset.state = one.state;
      fit(tile.querySelector(".tile-now"), one.ticket ?? t(`window_state.${one.state}`));
      tile.classList.toggle("words", !one.ticket);
    },
    () => h("li.board-empty", { text: t("display.no_open_window") }),
  );
  drawPages("windows", page, pages);
}

/** @param {number} page @param {number} pages */
function drawLines(page, pages) {
  renderList(
    find("#waiting"),
    lines.shown,
    (line) => line.code,
    (line) => h("li.board-count", { data: { business: line.code } }, h("span.count-name", { text: nameOf(line) }), h("span.count-people")),
    (row, line) => {
      row.toggleAttribute("data-none", line.count === 0);
      setText(row.querySelector(".count-people"), line.count);
    },
    () => h("li.board-empty", { text: t("display.nobody_waiting") }),
  );
  drawPages("waiting", page, pages);
}

/** @param {string} list @param {number} page @param {number} pages */
function drawPages(list, page, pages) {
  const place = find(`#${list}-pages`);
  place.hidden = pages < 2;
  setText(place, `${page + 1} / ${pages}`);
}

/** @param {string} code */
const zoneName = (code) => nameOf(board.model.zones.get(code));

/** A number of more than five signs (AB1024) is written smaller, so that it stays whole. @param {HTMLElement} element @param {string} text */
function fit(element, text) {
  setText(element, text);
  element.style.setProperty("--fit", String(Math.min(1, 5 / text.length)));
}

/** Begin to flash, also when it flashes already. @param {HTMLElement} element */
function flash(element) {
  element.classList.remove("flash");
  void element.offsetWidth;
  element.classList.add("flash");
}

function stopFlashing() {
  for (const [call, until] of flashing) if (until <= Date.now()) flashing.delete(call);
  board.redraw();
}
