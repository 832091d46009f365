/** Days, times and faults of the roster in words; days are "2026-11-23", times minutes after midnight. */
import { language, nameOf, t } from "./words.js";

/** @param {number} minutes @returns {string} "09:30" */
export const clock = (minutes) => `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;

/** @param {string} text "09:30" @returns {number} */
export const minutesOf = (text) => {
  const [hours, minutes] = text.split(":").map(Number);
  return 60 * hours + minutes;
};

/** @param {string} day @param {number} days @returns {string} */
export function plusDays(day, days) {
  const moment = new Date(`${day}T12:00:00Z`);
  moment.setUTCDate(moment.getUTCDate() + days);
  return moment.toISOString().slice(0, 10);
}

/** @param {string} day @returns {string} */
export const mondayOf = (day) => plusDays(day, -((new Date(`${day}T12:00:00Z`).getUTCDay() + 6) % 7));

/** @param {string} day @returns {string} "11月23日 周一" */
export const dayName = (day) => new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en-GB", { month: language === "zh" ? "long" : "short", day: "numeric", weekday: "short", timeZone: "UTC" }).format(new Date(`${day}T12:00:00Z`));

/** What is wrong, in the words of the refusals. @param {any} week @param {any} one */
export function faultWords(week, one) {
  const clerk = week.clerks.find((/** @type {any} */ other) => other.username === one.clerk);
  const business = week.businesses.find((/** @type {any} */ other) => other.id === one.business);
  return t(`roster.${one.fault}`, { day: dayName(one.day), begins: clock(one.begins), ends: clock(one.ends), clerk: nameOf(clerk) || one.clerk || "", window: one.window ?? "", business: nameOf(business) || one.business || "" });
}
