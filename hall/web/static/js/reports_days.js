/** Days as the reports' fields name them ("2026-11-24"), by the hall's own calendar. */
import { hallZone, now } from "./clock.js";

const DAY_MS = 86_400_000;

/** @param {number} moment @returns {string} the date in the hall */
export const dateIn = (moment) => new Intl.DateTimeFormat("sv-SE", { timeZone: hallZone() }).format(new Date(moment));

/** @returns {string} */
export const today = () => dateIn(now());

/** @param {string} day @param {number} days @returns {string} */
const shift = (day, days) => new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);

/** @param {string} day */
export const dayAfter = (day) => shift(day, 1);

/**
 * @param {string} name day, yesterday, week (from Monday), month, year (twelve months)
 * @returns {{from: string, to: string}}
 */
export function rangeOf(name) {
  const to = today();
  if (name === "yesterday") return { from: shift(to, -1), to: shift(to, -1) };
  if (name === "week") return { from: shift(to, -((new Date(`${to}T00:00:00Z`).getUTCDay() + 6) % 7)), to };
  if (name === "month") return { from: `${to.slice(0, 8)}01`, to };
  if (name === "year") return { from: shift(to, -364), to };
  return { from: to, to };
}
