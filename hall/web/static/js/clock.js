/** The server's time on every screen, in the hall's zone, whatever the device's own clock says; and times and durations in words. */
import { language, t } from "./words.js";

const LOCALE = language === "zh" ? "zh-CN" : "en-GB";
let offsetMs = 0;

/** @param {string} serverNow the `now` of an answer (ISO 8601) */
export function setServerTime(serverNow) {
  const moment = Date.parse(serverNow);
  if (Number.isFinite(moment)) offsetMs = moment - Date.now();
}

/** @returns {number} milliseconds since the epoch by the server's clock */
export const now = () => Date.now() + offsetMs;

/** @returns {string} the hall's zone; the device's own where the page belongs to no hall */
export const hallZone = () => document.documentElement.dataset.timezone || Intl.DateTimeFormat().resolvedOptions().timeZone;

/** @type {Map<string, Intl.DateTimeFormat>} */
const formats = new Map();
/** @param {string} zone @param {Intl.DateTimeFormatOptions} options */
function format(zone, options) {
  const name = zone + JSON.stringify(options);
  let made = formats.get(name);
  if (!made) formats.set(name, (made = new Intl.DateTimeFormat(LOCALE, { timeZone: zone, ...options })));
  return made;
}

/** @param {string | number} moment ISO or milliseconds @param {{seconds?: boolean, zone?: string}} [options] @returns {string} "09:05" */
export function timeOf(moment, { seconds = false, zone = hallZone() } = {}) {
  return format(zone, { hour: "2-digit", minute: "2-digit", ...(seconds ? { second: "2-digit" } : {}), hourCycle: "h23" }).format(new Date(moment));
}

/** @param {string | number} moment @param {{zone?: string}} [options] @returns {string} "11月23日 星期一" */
export function dateOf(moment, { zone = hallZone() } = {}) {
  return format(zone, { month: language === "zh" ? "long" : "short", day: "numeric", weekday: language === "zh" ? "long" : "short" }).format(new Date(moment));
}

/** @param {string} since ISO @returns {number} whole seconds from then to now, never below 0 */
export const secondsSince = (since) => Math.max(0, Math.floor((now() - Date.parse(since)) / 1000));

/** @param {number} seconds @returns {string} "45 秒", "12 分钟", "1 小时 5 分" */
export function durationOf(seconds) {
  if (seconds < 60) return t("duration.seconds", { seconds: Math.floor(seconds) });
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return t("duration.minutes", { minutes });
  return t("duration.hours", { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
}

/** @param {number} seconds @returns {string} "04:05", for a running counter */
export function counterOf(seconds) {
  const whole = Math.floor(seconds);
  return `${String(Math.floor(whole / 60)).padStart(2, "0")}:${String(whole % 60).padStart(2, "0")}`;
}

/** @type {Set<() => void>} */
const ticking = new Set();
let timer = 0;

/** Call something now and then every second, on the second. @param {() => void} draw @returns {() => void} stops it */
export function everySecond(draw) {
  ticking.add(draw);
  draw();
  if (!timer) beat();
  return () => ticking.delete(draw);
}

function beat() {
  timer = window.setTimeout(() => {
    for (const draw of ticking) draw();
    beat();
  }, 1000 - (now() % 1000) + 5);
}

/** Keep a <time data-clock> going. @param {HTMLElement} element with data-timezone, data-seconds, data-date as it likes */
export function runClock(element) {
  return everySecond(() => {
    const zone = element.dataset.timezone || hallZone();
    const text = timeOf(now(), { zone, seconds: "seconds" in element.dataset });
    const whole = "date" in element.dataset ? `${dateOf(now(), { zone })} ${text}` : text;
    if (element.textContent !== whole) element.textContent = whole;
  });
}
