/**
 * The reports' page: asks for a range and a cut, fills in figures, charts and the table, and keeps today's fresh. The address says what is shown, so that it
 * can be kept and sent to somebody.
 */
import { get } from "./api.js";
import { setServerTime, timeOf } from "./clock.js";
import { fill, find, h, setText } from "./dom.js";
import { drawCharts } from "./reports_charts.js";
import { INDICATORS, subjectOf, unitOf, valueOf } from "./reports_values.js";
import { dayAfter, rangeOf, today } from "./reports_days.js";
import { leadToSignIn, showConnection } from "./shell.js";
import { nameOf, t } from "./words.js";

const FRESH_MS = 60_000;
const ANSWER_MS = 70_000;
const CUTS = ["day", "hour", "department", "business", "window", "clerk"];

const hall = document.documentElement.dataset.hall || "";
const from = find("#from");
const to = find("#to");
const wish = wishOf(new URLSearchParams(location.search));
let asked = 0;

/** @param {URLSearchParams} query */
function wishOf(query) {
  const day = today();
  const by = query.get("by") ?? "";
  const hours = query.get("hours") ?? "";
  return { from: query.get("from") || query.get("to") || day, to: query.get("to") || day, by: CUTS.includes(by) ? by : "hour", hours: ["busy", "idle"].includes(hours) ? hours : "all" };
}

async function load() {
  const number = ++asked;
  const query = new URLSearchParams(wish);
  history.replaceState(null, "", `?${query}`);
  showWish(query);
  find("#report").setAttribute("aria-busy", "true");
  try {
    const report = await get(`/halls/${hall}/reports?${query}`, { timeout: ANSWER_MS });
    if (number !== asked) return; // something else was asked for meanwhile
    setServerTime(report.now);
    draw(report);
    say("problem", "");
    showConnection("live");
  } catch (problem) {
    if (number !== asked || leadToSignIn(problem)) return;
    if (problem.away) showConnection("lost");
    say("problem", problem.detail || problem.message);
  } finally {
    if (number === asked) find("#report").removeAttribute("aria-busy");
  }
}

/** @param {URLSearchParams} query */
function showWish(query) {
  from.value = wish.from;
  to.value = wish.to;
  from.max = to.max = today();
  press("#cuts", (button) => button.dataset.by === wish.by);
  press("#hours", (button) => button.dataset.hours === wish.hours);
  press("#ranges", (button) => {
    const range = rangeOf(button.dataset.range ?? "");
    return range.from === wish.from && range.to === wish.to;
  });
  for (const kind of ["xlsx", "csv"]) find(`#${kind}`).setAttribute("href", `/halls/${hall}/reports/file.${kind}?${query}`);
}

/** @param {string} group @param {(button: HTMLElement) => boolean} pressed */
function press(group, pressed) {
  for (const button of find(group).children) button.setAttribute("aria-pressed", String(pressed(button)));
}

/** @param {any} report */
function draw(report) {
  const range = rangeWords(report);
  setText(find("#title"), report.hours === "all" ? range : `${range} · ${t(`report.hours.${report.hours}`)}`);
  setText(find("#as-of"), report.to === today() ? t("report.as_of", { time: timeOf(report.now) }) : "");
  say("behind", report.behind ? t("report.behind", { count: report.behind }) : "");
  for (const name of INDICATORS) {
    setText(find(`[data-indicator="${name}"]`), valueOf(name, report.total[name]));
    setText(find(`[data-unit="${name}"]`), report.total[name] === null ? "" : unitOf(name));
  }
  find("#nothing").hidden = report.rows.length > 0;
  for (const part of ["#charts", "#charts-note", ".report-table"]) find(part).hidden = report.rows.length === 0;
  if (report.rows.length) {
    drawTable(report);
    drawCharts(report);
  }
}

/** @param {any} report @returns {string} its days in words */
const rangeWords = (report) => (report.from === report.to ? report.from : t("report.file_range", { first: report.from, last: report.to }));

/** @param {any} report */
function drawTable(report) {
  const by = t(`report.by.${report.by}`);
  setText(find("#table-title"), t("report.table_of", { range: rangeWords(report), by: by.toLowerCase() }));
  fill(find("#columns"), h("th", { scope: "col", text: by }), INDICATORS.map((name) => h("th", { scope: "col" }, t(`report.${name}`), unitOf(name) && h("br"), unitOf(name) && h("small", { text: unitOf(name) }))));
  fill(find("#rows"), report.rows.map((/** @type {any} */ row) => h("tr", null, h("th", { scope: "row", text: subjectOf(report.by, row, nameOf(row)) }), INDICATORS.map((name) => h("td", { text: valueOf(name, row[name]) })))));
  fill(find("#total"), h("th", { scope: "row", text: t("report.total") }), INDICATORS.map((name) => h("td", { text: valueOf(name, report.total[name]) })));
}

/** @param {string} id @param {string} text "" hides it */
function say(id, text) {
  const notice = find(`#${id}`);
  notice.hidden = !text;
  setText(find(".notice-text p:last-child", notice), text);
}

/** @param {Partial<typeof wish>} change */
function change(change) {
  Object.assign(wish, change);
  load();
}

find("#wish").addEventListener("submit", (event) => {
  event.preventDefault();
  change({ from: from.value, to: to.value });
});
for (const [group, name] of [["#cuts", "by"], ["#hours", "hours"], ["#ranges", "range"]]) {
  find(group).addEventListener("click", (event) => {
    const chosen = event.target.closest("button")?.dataset[name];
    if (chosen) change(name === "range" ? { ...rangeOf(chosen), ...(chosen === "day" || chosen === "yesterday" ? {} : { by: "day" }) } : { [name]: chosen });
  });
}
find("#print").addEventListener("click", () => window.print());
setInterval(() => {
  if (document.visibilityState === "visible" && dayAfter(wish.to) > today()) load();
}, FRESH_MS);
load();
