/**
 * The kiosk: one page that changes its screens, so that no browser history tells the next visitor what the last one did. This module knows where the
 * visitor is, goes forward, back and home, and forgets; each screen is a function in a module of its own.
 *
 * A screen gets its place ({view, …}) and this kiosk, and answers with
 *   body      nodes;  action  the step forward, at the foot's right;  focus  what gets the focus (else the heading)
 *   refresh   called when counts changed;  leave  when it is left;  card(number)  when a card was read;  reader(state)  what the reader says
 *   still     nobody is sent home from here;  pending  nothing else may be pressed;  last  nothing leads back;  bare  it has its own ways on
 */
import { post } from "/static/js/api.js";
import { find, setText } from "/static/js/dom.js";
import { watchIdle } from "/static/js/idle.js";
import { forget, getSize, setLanguage } from "/static/js/prefs.js";
import { showConnection } from "/static/js/shell.js";
import { language, t } from "/static/js/words.js";
import { trouble as aloneTrouble } from "./alone.js";
import { business, item } from "./business.js";
import { followHall, isLoaded } from "./hall.js";
import { listenToKeys, pollReader } from "./readers.js";
import { result, visit } from "./result.js";
import { search } from "./search.js";
import { department, start } from "./start.js";
import { issuing, take } from "./take.js";
import { trouble } from "./trouble.js";

/** @typedef {typeof kiosk} Kiosk */

const SETTLE_MS = 350; // a second tap of the same finger must not press what has just appeared under it
const HEARTBEAT_MS = 60_000;
const KEPT = "kiosk.trail"; // only while the page loads again
const VIEWS = /** @type {Record<string, (place: any, kiosk: any) => any>} */ ({ start, department, business, search, item, take, issuing, result, visit, trouble });

const frame = find("#kiosk");
const stage = find("#stage");
const main = find("#main");
const foot = { back: find("#back"), home: find("#home"), help: find("#help"), action: find("#action") };
const given = frame.dataset;
let trail = takeKept() ?? [{ view: "start" }];
/** @type {any} */
let screen = {};
let settled = 0;
let changedWhileAway = false;
let readerState = "";

const kiosk = {
  hall: document.documentElement.dataset.hall ?? "",
  smallHall: Number(given.smallHall),
  elderlyAge: Number(given.elderlyAge),
  reader: given.reader ?? "",
  idleSeconds: () => Number(getSize() === "large" ? given.idleLargeSeconds : given.idleSeconds),

  /** @param {any} place @param {{fresh?: boolean}} [how] fresh: nothing leads back from there */
  go(place, { fresh = false } = {}) {
    trail = fresh ? [{ view: "start" }, place] : [...trail, place];
    draw();
  },
  /** Instead of the screen that is shown. @param {any} place */
  replace(place) {
    trail = [...trail.slice(0, -1).filter((one) => one !== place), place];
    draw();
  },
  back() {
    if (trail.length > 1) trail = trail.slice(0, -1);
    draw();
  },
  /** The start, as if nobody had been here. */
  home() {
    trail = [{ view: "start" }];
    const reload = forget(given.firstLanguage ?? "zh") || changedWhileAway;
    if (reload) return location.replace(location.pathname);
    draw();
  },
  /** Shows why something was refused. @param {any} problem @param {any} [from] the place where it was wished */
  fail(problem, from) {
    if (problem?.name === "AbortError") return;
    if (problem?.status === 401 || problem?.code === "not_allowed") return location.replace(location.pathname); // no longer paired: the page says so
    if (problem?.code?.startsWith("csrf")) return loadAgain(() => location.reload()); // the page is older than the server's memory of it
    const known = problem?.name === "Problem";
    if (!known) console.error(problem);
    const place = { view: "trouble", code: known ? problem.code : "other", title: known ? problem.title : "", detail: known ? problem.detail || problem.title : t("network.server"), from };
    const keep = trail.filter((one) => one.view !== "issuing" && one.view !== "trouble");
    trail = [...(keep.length ? keep : [{ view: "start" }]), place];
    draw();
  },
  /** Whether something was under way before the screen that is shown. */
  cameFromFurther: () => trail.length > 2,
  /** A wish that gets no answer no longer holds its visitor. */
  free() {
    screen.pending = false;
    lead();
  },
  /** What is shown has changed its height. */
  measure: () => requestAnimationFrame(showMore),
};

