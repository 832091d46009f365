/**
 * Predicted waits before and after, drawn: a bar to the middle, a line over the range that the drawn futures saw. The same stands in words beside it and
 * a sign says shorter or longer; nothing is told by colour alone.
 */
import { h, icon } from "./dom.js";
import { minutesOf } from "./advice_words.js";
import { nameOf, t } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT] = [200, 16];
const SHOWN = 3;

/** @param {any[]} changes per business touched, the clearest first @returns {HTMLElement} */
export function drawWaits(changes) {
  const clear = changes.filter((one) => one.sign !== 0);
  const shown = (clear.length ? clear : changes).slice(0, SHOWN);
  const rest = changes.filter((one) => !shown.includes(one));
  const most = Math.max(60, ...shown.map((one) => Math.max(one.before.high, one.after.high)));
  return h(
    "div.advice-effect",
    null,
    h("div.advice-waits", null, shown.map((one) => drawOne(one, most))),
    rest.length ? h("details.advice-rest", null, h("summary", { text: t("advice.rest", { count: rest.length }) }), h("ul", null, rest.map((one) => h("li", { text: lineOf(one) })))) : null,
  );
}

/** @param {any} change @param {number} most seconds at the right end */
function drawOne(change, most) {
  return h(
    "div.advice-wait",
    null,
    h("p.advice-wait-head", null, h("span.advice-wait-name", { text: nameOf(change.business) }), signOf(change)),
    barOf("before", change.before, most),
    barOf("after", change.after, most),
  );
}

/** @param {any} change */
function signOf(change) {
  const minutes = Math.abs(minutesOf(change.before.middle) - minutesOf(change.after.middle)) || 1; // as both are shown
  if (change.sign === 0) return h("span.advice-sign", { data: { sign: "same" } }, icon("minus"), t(minutesOf(change.before.middle) === minutesOf(change.after.middle) ? "advice.same" : "advice.unsure"));
  const shorter = change.sign < 0;
  return h("span.advice-sign", { data: { sign: shorter ? "shorter" : "longer" } }, icon(shorter ? "arrow-down" : "arrow-up"), t(shorter ? "advice.shorter" : "advice.longer", { minutes }));
}

/** @param {"before" | "after"} when @param {{low: number, middle: number, high: number}} band @param {number} most */
function barOf(when, band, most) {
  const x = (/** @type {number} */ seconds) => Math.round((10 * WIDTH * seconds) / most) / 10;
  const svg = make("svg", { class: "advice-bar", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" });
  svg.append(
    make("rect", { class: "advice-bar-ground", x: "0", y: "2", width: String(WIDTH), height: "12" }),
    make("rect", { class: "advice-bar-middle", x: "0", y: "2", width: String(Math.max(1, x(band.middle))), height: "12" }),
    make("rect", { class: "advice-bar-range", x: String(x(band.low)), y: "6.5", width: String(Math.max(1.5, x(band.high) - x(band.low))), height: "3" }),
  );
  const said = t("advice.minutes", { minutes: minutesOf(band.middle) });
  const range = t("advice.range", { low: minutesOf(band.low), high: minutesOf(band.high) });
  return h("p.advice-wait-bar", { data: { when } }, h("span.advice-when", { text: t(`advice.${when}`) }), svg, h("span.advice-minutes", null, h("strong", { text: said }), " ", h("small", { text: range })));
}

/** @param {any} change */
const lineOf = (change) => t("advice.line", { business: nameOf(change.business), before: minutesOf(change.before.middle), after: minutesOf(change.after.middle) });

/** @param {string} name @param {Record<string, string>} props */
function make(name, props) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(props)) element.setAttribute(key, value);
  return element;
}
