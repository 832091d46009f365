/** Staffing advice in plain words: what a window would do, who, until when. Used by advice.js and clerk_moves.js. */
import { timeOf } from "./clock.js";
import { nameOf, t } from "./words.js";

const NAMED = 3;

/** @param {any[]} businesses @returns {string} "社会保险、就业创业", "社会保险、就业创业、涉税业务等 9 项" */
export function businessNames(businesses) {
  const names = businesses.slice(0, NAMED).map(nameOf).join(t("advice.and"));
  return businesses.length > NAMED ? t("advice.and_more", { names, count: businesses.length }) : names;
}

/** @param {any[]} windows @returns {string} "3、7 号窗口" */
export const windowNames = (windows) => t("advice.windows", { numbers: windows.map((one) => one.number).join(t("advice.and")) });

/**
 * One sentence: what the windows do from now on.
 * @param {{kind: string, windows: any[], adds: any[], drops: any[]}} what
 */
export function sentenceOf({ kind, windows, adds, drops }) {
  const params = { windows: windowNames(windows), who: clerkNames(windows), adds: businessNames(adds), drops: businessNames(drops) };
  if (kind === "open") return t("advice.do_open", params);
  if (["close", "pause", "resume"].includes(kind)) return t(`advice.do_${kind}`, params);
  if (adds.length && drops.length) return t("advice.do_swap", params);
  return adds.length ? t("advice.do_add", params) : t("advice.do_drop", params);
}

/** What the windows of an adjustment do, those that do the same in one sentence. @param {any[]} windows @returns {string} */
export function sentencesOf(windows) {
  /** @type {Map<string, any[]>} */
  const alike = new Map();
  for (const one of windows) {
    const key = JSON.stringify([one.kind, ...[one.adds, one.drops].map((those) => those.map((/** @type {any} */ business) => business.code))]);
    alike.set(key, [...(alike.get(key) ?? []), one]);
  }
  return [...alike.values()].map((those) => sentenceOf({ ...those[0], windows: those })).join(t("advice.semicolon"));
}

/** @param {any[]} windows @returns {string} the clerks, each once */
export const clerkNames = (windows) => [...new Set(windows.map((one) => nameOf(one.clerk)).filter(Boolean))].join(t("advice.and"));

/** @param {string | null} until */
export const untilWords = (until) => (until ? t("advice.until_time", { time: timeOf(until) }) : t("advice.until_undone"));

/** @param {number} seconds @returns {number} whole minutes */
export const minutesOf = (seconds) => Math.round(seconds / 60);
