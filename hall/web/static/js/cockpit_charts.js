/** The cockpit's two charts, by ECharts on canvas, in the page's own tokens: how the day went by hour, and where the hall's queue is going. */
import * as echarts from "/vendor/echarts/dist/echarts.esm.min.js";
import { t } from "./words.js";

const DECAL = { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [3, 4], rotation: -Math.PI / 4, color: "rgba(8,19,31,0.5)" };
/** @type {Map<HTMLElement, {chart: any, again: () => void}>} */
const charts = new Map();
const token = (/** @type {string} */ name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const rem = () => parseFloat(getComputedStyle(document.documentElement).fontSize);

/** @param {HTMLElement} place @param {any[]} report its rows by hour; the hours before the first visitor are left out */
export function drawCourse(place, report) {
  const rows = report.slice(Math.max(0, report.findIndex((row) => row.taken)));
  const minutes = (/** @type {number | null} */ seconds) => (seconds === null ? null : Math.round(seconds / 6) / 10);
  const bar = (/** @type {string} */ name, /** @type {string} */ colour, decal = false) => ({
    name: t(`report.${name}`),
    type: "bar",
    barMaxWidth: 1.5 * rem(),
    data: rows.map((row) => row[name]),
    itemStyle: { color: token(colour), ...(decal ? { decal: DECAL } : {}) },
  });
  paint(place, () => ({
    legend: legend(),
    xAxis: { ...axis(), type: "category", data: rows.map((row) => `${row.code}:00`) },
    yAxis: [
      { ...axis(), type: "value", minInterval: 1, splitNumber: 3, splitLine: { lineStyle: { color: token("--line") } } },
      { ...axis(), type: "value", minInterval: 1, splitNumber: 3, splitLine: { show: false } },
    ],
    series: [
      bar("taken", "--accent"),
      bar("served", "--serving", true),
      { name: t("cockpit.mean_wait"), type: "line", yAxisIndex: 1, symbol: "triangle", symbolSize: 0.6 * rem(), data: rows.map((row) => minutes(row.mean_wait_seconds)), itemStyle: { color: token("--called") }, lineStyle: { width: 0.18 * rem(), type: "dashed" } },
    ],
  }));
}

/** @param {HTMLElement} place @param {number} waiting now @param {any[]} points */
export function drawOutlook(place, waiting, points) {
  const low = [waiting, ...points.map((one) => one.waiting.low)];
  const high = [waiting, ...points.map((one) => one.waiting.high)];
  const middle = [waiting, ...points.map((one) => one.waiting.middle)];
  const flat = { type: "line", symbol: "none", stack: "band", lineStyle: { opacity: 0 }, silent: true };
  paint(place, () => ({
    legend: { show: false },
    grid: { left: 4, right: 2.4 * rem(), top: 1.8 * rem(), bottom: 2, containLabel: true },
    xAxis: { ...axis(), type: "category", boundaryGap: false, data: [t("cockpit.now"), ...points.map((one) => `+${one.minutes}′`)] },
    yAxis: { ...axis(), type: "value", minInterval: 1, splitNumber: 3, splitLine: { lineStyle: { color: token("--line") } } },
    series: points.length
      ? [
          { ...flat, data: low },
          { ...flat, data: high.map((one, index) => one - low[index]), areaStyle: { color: token("--accent-line"), opacity: 0.75 } },
          { type: "line", data: middle, symbol: "circle", symbolSize: 0.6 * rem(), itemStyle: { color: token("--accent") }, lineStyle: { width: 0.2 * rem() }, label: { show: true, position: "top", color: token("--ink"), fontSize: rem(), fontWeight: "bold" } },
        ]
      : [],
  }));
}

const text = () => ({ color: token("--ink-2"), fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 0.95 * rem() });
const legend = () => ({ top: 0, right: 0, textStyle: text(), itemWidth: 1.4 * rem(), itemHeight: 0.8 * rem() });
const axis = () => ({ axisLabel: text(), nameTextStyle: { ...text(), align: "left" }, axisTick: { show: false }, axisLine: { lineStyle: { color: token("--line-strong") } } });

/** @param {HTMLElement} place @param {() => any} option asked again when the screen's size changes: all sizes follow it */
function paint(place, option) {
  const known = charts.get(place);
  const chart = known?.chart ?? echarts.init(place, null, { renderer: "canvas" });
  const again = () => {
    chart.resize();
    chart.setOption({ animation: false, aria: { enabled: false }, textStyle: text(), grid: { left: 4, right: 0.6 * rem(), top: 2.4 * rem(), bottom: 2, containLabel: true }, ...option() }, { notMerge: true });
    place.dataset.drawn = "true";
  };
  charts.set(place, { chart, again });
  again();
}

window.addEventListener("resize", () => {
  for (const one of charts.values()) one.again();
});
