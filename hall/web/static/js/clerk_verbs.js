/** What the keys of the desk do in each situation, and why one of them cannot be pressed now. Pure but for the clock and the words. */
import { now } from "./clock.js";
import { t } from "./words.js";

/**
 * @typedef {"closed" | "paused" | "idle" | "ready" | "called" | "serving"} Situation
 * @typedef {{on: boolean, note: string, why: string}} Key note: the small line on the key; why: the sentence when it is pressed all the same
 */

export const VERBS = ["start", "recall", "missed", "finish", "hold", "transfer", "pause", "sign-out"];

/** @param {any} desk the snapshot @param {number} account @returns {Situation} */
export function situationOf(desk, account) {
  if (!desk.clerk || desk.clerk.id !== account) return "closed";
  if (desk.ticket) return desk.ticket.state;
  if (desk.window.state !== "open") return desk.window.state;
  return desk.window.ready_since ? "ready" : "idle";
}

/**
 * The one big key: begin, call, or finish and call.
 * @param {any} desk @param {Situation} situation @param {boolean} reachable
 * @returns {Key & {label: string, verb: string, body: object}}
 */
export function nextKey(desk, situation, reachable) {
  const waiting = desk.waiting.total;
  const people = waiting ? t("wait.people", { count: waiting }) : t("clerk.nobody_waits");
  const label = desk.ticket?.label ?? "";
  const next = { on: reachable, label: t("clerk.key_next"), note: people, why: t("clerk.away"), verb: "call", body: {} };
  if (!reachable) next.note = t("clerk.away_short");
  if (situation === "paused") {
    const first = desk.window.pause_reason === "signed_in";
    Object.assign(next, { label: t(first ? "clerk.key_begin" : "clerk.key_go_on"), verb: "open" });
  } else if (situation === "serving") {
    Object.assign(next, { body: { finish_current: true } });
    if (reachable) next.note = t(waiting ? "clerk.next_finishes" : "clerk.next_finishes_only", { label, people });
  } else if (situation === "called") {
    Object.assign(next, { on: false, note: t("clerk.next_called_short"), why: t("clerk.next_called", { label }) });
  } else if (situation === "ready" && reachable && !waiting) next.note = t("clerk.next_ready");
  return next;
}

/**
 * @param {any} desk @param {Situation} situation @param {boolean} reachable
 * @returns {Record<string, Key>}
 */
export function keysOf(desk, situation, reachable) {
  const called = situation === "called";
  const serving = situation === "serving";
  const held = called || serving;
  const secondsLeft = desk.guards ? Math.ceil((Date.parse(desk.guards.missed_after_at) - now()) / 1000) : 0;
  const recallsLeft = desk.guards?.recalls_left ?? 0;
  const noTicket = t("clerk.why_no_ticket");
  const holds = t("clerk.why_holds", { label: desk.ticket?.label ?? "" });
  /** @type {Record<string, Key>} */
  const keys = {
    start: { on: called, note: "", why: serving ? t("clerk.why_started") : noTicket },
    recall: {
      on: called && recallsLeft > 0,
      note: called ? t("clerk.recalls_left", { count: recallsLeft }) : "",
      why: called ? t("clerk.why_no_recall") : serving ? t("clerk.why_started") : noTicket,
    },
    missed: {
      on: called && secondsLeft <= 0,
      note: called && secondsLeft > 0 ? t("clerk.missed_after", { seconds: secondsLeft }) : "",
      why: called ? t("clerk.why_too_soon", { seconds: Math.max(1, secondsLeft) }) : serving ? t("clerk.why_started") : noTicket,
    },
    finish: { on: serving, note: "", why: called ? t("clerk.why_not_started") : noTicket },
    hold: { on: held, note: "", why: noTicket },
    transfer: { on: held, note: "", why: noTicket },
    pause: { on: situation === "idle" || situation === "ready", note: "", why: held ? holds : t("clerk.why_paused") },
    "sign-out": { on: !held && situation !== "closed", note: "", why: holds },
  };
  if (!reachable) for (const key of Object.values(keys)) Object.assign(key, { on: false, why: t("clerk.away") });
  return keys;
}

/** @param {Situation} situation @returns {string} the key that the hand most likely wants: it carries the accent */
export const likelyKey = (situation) => (situation === "called" ? "start" : "next");
