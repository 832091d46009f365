/** The duty manager's page: the floor or the list of windows, the queues, the day's figures, the alerts and the advice, live. */
import { followAdvice } from "./advice.js";
import { followAlerts } from "./alerts.js";
import { post } from "./api.js";
import { askBefore } from "./before_dialog.js";
import { confirm } from "./dialog.js";
import { find, setText } from "./dom.js";
import { guard } from "./guard.js";
import { hotkey } from "./hotkeys.js";
import { openWindow } from "./manager_dialog.js";
import { bindZoom, showFloor } from "./manager_floor.js";
import { isShown } from "./manager_model.js";
import { drawFigures, drawQueues } from "./manager_queues.js";
import { drawWindows } from "./manager_windows.js";
import { followOverview } from "./overview.js";
import { leadToSignIn } from "./shell.js";
import { toast } from "./toast.js";
import { nameOf, t } from "./words.js";

const AGAIN_MS = 5_000;

const hall = document.documentElement.dataset.hall || "";
const zones = find("#zones");
const ground = find("#floor");
const queues = find("#queues");
const alerts = followAlerts(hall);
const advice = followAdvice(hall);
const filter = { show: "all", words: "", business: "" };

let view = new URLSearchParams(location.search).get("view") === "list" ? "list" : "floor";
/** @type {Awaited<ReturnType<typeof showFloor>> | null} */
let floor = null;

const overview = followOverview(hall, {
  draw,
  hear(event) {
    alerts.hear(event);
    advice.hear(event);
    if (event.type === "hall_configured") drawFloor();
  },
  loaded() {
    alerts.load();
    advice.load();
  },
  tick: alerts.draw,
});

/** @param {import("./manager_model.js").Overview} model @param {any[]} windows to be drawn anew */
function draw(model, windows) {
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

/** @param {number} number @param {HTMLElement | null} tile */
function manage(number, tile) {
  const window = overview.model?.windows.find((/** @type {any} */ one) => one.number === number);
  if (window) openWindow(hall, window, () => overview.load().catch(() => {})).then(() => tile?.focus());
}

async function drawFloor() {
  try {
    floor = await showFloor(hall, ground, { open: manage });
    overview.drawAll();
  } catch (problem) {
    if (!leadToSignIn(problem)) setTimeout(drawFloor, AGAIN_MS);
  }
}

/** @param {string} wanted floor | list */
function show(wanted) {
  view = wanted;
  for (const button of find("#views").children) button.setAttribute("aria-pressed", String(button.dataset.view === view));
  find("#floor-box").hidden = view !== "floor";
  zones.hidden = view !== "list";
  overview.drawAll();
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
  overview.drawSoon();
});
find("#unchoose").addEventListener("click", () => {
  filter.business = "";
  overview.drawSoon();
});
find("#states").addEventListener("click", (event) => {
  const button = /** @type {HTMLElement | null} */ (event.target.closest("[data-show]"));
  if (!button) return;
  filter.show = button.dataset.show ?? "all";
  for (const other of find("#states").children) other.setAttribute("aria-pressed", String(other === button));
  overview.drawSoon();
});
find("#find-window").addEventListener("input", (event) => {
  filter.words = event.target.value.trim();
  overview.drawSoon();
});
find("#all-queues").addEventListener("change", overview.drawSoon);
hotkey("/", t("manager.search"), () => find("#find-window").focus());
find("#ask-before").addEventListener("click", () => askBefore(hall));
hotkey("W", t("before.staff_title"), () => askBefore(hall));

guard(find("#close-day"), async () => {
  const sure = await confirm({ title: t("manager.close_day_title"), text: t("manager.close_day_text", { count: overview.model?.today.waiting ?? 0 }), confirm: t("manager.close_day"), danger: true });
  if (!sure) return;
  const { expired } = await post(`/halls/${hall}/close-day`);
  toast(t("manager.close_day_done", { count: expired }), { kind: "ok" });
  await overview.load();
});
