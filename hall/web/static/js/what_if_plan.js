/** The changes of a plan, as POST …/what-if takes them: in words, and what of them a manager can do now. */
import { nameOf, t } from "./words.js";

const MOST_NAMES = 3;

/** @param {any} model @param {number} place of a set @returns {string[]} codes */
export const setOf = (model, place) => model.sets[place] ?? [];

/** @param {any} model @param {string[]} codes @returns {string} names, the first few */
export function namesOf(model, codes) {
  const names = codes.map((code) => nameOf(model.businesses.find((/** @type {any} */ one) => one.code === code)) || code);
  const shown = names.slice(0, MOST_NAMES).join(t("what_if.comma"));
  return names.length > MOST_NAMES ? t("what_if.and_more", { names: shown, count: names.length }) : shown;
}

/** A new change takes the place of another of the same window that begins at the same time. @param {any[]} plan @param {any} one */
export const withChange = (plan, one) => [...plan.filter((other) => other.window === undefined || other.window !== one.window || (other.since ?? "") !== (one.since ?? "")), one];

/** @param {any} one @param {any} model @returns {string} */
export function wordsOf(one, model) {
  const window = one.window ?? "";
  if (one.do === "visitors") return t("what_if.do_visitors", { business: namesOf(model, [one.business]), count: one.visitors });
  if (one.do === "switch") {
    const serves = one.businesses?.length ? t("what_if.do_switch", { window, names: namesOf(model, one.businesses) }) : "";
    const kind = one.kind ? t("what_if.do_kind", { window, kind: t(`window_kind.${one.kind}`) }) : "";
    return [kind, serves].filter(Boolean).join(t("what_if.semicolon"));
  }
  if (one.do === "open") {
    const clerk = model.clerks.find((/** @type {any} */ other) => other.username === one.clerk);
    const signedIn = model.windows.find((/** @type {any} */ other) => other.number === one.window)?.clerk;
    const who = clerk || signedIn ? t("what_if.do_open", { window, clerk: nameOf(clerk || signedIn) }) : t("what_if.do_open_more", { window });
    return one.businesses?.length ? `${who}${t("what_if.colon")}${namesOf(model, one.businesses)}` : who;
  }
  return t(`what_if.do_${one.do}`, { window });
}

/** @param {any} one @returns {string} from when until when */
export function whenOf(one) {
  const since = one.since ? t("what_if.from_time", { time: one.since }) : t("what_if.from_now");
  return `${since} ${one.until ? t("what_if.until_time", { time: one.until }) : t("what_if.until_closing")}`;
}

/** Whether it can only be tried: more visitors, another kind, something later, a clerk nobody has named. @param {any} one @param {any} model */
export function isOnlyTried(one, model) {
  const signedIn = model.windows.find((/** @type {any} */ other) => other.number === one.window)?.clerk;
  return one.do === "visitors" || Boolean(one.kind) || Boolean(one.since) || (one.do === "open" && !one.clerk && !signedIn);
}
