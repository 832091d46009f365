/**
 * How many will wait in 15, 30 and 45 minutes, drawn small: the middle as a line, the range as a band around it. The same values stand in words beside it
 * or in its label; nothing is told by colour alone.
 */
import { t } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [120, 40, 4, 4, 4, 4];
const FARTHEST = 45;

/** @typedef {{minutes: number, waiting: {low: number, middle: number, high: number}, longest_seconds: {low: number, middle: number, high: number}}} Point */

/** @returns {SVGElement} an empty chart, hidden until there is something to draw */
export function makeBand() {
  const svg = make("svg", { class: "band", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img", hidden: "" });
  svg.append(make("path", { class: "band-range" }), make("path", { class: "band-line" }), make("circle", { class: "band-now", r: "2.5" }));
  return svg;
}

/**
 * @param {SVGElement} svg of makeBand
 * @param {number} now how many wait now
 * @param {Point[] | null | undefined} points none: the chart is hidden
 */
export function drawBand(svg, now, points) {
  const hidden = !points?.length;
  if (svg.hasAttribute("hidden") !== hidden) svg.toggleAttribute("hidden", hidden);
  if (hidden) return;
  const most = Math.max(4, now, ...points.map((one) => one.waiting.high));
  const x = (/** @type {number} */ minutes) => round(LEFT + (minutes / FARTHEST) * (WIDTH - LEFT - RIGHT));
  const y = (/** @type {number} */ many) => round(HEIGHT - BOTTOM - (many / most) * (HEIGHT - TOP - BOTTOM));
  const start = `${x(0)} ${y(now)}`;
  const there = points.map((one) => `L${x(one.minutes)} ${y(one.waiting.high)}`).join("");
  const back = [...points].reverse().map((one) => `L${x(one.minutes)} ${y(one.waiting.low)}`).join("");
  const [range, line, dot] = svg.children;
  put(range, "d", `M${start}${there}${back}Z`);
  put(line, "d", `M${start}${points.map((one) => `L${x(one.minutes)} ${y(one.waiting.middle)}`).join("")}`);
  put(dot, "cx", String(x(0)));
  put(dot, "cy", String(y(now)));
  put(svg, "aria-label", wordsOf(points));
}

/** @param {Point[]} points @returns {string} "15 min: 4 (2–7) · …" */
export const wordsOf = (points) => points.map((one) => t("outlook.point", { minutes: one.minutes, ...one.waiting })).join(" · ");

const round = (/** @type {number} */ value) => Math.round(value * 10) / 10;

/** @param {string} name @param {Record<string, string>} props */
function make(name, props) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(props)) element.setAttribute(key, value);
  return /** @type {SVGElement} */ (element);
}

/** @param {Element} element @param {string} name @param {string} value */
function put(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}
