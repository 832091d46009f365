/** How long a wait is thought to be, in words: the same on the kiosk, the visitor's page, the guide's desk and the manager's. What may be said is decided in hall/rules/waits.py. */
import { t } from "./words.js";

/** @typedef {{low_minutes: number | null, high_minutes: number | null}} WaitRange */

/** @param {WaitRange | null | undefined} range @returns {string} empty where nobody can say */
export function rangeOf(range) {
  if (!range) return "";
  const { low_minutes: low, high_minutes: high } = range;
  if (high === null) return t("wait.at_least", { minutes: Number(low) });
  if (low === null) return t("wait.at_most", { minutes: high });
  return low === high || high <= 1 ? t("wait.about", { minutes: Math.max(1, high) }) : t("wait.range", { low, high });
}

/** @param {WaitRange | null | undefined} range @returns {boolean} whether it is so short that it is worth no word where nobody waits */
export const isShort = (range) => Boolean(range) && range?.high_minutes !== null && Number(range?.high_minutes) <= 1;

/** @param {WaitRange | null | undefined} range of a business where people wait and a window calls @returns {string} never empty */
export const rangeOrUnknown = (range) => rangeOf(range) || t("wait.unknown");
