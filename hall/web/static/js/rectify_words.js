/** How a rectification is told: what opened it, how it stands, when. Used by the rectifications' and the standards' page. */
import { timeOf } from "./clock.js";
import { dateIn } from "./reports_days.js";
import { nameOf, t } from "./words.js";

/** @type {Record<string, [string, string]>} sign and colours by state */
export const STATES = { open: ["clock", "waiting"], overdue: ["warning", "missed"], done: ["check-circle", "serving"], done_late: ["check-circle", "closed"] };

/** @param {string} moment @returns {string} "2026-11-24 09:05" */
export const dayAndTimeOf = (moment) => `${dateIn(Date.parse(moment))} ${timeOf(moment)}`;

/** @param {any} one @returns {string} what opened it */
export function sourceOf(one) {
  if (one.source === "rating") return t("rectify.of_rating", { ticket: one.ticket, grade: t(`rating.grade_${one.grade}`) });
  if (one.source === "mystery_visit") return t("rectify.of_visit", { score: one.score });
  return t("rectify.of_standard", { name: nameOf({ name: one.standard_name, name_en: one.standard_name_en }) || (one.indicator ? t(`report.${one.indicator}`) : one.standard) });
}
