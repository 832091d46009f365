/** The forecast of arrivals, drawn: the week with its range beside last week's, and one day by half hours. The same numbers stand in a table. */
import * as echarts from "/vendor/echarts/dist/echarts.esm.min.js";
import { get } from "./api.js";
import { fill, find, h, setText } from "./dom.js";
import { clock, dayName } from "./roster_words.js";
import { nameOf, t } from "./words.js";

const WAIT_MS = 70_000;
const charts = new Map();
/** @type {any} */
let forecast = null;
/** @type {any} */
let week = null;
let chosen = "";
const token = (/** @type {string} */ name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** @param {string} hall @param {string} first @param {any} ofWeek for the businesses' names */
export async function showForecast(hall, first, ofWeek) {
  week = ofWeek;
  setText(find("#forecast-says"), t("roster.forecast_working"));
  try {
    const found = await get(`/halls/${hall}/roster/forecast?from=${first}`, { timeout: WAIT_MS, retries: 1 });
    if (found.first !== week.first) return;
    forecast = found;
  } catch (problem) {
    setText(find("#forecast-says"), /** @type {any} */ (problem).detail || String(problem));
    return;
  }
  chosen = (forecast.days.find((/** @type {any} */ one) => one.open) ?? forecast.days[0]).day;
  draw();
}

function draw() {
  const open = forecast.days.filter((/** @type {any} */ one) => one.open);
  const notes = [t(forecast.past_days ? "roster.forecast_says" : "roster.forecast_without", { days: forecast.past_days })];
  if (forecast.days.some((/** @type {any} */ one) => !one.calendar_known)) notes.push(t("roster.calendar_ends"));
  setText(find("#forecast-says"), notes.join(" "));
  fill(find("#forecast-days"), open.map((/** @type {any} */ one) => h("button", { type: "button", "aria-pressed": String(one.day === chosen), onclick: () => ((chosen = one.day), draw()), text: dayName(one.day) })));
  drawWeek();
  drawDay(forecast.days.find((/** @type {any} */ one) => one.day === chosen));
  drawTable();
}

function drawWeek() {
  const names = forecast.days.map((/** @type {any} */ one) => [dayName(one.day), kindOf(one)].filter(Boolean).join("\n"));
  const bands = forecast.days.map((/** @type {any} */ one, /** @type {number} */ at) => [at, one.low, one.high]);
  show("#chart-week", names, t("unit.people"), [
    { name: t("roster.expected"), type: "bar", barMaxWidth: 34, data: forecast.days.map((/** @type {any} */ one) => Math.round(one.mean)), itemStyle: { color: token("--accent"), borderRadius: [3, 3, 0, 0] } },
    { name: t("roster.range"), type: "custom", data: bands, encode: { x: 0, y: [1, 2] }, itemStyle: { color: token("--ink") }, renderItem: whisker, z: 3 },
    { name: t("roster.last_week"), type: "line", symbol: "diamond", symbolSize: 10, lineStyle: { width: 0 }, data: forecast.days.map((/** @type {any} */ one) => (one.open && one.last_week ? one.last_week : null)), itemStyle: { color: token("--called-solid") } },
  ]);
}

/** The range as a line with two ends. @param {any} _ @param {any} api */
function whisker(_, api) {
  const [low, high] = [api.coord([api.value(0), api.value(1)]), api.coord([api.value(0), api.value(2)])];
  const style = { stroke: token("--ink"), lineWidth: 2, fill: "none" };
  const line = (/** @type {number} */ x1, /** @type {number} */ y1, /** @type {number} */ x2, /** @type {number} */ y2) => ({ type: "line", shape: { x1, y1, x2, y2 }, style });
  return { type: "group", children: api.value(2) ? [line(low[0], low[1], high[0], high[1]), line(low[0] - 7, low[1], low[0] + 7, low[1]), line(high[0] - 7, high[1], high[0] + 7, high[1])] : [] };
}

/** @param {any} day */
function drawDay(day) {
  const top = [...day.businesses].sort((a, b) => b.mean - a.mean).slice(0, 4);
  const colours = ["--accent", "--serving-solid", "--called-solid", "--held-solid"];
  const shapes = ["circle", "triangle", "rect", "diamond"];
  show("#chart-day", day.half_hours.map((/** @type {any} */ one) => clock(one.begins)), t("unit.people"), [
    { name: t("roster.all_businesses"), type: "bar", barMaxWidth: 18, data: day.half_hours.map((/** @type {any} */ one) => one.mean), itemStyle: { color: token("--accent-line") } },
    ...top.map((one, at) => ({ name: businessName(one.business), type: "line", symbol: shapes[at], symbolSize: 7, data: one.half_hours.map((/** @type {number} */ count) => Math.round(10 * count) / 10), itemStyle: { color: token(colours[at]) }, lineStyle: { width: 2 } })),
  ]);
}

/** @param {string} place @param {string[]} names @param {string} unit @param {any[]} series */
function show(place, names, unit, series) {
  const element = find(place);
  const chart = charts.get(place) ?? echarts.init(element, null, { renderer: "canvas", devicePixelRatio: Math.max(2, window.devicePixelRatio) });
  charts.set(place, chart);
  const text = { color: token("--ink-2"), fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 13 };
  chart.setOption(
    {
      animation: false,
      aria: { enabled: false },
      textStyle: text,
      legend: { top: 0, right: 0, type: "scroll", left: 60, textStyle: text, itemWidth: 18, itemHeight: 11 },
      grid: { left: 4, right: 16, top: 48, bottom: 4, containLabel: true },
      tooltip: { trigger: "axis", renderMode: "richText", textStyle: { ...text, color: token("--ink") }, backgroundColor: token("--surface"), borderColor: token("--line-strong") },
      xAxis: { type: "category", data: names, axisTick: { show: false }, axisLine: { lineStyle: { color: token("--line-strong") } }, axisLabel: { ...text, fontSize: 12, hideOverlap: true } },
      yAxis: { type: "value", name: unit, nameTextStyle: { ...text, align: "left" }, axisLabel: text, splitLine: { lineStyle: { color: token("--line") } } },
      series,
    },
    { notMerge: true },
  );
  element.dataset.drawn = String(names.length);
}

/** @param {any} day */
const kindOf = (day) => ["month_end", "before_holiday", "after_holiday", "made_up"].filter((name) => day[name]).map((name) => t(`roster.${name}`)).join(" ") || (day.holiday ? t("roster.holiday") : "");

/** @param {string} code */
const businessName = (code) => nameOf(week.businesses.find((/** @type {any} */ one) => one.id === code)) || code;

function drawTable() {
  const open = forecast.days.filter((/** @type {any} */ one) => one.open);
  const codes = open[0]?.businesses.map((/** @type {any} */ one) => one.business) ?? [];
  const words = (/** @type {any} */ one) => (one ? t("roster.range_of", { mean: Math.round(one.mean), low: Math.floor(one.low), high: Math.ceil(one.high) }) : "");
  fill(
    find("#forecast-table"),
    h("thead", null, h("tr", null, h("th", { scope: "col", text: t("roster.business") }), open.map((/** @type {any} */ one) => h("th", { scope: "col", text: dayName(one.day) })))),
    h("tbody", null, h("tr", null, h("th", { scope: "row", text: t("roster.all_businesses") }), open.map((/** @type {any} */ one) => h("td", { text: words(one) }))), codes.map((/** @type {string} */ code) => h("tr", null, h("th", { scope: "row", text: businessName(code) }), open.map((/** @type {any} */ day) => h("td", { text: words(day.businesses.find((/** @type {any} */ one) => one.business === code)) }))))),
  );
}

window.addEventListener("resize", () => {
  for (const chart of charts.values()) chart.resize();
});
