/** The kiosk's short sentences about a business: how many wait, how long, and why it is closed. */
import { hallZone, now } from "/static/js/clock.js";
import { isShort, rangeOf } from "/static/js/waits.js";
import { t } from "/static/js/words.js";

/** @param {any} business of the catalogue @returns {string} how many wait; a kiosk that is on its own does not know */
export function peopleOf(business) {
  if (business.waiting === null) return t("kiosk.alone.waiting_unknown");
  return business.waiting ? t("wait.people", { count: business.waiting }) : t("kiosk.nobody_waits");
}

/**
 * What somebody who comes now would wait, for a line of text: nothing where nobody waits and it would not be worth a word.
 * @param {any} business of the catalogue @param {string} [visitorClass] @returns {string}
 */
export function waitOf(business, visitorClass = "ordinary") {
  if (business.waiting === null) return "";
  const range = business.wait_ranges[visitorClass];
  return business.waiting || !isShort(range) ? rangeOf(range) : "";
}

/** @param {any} business of the catalogue @param {string} [visitorClass] whether its visitors would probably not be called before closing */
export const isUnlikely = (business, visitorClass = "ordinary") => business.open && business.unlikely_before_closing.includes(visitorClass);

/** @param {any} business of the catalogue @returns {string[]} its parts, each to stay on one line */
export function noteOf(business) {
  if (!business.open) return [whyClosed(business)];
  const parts = [peopleOf(business), waitOf(business) || (business.waiting && t("wait.unknown"))];
  if (isUnlikely(business)) parts.push(t("kiosk.note.unlikely"));
  if (business.quota_left !== null && business.quota_left <= 20) parts.push(t("kiosk.quota_left", { count: business.quota_left }));
  return parts.filter(Boolean);
}

/** @param {string} moment of the catalogue, "11-24 08:30" by the hall's clock @returns {string} only the time where it is today */
export function opensAt(moment) {
  const [day, time] = moment.split(" ");
  const [month, date] = day.split("-").map(Number);
  const today = new Intl.DateTimeFormat("en-US", { timeZone: hallZone(), month: "numeric", day: "numeric" }).format(now());
  return today === `${month}/${date}` ? time : t("kiosk.day_time", { month, date, time });
}

/** @param {any} business */
export function whyClosed(business) {
  if (business.why_closed === "quota_used_up") return t("kiosk.note.quota_used_up");
  if (business.why_closed === "numbers_used_up") return t("kiosk.note.numbers_used_up");
  if (business.why_closed === "unlikely_before_closing") return t("kiosk.note.unlikely");
  return business.opens_at ? t("kiosk.note.opens_at", { time: opensAt(business.opens_at) }) : t("kiosk.note.closed");
}

/** @param {any[]} businesses all of the hall's @returns {[string, string] | null} that the whole hall is closed, and when it opens */
export function hallClosed(businesses) {
  if (!businesses.every((one) => one.why_closed === "hall_closed")) return null;
  const opens = businesses.find((one) => one.opens_at)?.opens_at;
  return [t("kiosk.trouble.hall_closed"), opens ? t("kiosk.hall_opens_at", { time: opensAt(opens) }) : t("kiosk.hall_closed_note")];
}

/** @param {any} department with its businesses @returns {string[]} */
export function departmentNote(department) {
  const open = department.businesses.filter((/** @type {any} */ one) => one.open);
  if (!open.length) return [whyClosed(department.businesses[0])];
  if (open.some((/** @type {any} */ one) => one.waiting === null)) return [t("kiosk.alone.waiting_unknown")];
  const waiting = open.reduce((/** @type {number} */ sum, /** @type {any} */ one) => sum + one.waiting, 0);
  if (!waiting) return [t("kiosk.nobody_waits")];
  return [t("wait.people", { count: waiting }), rangeOf(department.wait_range)].filter(Boolean);
}
