/** How an indicator is written: minutes for waits, per cent for shares, a dash where there is nothing. */
import { language, t } from "./words.js";

export const INDICATORS = [
  "taken", "called", "served", "missed", "abandoned", "mean_wait_seconds", "p50_wait_seconds", "p90_wait_seconds", "longest_wait_seconds", "wait_target_rate",
  "elderly_target_rate", "mean_service_seconds", "overtime", "window_open_rate", "load", "load_imbalance", "held", "transferred", "second_visits", "rated",
  "rating_coverage", "mean_grade", "negative", "rectified_on_time", "mystery_score",
];
const SHARES = new Set(["wait_target_rate", "elderly_target_rate", "window_open_rate", "load", "load_imbalance", "rating_coverage", "rectified_on_time"]);
const LOCALE = language === "zh" ? "zh-CN" : "en-GB";
const whole = new Intl.NumberFormat(LOCALE);
const tenth = new Intl.NumberFormat(LOCALE, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const grade = new Intl.NumberFormat(LOCALE, { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** @param {string} name @param {number | null} value @returns {string} */
export function valueOf(name, value) {
  if (value === null || value === undefined) return "–";
  if (name.endsWith("_seconds")) return tenth.format(value / 60);
  if (SHARES.has(name)) return tenth.format(100 * value);
  if (name === "mystery_score") return tenth.format(value);
  return name === "mean_grade" ? grade.format(value) : whole.format(value);
}

/** @param {string} name @returns {string} */
export function unitOf(name) {
  if (name.endsWith("_seconds")) return t("report.minutes");
  return SHARES.has(name) ? "%" : "";
}

/** @param {string} name @param {number | null} value @returns {string} with its unit */
export function wholeValueOf(name, value) {
  const unit = value === null ? "" : unitOf(name);
  return `${valueOf(name, value)}${unit && unit !== "%" ? " " : ""}${unit}`;
}

/** @param {string} by @param {{code: string}} row @param {string} name in the page's language @returns {string} what a row is called */
export function subjectOf(by, row, name) {
  if (by === "hour") return `${row.code}:00`;
  if (by === "window") return name ? `${t("window.number", { number: row.code })} ${name}` : t("window.number", { number: row.code });
  return name || row.code;
}
