/**
 * Both futures on one chart, by ECharts on canvas: the middle as a line, eight futures in ten as a band around it; without the plan dashed and grey, with it
 * solid. The same is said in words for those who do not see it.
 */
import * as echarts from "/vendor/echarts/dist/echarts.esm.min.js";
import { timeOf } from "./clock.js";
import { t } from "./words.js";

const token = (/** @type {string} */ name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
/** @type {any} */
let chart = null;

/**
 * @param {HTMLElement} element
 * @param {any} answer POST …/what-if
 * @param {any} of the hall or a business of it; undefined: nobody comes for it
 * @param {{what: string, plan: boolean, name: string}} options
 * @returns {string} what it shows, in one sentence
 */
export function drawChart(element, answer, of, { what, plan, name }) {
  if (!chart) {
    chart = echarts.init(element, null, { renderer: "canvas", devicePixelRatio: Math.max(2, window.devicePixelRatio) });
    new ResizeObserver(() => chart.resize()).observe(element);
  }
  const minutes = what === "wait_seconds";
  const scaled = (/** @type {any[]} */ values) => values.map((one) => (one === null ? null : Math.round((minutes ? one / 60 : one) * 10) / 10));
  const course = of?.[what];
  const text = { color: token("--ink-2"), fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 13 };
  const before = { name: t("what_if.without"), bands: course?.before, colour: token("--line-strong"), ink: token("--ink-2"), dashed: true };
  const after = { name: t("what_if.with_plan"), bands: course?.after, colour: token("--accent"), ink: token("--accent"), dashed: false };
  const both = (plan ? [before, after] : [before]).filter((one) => one.bands);
  const series = both.flatMap(({ name: title, bands, colour, ink, dashed }) => {
    const [low, middle, high] = [scaled(bands.low), scaled(bands.middle), scaled(bands.high)];
    const quiet = { type: "line", symbol: "none", silent: true, lineStyle: { opacity: 0 }, stack: title, stackStrategy: "all", tooltip: { show: false } };
    return [
      { ...quiet, name: `${title} `, data: low },
      { ...quiet, name: `${title}  `, data: high.map((one, place) => (one === null ? null : Math.round((one - (low[place] ?? 0)) * 10) / 10)), areaStyle: { color: colour, opacity: dashed ? 0.2 : 0.18 } },
      { name: title, type: "line", data: middle, connectNulls: true, symbol: dashed ? "none" : "circle", symbolSize: 6, showSymbol: !dashed, lineStyle: { width: dashed ? 2.5 : 3, type: dashed ? "dashed" : "solid", color: ink }, itemStyle: { color: ink } },
    ];
  });
  const unit = minutes ? t("unit.minutes") : t("unit.people");
  const times = answer.times.map((/** @type {string} */ one) => timeOf(one));
  chart.setOption(
    {
      animation: false,
      aria: { enabled: false },
      textStyle: text,
      legend: { top: 0, left: 0, textStyle: { ...text, color: token("--ink") }, itemWidth: 34, itemHeight: 12, data: both.map((one) => ({ name: one.name, icon: "path://M0 5h34v2.5H0z" })) },
      grid: { left: 8, right: 24, top: 52, bottom: 8, containLabel: true },
      tooltip: {
        trigger: "axis",
        renderMode: "richText",
        textStyle: { ...text, color: token("--ink") },
        backgroundColor: token("--surface"),
        borderColor: token("--line-strong"),
        formatter: (/** @type {any[]} */ points) => {
          const place = points[0]?.dataIndex ?? 0;
          const told = both.map(({ name: title, bands }) => `${title}  ${said(bands, place, scaled)} ${unit}`);
          return [times[place], ...told].join("\n");
        },
      },
      xAxis: { type: "category", data: times, boundaryGap: false, axisTick: { show: false }, axisLine: { lineStyle: { color: token("--line-strong") } }, axisLabel: { ...text, fontSize: 12, interval: Math.max(0, Math.ceil(times.length / 10) - 1) } },
      yAxis: { type: "value", name: unit, min: 0, nameTextStyle: { ...text, align: "left" }, minInterval: 1, axisLabel: text, splitLine: { lineStyle: { color: token("--line") } } },
      series,
    },
    { notMerge: true },
  );
  element.dataset.drawn = `${both.length}`;
  if (!both.length) return t("what_if.nobody", { name });
  const last = times.length - 1;
  return both.map(({ name: title, bands }) => t("what_if.chart_words", { name, future: title, now: said(bands, 0, scaled), then: said(bands, last, scaled), time: times[last], unit })).join(" ");
}

/** @param {any} bands @param {number} place @param {(values: any[]) => any[]} scaled @returns {string} "12 (8–17)" */
function said(bands, place, scaled) {
  const [low, middle, high] = ["low", "middle", "high"].map((name) => scaled([bands[name][place]])[0]);
  return middle === null ? "–" : `${Math.round(middle)} (${Math.floor(low)}–${Math.ceil(high)})`;
}
