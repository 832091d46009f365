/** A past day played again with the plan: as it was, by today's rule, and with the plan, side by side. */
import * as echarts from "/vendor/echarts/dist/echarts.esm.min.js";
import { post } from "./api.js";
import { now, timeOf } from "./clock.js";
import { fill, find, h, setText } from "./dom.js";
import { leadToSignIn } from "./shell.js";
import { reportProblem } from "./toast.js";
import { t } from "./words.js";

const ANSWER_MS = 125_000;
const DAY_MS = 86_400_000;
const STYLES = { "as-it-was": ["--ink-3", "dotted"], own: ["--line-strong", "dashed"], "with-plan": ["--accent", "solid"] };
const token = (/** @type {string} */ name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
/** @type {any} */
let chart = null;

/** @param {string} path of the what-if @param {() => any[]} plan the changes as they are */
export function followReplay(path, plan) {
  const [form, day, button, body] = [find("#replay"), find("#replay-day"), find("#replay-go"), find("#replay-body")];
  const zone = document.documentElement.dataset.timezone;
  day.value = new Intl.DateTimeFormat("en-CA", { timeZone: zone }).format(new Date(now() - DAY_MS));
  let running = false;
  form.addEventListener("submit", async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (running) return;
    running = true;
    button.setAttribute("aria-busy", "true");
    refuse("");
    try {
      const said = await post(`${path}/replay`, { changes: plan(), day: day.value }, { timeout: ANSWER_MS, retries: 0 });
      body.hidden = false;
      draw(said);
    } catch (problem) {
      body.hidden = true;
      if (leadToSignIn(problem)) return;
      if (/** @type {any} */ (problem)?.name === "Problem") refuse(/** @type {any} */ (problem).detail);
      else reportProblem(problem);
    } finally {
      running = false;
      button.removeAttribute("aria-busy");
    }
  });
  window.addEventListener("resize", () => chart?.resize());
}

/** @param {string} words */
function refuse(words) {
  find("#replay-refused").hidden = !words;
  setText(find("#replay-refused .notice-text p:last-child"), words);
}

const minutes = (/** @type {number | null} */ seconds) => (seconds === null ? "–" : String(Math.round(seconds / 6) / 10));
const percent = (/** @type {number | null} */ share) => (share === null ? "–" : `${Math.round(share * 100)}%`);

/** @param {any} said */
function draw(said) {
  fill(
    find("#replay-rows"),
    said.days.map((/** @type {any} */ one) => {
      const values = [one.visitors, one.served, minutes(one.mean_wait), minutes(one.longest_wait), percent(one.over_promise), minutes(one.elderly_wait)];
      return h("tr", { data: { day: one.name } }, h("th", { scope: "row", text: t(`twin.policy.${one.name}`) }), values.map((value) => h("td.end.num", { text: value })));
    }),
  );
  const element = find("#replay-chart");
  chart ??= echarts.init(element, null, { renderer: "canvas", devicePixelRatio: Math.max(2, window.devicePixelRatio) });
  chart.resize();
  const text = { color: token("--ink-2"), fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 13 };
  const times = said.times.map((/** @type {string} */ one) => timeOf(one));
  chart.setOption(
    {
      animation: false,
      aria: { enabled: false },
      textStyle: text,
      legend: { top: 0, left: 0, textStyle: { ...text, color: token("--ink") }, itemWidth: 34 },
      grid: { left: 8, right: 24, top: 48, bottom: 8, containLabel: true },
      tooltip: { trigger: "axis", renderMode: "richText", textStyle: { ...text, color: token("--ink") }, backgroundColor: token("--surface"), borderColor: token("--line-strong") },
      xAxis: { type: "category", data: times, boundaryGap: false, axisTick: { show: false }, axisLine: { lineStyle: { color: token("--line-strong") } }, axisLabel: { ...text, fontSize: 12, interval: Math.max(0, Math.ceil(times.length / 12) - 1) } },
      yAxis: { type: "value", name: t("unit.people"), min: 0, nameTextStyle: { ...text, align: "left" }, minInterval: 1, axisLabel: text, splitLine: { lineStyle: { color: token("--line") } } },
      series: said.days.map((/** @type {any} */ one) => ({ name: t(`twin.policy.${one.name}`), type: "line", symbol: "none", data: one.waiting, lineStyle: { width: one.name === "with-plan" ? 3 : 2, type: STYLES[one.name][1], color: token(STYLES[one.name][0]) }, itemStyle: { color: token(STYLES[one.name][0]) } })),
    },
    { notMerge: true },
  );
  element.dataset.drawn = String(said.days.length);
}