function draw() {
  screen.leave?.();
  const place = trail[trail.length - 1];
  screen = VIEWS[place.view](place, kiosk) ?? null;
  if (!screen) {
    // the business is gone, or nothing is loaded yet
    trail = [{ view: "start" }];
    screen = start(trail[0], kiosk);
  }
  frame.dataset.view = trail[trail.length - 1].view;
  stage.replaceChildren(...screen.body.filter(Boolean));
  foot.action.replaceChildren(...(screen.action ? [screen.action] : []));
  main.scrollTop = 0;
  lead();
  frame.toggleAttribute("data-settling", true);
  clearTimeout(settled);
  settled = window.setTimeout(() => frame.toggleAttribute("data-settling", false), SETTLE_MS);
  (screen.focus ?? stage.querySelector("h1"))?.focus({ preventScroll: true });
  kiosk.measure();
}

/** Which ways lead on from this screen, and whether the idle clock runs. */
function lead() {
  const atStart = trail.length === 1;
  foot.back.hidden = atStart || screen.last || screen.pending || screen.bare;
  foot.home.hidden = atStart || screen.last || screen.pending || screen.bare;
  foot.help.hidden = Boolean(screen.action) && !atStart;
  frame.toggleAttribute("data-pending", Boolean(screen.pending));
  const untouched = atStart && getSize() !== "large" && language === given.firstLanguage;
  if (untouched || (screen.still && !atStart) || screen.pending) idle.pause();
  else idle.resume();
}

function showMore() {
  const list = main.querySelector(".kiosk-found") ?? main;
  find("#more").hidden = list.scrollHeight - list.scrollTop - list.clientHeight < 24;
}

/** The page loads again and goes on where it was. @param {() => void} load */
function loadAgain(load) {
  sessionStorage.setItem(KEPT, JSON.stringify(trail.filter((one) => one.view !== "issuing")));
  load();
}

/** @returns {any[] | null} */
function takeKept() {
  try {
    const kept = sessionStorage.getItem(KEPT);
    sessionStorage.removeItem(KEPT);
    return kept ? JSON.parse(kept) : null;
  } catch {
    return null;
  }
}

const idle = watchIdle({ seconds: kiosk.idleSeconds, onIdle: kiosk.home, warnSeconds: Math.min(10, Number(given.idleSeconds) / 2) });
foot.back.addEventListener("click", kiosk.back);
foot.home.addEventListener("click", kiosk.home);
find("#more").addEventListener("click", () => {
  const list = main.querySelector(".kiosk-found") ?? main;
  list.scrollBy({ top: list.clientHeight * 0.8, behavior: "smooth" });
});
main.addEventListener("scroll", showMore, { capture: true, passive: true });
window.addEventListener("resize", showMore);
for (const button of document.querySelectorAll("[data-kiosk-language]")) {
  button.addEventListener("click", () => {
    loadAgain(() => setLanguage(/** @type {HTMLElement} */ (button).dataset.kioskLanguage ?? "zh"));
  });
}
document.documentElement.addEventListener("size-change", () => {
  setText(find("#size-word"), t(getSize() === "large" ? "kiosk.size_normal" : "kiosk.size_large"));
  draw();
});
window.addEventListener("pointerdown", () => screen.touched?.(), { passive: true });
window.addEventListener("contextmenu", (event) => event.preventDefault()); // a long press is no right click

listenToKeys((scan) => {
  if (screen.pending) return;
  idle.poke();
  if (scan.kind === "id") {
    if (screen.card) screen.card(scan.number);
    else if (!screen.last) kiosk.fail({ name: "Problem", code: "card_too_early", detail: t("kiosk.card_too_early") });
  } else if (scan.kind === "ticket") kiosk.go({ view: "visit", secret: scan.secret }, { fresh: true });
  else kiosk.fail({ name: "Problem", code: "unknown_code", detail: t("kiosk.unknown_code") });
});
if (kiosk.reader === "http" && given.readerUrl) {
  pollReader(given.readerUrl, { wanted: () => Boolean(screen.card) && !screen.pending, onCard: (number) => screen.card?.(number), onState: (state) => ((readerState = state), screen.reader?.(state)) });
}

/** The administrator sees that this kiosk is there and how its reader is; a missed beat is nothing to bother the visitor with. */
function beat() {
  post(`/halls/${kiosk.hall}/devices/${given.device}/heartbeat`, { status: { page: "kiosk", ...(readerState ? { reader: readerState } : {}), ...aloneTrouble() } }, { retries: 0 }).catch(() => {});
}
beat();
setInterval(beat, HEARTBEAT_MS);

followHall({
  onChange() {
    const place = trail[trail.length - 1];
    if (place.view === "start" && !stage.querySelector(".tile") && isLoaded()) draw();
    else screen.refresh?.();
  },
  onConfigured() {
    changedWhileAway = true;
    if (trail.length === 1) kiosk.home();
  },
  onTrouble: beat,
  onState: showConnection,
});
if (trail.length === 1) draw();
else waitForHall();

/** After a change of language the screen is drawn once the catalogue is there. */
function waitForHall() {
  if (isLoaded()) draw();
  else setTimeout(waitForHall, 50);
}
