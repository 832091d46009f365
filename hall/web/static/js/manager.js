/**
 * The duty manager's page. Events move tiles and counts at once; the whole overview is asked for again at most every five seconds when
 * something happened, and every thirty otherwise, for the waits and figures that events do not carry.
 */
import { followAdvice } from "./advice.js";
import { followAlerts } from "./alerts.js";
import { get, post } from "./api.js";
import { askBefore } from "./before_dialog.js";
import { everySecond, setServerTime } from "./clock.js";
import { confirm } from "./dialog.js";
import { find, setText } from "./dom.js";
import { guard } from "./guard.js";
import { hotkey } from "./hotkeys.js";
import { watch } from "./live.js";
import { openWindow } from "./manager_dialog.js";
import { bindZoom, showFloor } from "./manager_floor.js";
import { applyEvent, isShown } from "./manager_model.js";
import { drawFigures, drawQueues } from "./manager_queues.js";
import { drawWindows } from "./manager_windows.js";
import { leadToSignIn, showConnection } from "./shell.js";
import { toast } from "./toast.js";
import { nameOf, t } from "./words.js";

const BUSY_MS = 5_000;
const QUIET_MS = 30_000;

const hall = document.documentElement.dataset.hall || "";
const zones = find("#zones");
const ground = find("#floor");
const queues = find("#queues");
const alerts = followAlerts(hall);
const advice = followAdvice(hall);
const filter = { show: "all", words: "", business: "" };

/** @type {import("./manager_model.js").Overview | null} */
let model = null;
/** @type {any[]} heard since the overview was asked for, to be laid over it */
let recent = [];
/** @type {Set<any>} windows that events changed since the page was drawn */
let touched = new Set();
let changed = false;
let askedAt = 0;
let asking = false;
let drawing = 0;
let view = new URLSearchParams(location.search).get("view") === "list" ? "list" : "floor";
/** @type {Awaited<ReturnType<typeof showFloor>> | null} */
let floor = null;

async function load() {
  asking = true;
  askedAt = Date.now();
  changed = false;
  try {
    const overview = await get(`/halls/${hall}/overview`, { retries: 0 });
    setServerTime(overview.now);
    recent = recent.filter((event) => event.seq > overview.seq);
    for (const event of recent) applyEvent(overview, event);
    model = overview;
    drawAll();
    alerts.load();
    advice.load();
    return overview;
  } catch (problem) {
    leadToSignIn(problem);
    throw problem;
  } finally {
    asking = false;
  }
}

/** @param {any} event */
function hear(event) {
  alerts.hear(event);
  advice.hear(event);
  if (event.type === "hall_configured") drawFloor();
  recent.push(event);
  changed = true;
  if (!model) return;
  const window = applyEvent(model, event);
  if (window) touched.add(window);
  drawSoon();
}

/** A rush of events is drawn once per frame. */
function drawSoon() {
  drawing ||= requestAnimationFrame(draw);
}

/** Time has passed, or everything may differ. */
function drawAll() {
  touched = new Set(model?.windows);
  draw();
}

function draw() {
  drawing = 0;
  if (!model) return;
  const windows = [...touched];
  touched = new Set();
  const business = model.businesses.find((one) => one.code === filter.business);
  const numbers = business ? new Set(business.windows) : null;
  const shown = model.windows.filter((one) => isShown(one, { show: filter.show, words: filter.words, numbers }));
  if (view === "list") drawWindows(zones, model, shown);
  else if (floor) {
    floor.draw(model, windows);
    const found = new Set(shown.map((one) => one.number));
    floor.dim((number) => found.has(number));
  }
  drawQueues(queues, model, { all: find("#all-queues").checked, chosen: filter.business });
  drawFigures(model);
  find("#none").hidden = shown.length > 0;
  find("#chosen").hidden = !business;
  if (business) setText(find("#chosen-words"), t("manager.serving_business", { business: nameOf(business), count: business.windows.length }));
}

const keepFresh = () => {
  const age = Date.now() - askedAt;
  if (!asking && document.visibilityState === "visible" && age > (changed ? BUSY_MS : QUIET_MS)) load().catch(() => {});
};

watch({
  hall,
  audience: "staff",
  snapshot: load,
  onEvent: hear,
  onState: (state, why) => {
    showConnection(state);
    if (why === "not_signed_in") leadToSignIn({ status: 401 });
  },
});
setInterval(keepFresh, 1000);
let second = 0;
everySecond(() => {
  second += 1;
  if (second % 10 !== 0) return;
  drawAll(); // minutes pass without events too
  alerts.draw();
});

/** @param {number} number @param {HTMLElement | null} tile */
function manage(number, tile) {
  const window = model?.windows.find((one) => one.number === number);
  if (window) openWindow(hall, window, () => load().catch(() => {})).then(() => tile?.focus());
}

async function drawFloor() {
  try {
    floor = await showFloor(hall, ground, { open: manage });
    drawAll();
  } catch (problem) {
    if (!leadToSignIn(problem)) setTimeout(drawFloor, BUSY_MS);
  }
}

/** @param {string} wanted floor | list */
function show(wanted) {
  view = wanted;
  for (const button of find("#views").children) button.setAttribute("aria-pressed", String(button.dataset.view === view));
  find("#floor-box").hidden = view !== "floor";
  zones.hidden = view !== "list";
  drawAll();
}

bindZoom(ground);
show(view);
drawFloor();
find("#views").addEventListener("click", (event) => {
  const button = /** @type {HTMLElement | null} */ (event.target.closest("[data-view]"));
  if (!button) return;
  show(button.dataset.view ?? "floor");
  history.replaceState(null, "", view === "list" ? "?view=list" : location.pathname);
});

zones.addEventListener("click", (event) => {
  const tile = /** @type {HTMLElement | null} */ (event.target.closest("[data-window]"));
  if (tile) manage(Number(tile.dataset.window), tile);
});
queues.addEventListener("click", (event) => {
  const row = /** @type {HTMLElement | null} */ (event.target.closest("[data-business]"));
  if (!row) return;
  const code = row.dataset.business ?? "";
  filter.business = filter.business === code ? "" : code;
  draw();
});
find("#unchoose").addEventListener("click", () => {
  filter.business = "";
  draw();
});
find("#states").addEventListener("click", (event) => {
  const button = /** @type {HTMLElement | null} */ (event.target.closest("[data-show]"));
  if (!button) return;
  filter.show = button.dataset.show ?? "all";
  for (const other of find("#states").children) other.setAttribute("aria-pressed", String(other === button));
  draw();
});
find("#find-window").addEventListener("input", (event) => {
  filter.words = event.target.value.trim();
  drawSoon();
});
find("#all-queues").addEventListener("change", draw);
hotkey("/", t("manager.search"), () => find("#find-window").focus());
find("#ask-before").addEventListener("click", () => askBefore(hall));
hotkey("W", t("before.staff_title"), () => askBefore(hall));

guard(find("#close-day"), async () => {
  const sure = await confirm({ title: t("manager.close_day_title"), text: t("manager.close_day_text", { count: model?.today.waiting ?? 0 }), confirm: t("manager.close_day"), danger: true });
  if (!sure) return;
  const { expired } = await post(`/halls/${hall}/close-day`);
  toast(t("manager.close_day_done", { count: expired }), { kind: "ok" });
  await load();
});
