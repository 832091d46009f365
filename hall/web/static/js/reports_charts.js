/**
 * The two charts of a report, by ECharts on canvas. Colours and type are the page's own tokens; series differ in shape too, not in colour alone. Tips are
 * drawn on the canvas: the content policy allows no style written into markup.
 */
import * as echarts from "/vendor/echarts/dist/echarts.esm.min.js";
import { find, setText } from "./dom.js";
import { subjectOf } from "./reports_values.js";
import { nameOf, t } from "./words.js";

const MOST = 40;
const DECAL = { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [3, 4], rotation: -Math.PI / 4, color: "rgba(255,255,255,0.55)" };
const charts = new Map();
/** @type {any} what is drawn, to be drawn anew in another size: on paper the names have less room */
let drawn = null;
const token = (/** @type {string} */ name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** @param {any} report with at least one row */
export function drawCharts(report) {
  drawn = report;
  const by = t(`report.by.${report.by}`).toLowerCase();
  const at = report.by === "window" || report.by === "clerk";
  const inTime = ["day", "hour"].includes(report.by);
  const ordered = inTime ? report.rows : [...report.rows].sort((a, b) => b.called - a.called);
  const rows = report.by === "day" ? ordered : ordered.slice(0, MOST);
  setText(find("#volume-title"), t("report.chart_volume_of", { by }));
  setText(find("#waits-title"), t("report.chart_waits_of", { by }));
  setText(find("#charts-note"), rows.length < report.rows.length ? t("report.chart_first", { count: rows.length }) : t("report.chart_note"));
  const oneYear = report.from.slice(0, 4) === report.to.slice(0, 4);
  const names = rows.map((row) => (report.by === "day" && oneYear ? row.code.slice(5) : subjectOf(report.by, row, nameOf(row))));
  const bar = (/** @type {string} */ name, /** @type {string} */ colour, decal = false) => ({ name: t(`report.${name}`), type: "bar", barMaxWidth: 22, data: rows.map((row) => row[name]), itemStyle: { color: token(colour), borderRadius: [3, 3, 0, 0], ...(decal ? { decal: DECAL } : {}) } });
  const minutes = (/** @type {any} */ row, /** @type {string} */ name) => (row[name] === null ? null : Math.round(row[name] / 6) / 10);
  const line = (/** @type {string} */ name, /** @type {string} */ colour, symbol = "circle", dashed = false) => ({ name: t(`report.${name}`), type: inTime && rows.length > 1 ? "line" : "bar", barMaxWidth: 22, symbol, symbolSize: 8, showSymbol: rows.length < 60, data: rows.map((row) => minutes(row, name)), itemStyle: { color: token(colour), borderRadius: [3, 3, 0, 0], ...(dashed && !inTime ? { decal: DECAL } : {}) }, lineStyle: { width: 2.5, type: dashed ? "dashed" : "solid" } });
  show("#volume", names, at ? [bar("called", "--waiting-solid"), bar("served", "--serving-solid", true)] : [bar("taken", "--accent"), bar("served", "--serving-solid", true), bar("abandoned", "--missed-solid")], t("unit.people"));
  show("#waits", names, [line("mean_wait_seconds", "--accent"), line("p90_wait_seconds", "--called-solid", "triangle", true)], t("report.minutes"));
}

/** @param {string} place @param {string[]} names @param {any[]} series @param {string} unit */
function show(place, names, series, unit) {
  const element = find(place);
  const chart = charts.get(place) ?? echarts.init(element, null, { renderer: "canvas", devicePixelRatio: Math.max(2, window.devicePixelRatio) });
  charts.set(place, chart);
  const text = { color: token("--ink-2"), fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 13 };
  const many = names.length > 14;
  chart.setOption(
    {
      animation: false,
      aria: { enabled: false },
      textStyle: text,
      legend: { top: 0, right: 0, textStyle: text, itemWidth: 18, itemHeight: 11 },
      grid: { left: 4, right: 24, top: 44, bottom: many ? 40 : 4, containLabel: true },
      tooltip: { trigger: "axis", renderMode: "richText", textStyle: { ...text, color: token("--ink") }, backgroundColor: token("--surface"), borderColor: token("--line-strong") },
      xAxis: { type: "category", data: names, axisTick: { show: false }, axisLine: { lineStyle: { color: token("--line-strong") } }, axisLabel: { ...text, fontSize: 12, hideOverlap: many, interval: many ? "auto" : 0, width: many ? 120 : Math.max(28, (element.clientWidth - 80) / names.length - 8), overflow: many ? "truncate" : "break" } },
      yAxis: { type: "value", name: unit, nameTextStyle: { ...text, align: "left" }, minInterval: unit === t("unit.people") ? 1 : 0, axisLabel: text, splitLine: { lineStyle: { color: token("--line") } } },
      dataZoom: many ? [{ type: "slider", height: 18, bottom: 6, showDetail: false, borderColor: token("--line"), fillerColor: "rgba(11,77,162,0.12)" }] : [],
      series,
    },
    { notMerge: true },
  );
  element.dataset.drawn = String(names.length);
}

const resize = () => {
  for (const chart of charts.values()) chart.resize();
  if (drawn) drawCharts(drawn);
};
window.addEventListener("resize", resize);
window.addEventListener("beforeprint", resize);
window.addEventListener("afterprint", resize);
