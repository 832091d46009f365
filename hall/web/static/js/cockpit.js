/** The cockpit: the hall's floor, its worst queues, alerts, where it is going and how the day went, live, for a big screen nobody touches. */
import { sentenceOf } from "./alerts.js";
import { get } from "./api.js";
import { drawBand, makeBand } from "./band.js";
import { durationOf, now, timeOf } from "./clock.js";
import { drawCourse, drawOutlook } from "./cockpit_charts.js";
import { find, h, icon, renderList, setText } from "./dom.js";
import { showFloor, SIGNS } from "./manager_floor.js";
import { queuesOf, standingOf } from "./manager_model.js";
import { aheadOf, drawFigures } from "./manager_queues.js";
import { followOverview } from "./overview.js";
import { nameOf, t } from "./words.js";

const QUEUES = 6;
const ALERTS = 4;
const COURSE_MS = 60_000;
const AGAIN_MS = 5_000;
const ALERT_SIGNS = { yellow: "info", orange: "warning", red: "error" };

const hall = document.documentElement.dataset.hall || "";
/** @type {Awaited<ReturnType<typeof showFloor>> | null} */
let floor = null;
/** @type {any[]} */
let alerts = [];

const overview = followOverview(hall, {
  draw(model, windows) {
    floor?.draw(model, windows);
    drawQueues(model);
    drawFigures(model);
  },
  hear(event) {
    if (event.type.startsWith("alert_")) loadAlerts();
    if (event.type === "hall_configured") loadFloor();
  },
  loaded() {
    loadAlerts();
    drawAhead(overview.model);
  },
  tick: drawAlerts,
});

/** @param {any} model */
function drawQueues(model) {
  const worst = queuesOf(model, false, now());
  const more = worst.length - QUEUES;
  setText(find("#queues-more"), more > 0 ? t("cockpit.more", { count: more }) : "");
  renderList(find("#queues"), worst.slice(0, QUEUES), (one) => one.code, makeQueue, updateQueue, () => h("li.cockpit-empty", null, icon("check-circle"), h("span", { text: t("manager.no_queue") })));
}

/** @param {any} business */
function makeQueue(business) {
  return h(
    "li.cockpit-queue",
    null,
    h("span.cockpit-queue-sign"),
    h("span.cockpit-queue-name", null, h("strong", { text: nameOf(business) }), h("span.cockpit-queue-wait")),
    h("span.cockpit-queue-count", null, h("strong.num"), h("small", { text: t("unit.people") })),
    makeBand(),
    h("span.cockpit-queue-ahead"),
  );
}

/** @param {HTMLElement} row @param {any} business */
function updateQueue(row, business) {
  const [sign, name, count, band, ahead] = row.children;
  const { standing, seconds, promise } = standingOf(business, now());
  const nobody = business.windows_open === 0;
  const alarm = nobody ? "over" : standing;
  if (row.dataset.standing !== alarm) {
    row.dataset.standing = alarm;
    sign.replaceChildren(icon(SIGNS[alarm], { label: t(nobody ? "manager.no_window_open" : `manager.standing_${standing}`) }));
  }
  const wait = standing === "none" ? t("manager.just_came") : t("manager.longest_of", { wait: durationOf(seconds), promise: Math.round(promise / 60) });
  setText(name.children[1], nobody ? `${t("manager.no_window_open")} · ${wait}` : wait);
  setText(count.children[0], business.waiting);
  drawBand(/** @type {any} */ (band), business.waiting, business.outlook);
  const last = business.outlook?.at(-1);
  setText(ahead, last ? aheadOf(last) : "");
}

/** @param {any} model */
function drawAhead(model) {
  const points = model.outlook ?? [];
  setText(find("#outlook-at"), model.foreseen_at && points.length ? t("outlook.made_at", { time: timeOf(model.foreseen_at) }) : "");
  const last = points.at(-1);
  const minutes = (/** @type {number} */ seconds) => Math.round(seconds / 60);
  setText(find("#outlook-words"), last ? t("outlook.longest", { minutes: last.minutes, low: minutes(last.longest_seconds.low), high: minutes(last.longest_seconds.high) }) : t("outlook.none"));
  drawOutlook(find("#outlook"), model.today.waiting, points);
}

async function loadAlerts() {
  try {
    const told = await get(`/halls/${hall}/alerts`, { retries: 0 });
    alerts = told.alerts.filter((/** @type {any} */ one) => !one.ended_at);
    drawAlerts();
  } catch {
    // what is shown stays; the banner says that the server is away
  }
}

function drawAlerts() {
  const more = alerts.length - ALERTS;
  setText(find("#alerts-count"), more > 0 ? `${alerts.length} · ${t("cockpit.more", { count: more })}` : alerts.length || "");
  renderList(find("#alerts"), alerts.slice(0, ALERTS), (one) => one.id, makeAlert, updateAlert, () => h("li.cockpit-empty", null, icon("check-circle"), h("span", { text: t("cockpit.no_alert") })));
}

const makeAlert = () => h("li.cockpit-alert", null, h("span.cockpit-alert-sign"), h("span.cockpit-alert-what"), h("span.cockpit-alert-when"));

/** @param {HTMLElement} row @param {any} alert */
function updateAlert(row, alert) {
  const [sign, what, when] = row.children;
  if (row.dataset.level !== alert.level) {
    row.dataset.level = alert.level;
    sign.replaceChildren(icon(ALERT_SIGNS[alert.level], { label: t(`alerts.level_${alert.level}`) }));
  }
  setText(what, sentenceOf(alert));
  setText(when, timeOf(alert.measured_at));
}

async function loadFloor() {
  try {
    floor = await showFloor(hall, find("#floor"), {});
    overview.drawAll();
  } catch {
    setTimeout(loadFloor, AGAIN_MS);
  }
}

async function loadCourse() {
  let again = COURSE_MS;
  try {
    const report = await get(`/halls/${hall}/reports?by=hour`, { retries: 0 });
    drawCourse(find("#course"), report.rows);
    setText(find("#course-words"), report.rows.some((/** @type {any} */ row) => row.taken) ? "" : t("cockpit.no_course"));
  } catch {
    again = AGAIN_MS; // the sums' process is away or only starting: the last course stays
  }
  setTimeout(loadCourse, again);
}

loadFloor();
loadCourse();
