/** The report on skills: which certification of whom would cut waits most, ranked and, for the first few, played in the twin. */
import * as echarts from "/vendor/echarts/dist/echarts.esm.min.js";
import { get } from "./api.js";
import { fill, find, h, setText } from "./dom.js";
import { leadToSignIn, showConnection } from "./shell.js";
import { nameOf, t } from "./words.js";

const WAIT_MS = 900_000;
const NUMBERS = new Set(["worth", "left", "cut", "mean"]);
const hall = document.documentElement.dataset.hall || "";
const week = new URLSearchParams(location.search).get("from");
const token = (/** @type {string} */ name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

async function load() {
  try {
    const [found, catalogue] = await Promise.all([get(`/halls/${hall}/roster/skills${week ? `?first=${encodeURIComponent(week)}` : ""}`, { timeout: WAIT_MS, retries: 0 }), get(`/halls/${hall}/roster`)]);
    const names = new Map(catalogue.businesses.map((/** @type {any} */ one) => [one.id, nameOf(one)]));
    setText(find("#title"), t(found.candidates.length ? (found.rostered ? "skills.title_roster" : "skills.title_usual") : "skills.nothing", { first: found.first, days: found.days, plays: found.plays }));
    find("#skills").hidden = !found.candidates.length;
    drawTable(found, names);
    drawChart(found, names);
    showConnection("live");
  } catch (problem) {
    if (leadToSignIn(problem)) return;
    find("#problem").hidden = false;
    setText(find("#problem .notice-text p:last-child"), /** @type {any} */ (problem).detail || String(problem));
  } finally {
    find("#working").hidden = true;
    find("#skills").removeAttribute("aria-busy");
  }
}

/** @param {any} one @param {Map<string, string>} names */
const what = (one, names) => one.businesses.map((/** @type {string} */ code) => names.get(code) ?? code).join(t("skills.joiner"));

/** @param {any} found @param {Map<string, string>} names */
function drawTable(found, names) {
  const columns = ["place", "clerk", "businesses", "worth", "left", "cut", "mean"];
  const cut = (/** @type {any} */ one) => (one.tried ? t("skills.cut_range", { cut: Math.round(one.cut_minutes), low: Math.round(one.low), high: Math.round(one.high) }) : t("skills.not_tried"));
  const mean = (/** @type {any} */ one) => (one.tried ? t("skills.from_to", { before: one.mean_before.toFixed(2), after: one.mean_after.toFixed(2) }) : "");
  fill(
    find("#table"),
    h("thead", null, h("tr", null, columns.map((name) => h("th", { scope: "col", class: NUMBERS.has(name) ? "end" : "", text: t(`skills.col_${name}`) })))),
    h("tbody", null, found.candidates.map((/** @type {any} */ one, /** @type {number} */ at) => h("tr", null, h("td", { text: at + 1 }), h("th", { scope: "row", text: nameOf(one) }), h("td", { text: what(one, names) }), h("td.end", { text: Math.round(one.worth) }), h("td.end", { text: Math.round(one.left) }), h("td.end", { text: cut(one) }), h("td.end", { text: mean(one) })))),
  );
}

/** @param {any} found @param {Map<string, string>} names */
function drawChart(found, names) {
  const tried = found.candidates.filter((/** @type {any} */ one) => one.tried).reverse();
  find("#chart-card").hidden = !tried.length;
  if (!tried.length) return;
  const chart = echarts.init(find("#chart"), null, { renderer: "canvas", devicePixelRatio: Math.max(2, window.devicePixelRatio) });
  const text = { color: token("--ink-2"), fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 13 };
  const whisker = (/** @type {any} */ _, /** @type {any} */ api) => {
    const [low, high] = [api.coord([api.value(0), api.value(2)]), api.coord([api.value(1), api.value(2)])];
    const line = (/** @type {number} */ x1, /** @type {number} */ y1, /** @type {number} */ x2, /** @type {number} */ y2) => ({ type: "line", shape: { x1, y1, x2, y2 }, style: { stroke: token("--ink"), lineWidth: 2 } });
    return { type: "group", children: [line(low[0], low[1], high[0], high[1]), line(low[0], low[1] - 6, low[0], low[1] + 6), line(high[0], high[1] - 6, high[0], high[1] + 6)] };
  };
  chart.setOption({
    animation: false,
    aria: { enabled: false },
    textStyle: text,
    grid: { left: 4, right: 24, top: 12, bottom: 28, containLabel: true },
    xAxis: { type: "value", name: t("skills.axis"), nameLocation: "middle", nameGap: 28, axisLabel: text, splitLine: { lineStyle: { color: token("--line") } } },
    yAxis: { type: "category", data: tried.map((/** @type {any} */ one) => `${nameOf(one)} + ${what(one, names)}`), axisTick: { show: false }, axisLabel: { ...text, width: 320, overflow: "truncate" } },
    series: [
      { type: "bar", barMaxWidth: 26, data: tried.map((/** @type {any} */ one) => one.cut_minutes), itemStyle: { color: token("--serving-solid"), borderRadius: [0, 3, 3, 0] } },
      { type: "custom", data: tried.map((/** @type {any} */ one, /** @type {number} */ at) => [one.low, one.high, at]), encode: { x: [0, 1], y: 2 }, renderItem: whisker, z: 3 },
    ],
  });
  find("#chart").dataset.drawn = String(tried.length);
  window.addEventListener("resize", () => chart.resize());
}

load();
