/** What the desk asks before a verb: a reason, a note, which number. Each answers with the request's body, or null when the clerk thought better of it. */
import { secondsSince, durationOf } from "./clock.js";
import { choose, confirm, prompt } from "./dialog.js";
import { toast } from "./toast.js";
import { nameOf, t } from "./words.js";

const REASONS = [
  ["rest", "moon"],
  ["meal", "food"],
  ["meeting", "users"],
  ["papers", "paper"],
  ["fault", "warning"],
];
const OWN_WORDS = "own";
const LONGEST_REASON = 100;
const LONGEST_NOTE = 300;

/** @returns {Promise<{reason: string} | null>} a word of the list or the clerk's own words */
export async function askPause() {
  const choices = REASONS.map(([value, icon]) => ({ value, icon, label: t(`pause_reason.${value}`) }));
  const reason = await choose({ title: t("clerk.pause_title"), text: t("clerk.pause_text"), choices: [...choices, { value: OWN_WORDS, icon: "edit", label: t("clerk.pause_own") }] });
  if (reason !== OWN_WORDS) return reason ? { reason } : null;
  const words = await prompt({ title: t("clerk.pause_title"), label: t("clerk.pause_own_label"), required: true, confirm: t("clerk.key_pause") });
  return words ? { reason: words.slice(0, LONGEST_REASON) } : null;
}

/** @param {string} label @returns {Promise<{note?: string} | null>} */
export async function askHold(label) {
  const note = await prompt({ title: t("clerk.hold_title", { label }), label: t("clerk.hold_note"), hint: t("clerk.hold_hint"), confirm: t("clerk.key_hold") });
  if (note === null) return null;
  return note ? { note: note.slice(0, LONGEST_NOTE) } : {};
}

/**
 * @param {{desk: any, situation: string, reachable: boolean}} state
 * @param {any} [chosen] a number that was pointed at; without one the clerk is asked which
 * @returns {Promise<{ticket: number, finish_current?: boolean} | null>}
 */
export async function askCall({ desk, situation, reachable }, chosen) {
  if (!reachable) return say("clerk.away");
  if (situation === "called") return say("clerk.next_called", { label: desk.ticket.label });
  if (situation === "paused") return say("clerk.call_paused");
  if (!desk.waiting.next.length) return say("clerk.nobody_waits_sentence");
  const one = chosen ?? (await choose({ title: t("clerk.choose_ticket"), text: t("clerk.choose_ticket_text"), choices: desk.waiting.next.map(choiceOf) }));
  if (!one) return null;
  const serving = situation === "serving";
  const sure = await confirm({
    title: t("clerk.call_title", { label: one.label }),
    text: t(serving ? "clerk.call_text_finishes" : "clerk.call_text", { label: desk.ticket?.label ?? "" }),
    confirm: t("clerk.call_confirm", { label: one.label }),
  });
  return sure ? { ticket: one.id, ...(serving ? { finish_current: true } : {}) } : null;
}

/** @param {{desk: any, situation: string, reachable: boolean}} state @param {any} [chosen] @returns {Promise<{ticket: number} | null>} */
export async function askResume({ desk, situation, reachable }, chosen) {
  if (!reachable) return say("clerk.away");
  if (!desk.held.length) return say("clerk.nobody_held");
  if (situation === "called" || situation === "serving") return say("clerk.why_holds_resume", { label: desk.ticket.label });
  if (situation === "paused") return say("clerk.call_paused");
  const one = chosen ?? (await choose({ title: t("clerk.resume_title"), choices: desk.held.map(choiceOf) }));
  return one ? { ticket: one.id } : null;
}

/** @param {{desk: any, reachable: boolean}} state @param {any} [chosen] @returns {Promise<{ticket: number, label: string} | null>} */
export async function askReturn({ desk, reachable }, chosen) {
  if (!reachable) return say("clerk.away");
  if (!desk.missed.length) return say("clerk.nobody_missed");
  if (desk.rules.missed_return === "new_number") return say("clerk.new_number");
  const one = chosen ?? (await choose({ title: t("clerk.return_title"), choices: desk.missed.map(choiceOf) }));
  return one ? { ticket: one.id, label: one.label } : null;
}

/** @param {any} one */
function choiceOf(one) {
  const kind = one.visitor_class === "ordinary" ? [] : [t(`visitor_class.${one.visitor_class}`)];
  const business = nameOf({ name: one.business_name, name_en: one.business_name_en });
  return { value: one, label: one.label, note: [business, ...kind, one.note || t("clerk.waited", { time: durationOf(secondsSince(one.queued_at)) })].join(" · ") };
}

/** Why nothing is asked. @param {string} key @param {Record<string, string | number>} [values] @returns {null} */
function say(key, values) {
  toast(t(key, values), { seconds: 4 });
  return null;
}
