/** The moves of windows that were applied, from advice or from a plan: who, until when, how each window stands, longer, undo. For advice.js and what_if_apply.js. */
import { sentencesOf, untilWords } from "./advice_words.js";
import { now, timeOf } from "./clock.js";
import { fill, find, h, icon, renderList, setText } from "./dom.js";
import { guard } from "./guard.js";
import { nameOf, t } from "./words.js";

const LONGER_MS = 15 * 60_000;
/** States of a window that is as before again, or as somebody set it since. */
const SETTLED = new Set(["reverted", "replaced", "withdrawn", "left"]);
/** Moves after which the clerk has to come back. */
const AWAY = new Set(["close", "pause"]);
const SIGNS = { asked: "bell", waiting: "hourglass", reverting: "hourglass", done: "check-circle", declined: "close-circle", expired: "close-circle" };

/**
 * @param {HTMLElement} list
 * @param {any[]} adjustments as GET …/advice has them
 * @param {{send: (verb: string, body?: object) => Promise<any>, refuse: (problem: any) => void}} does
 */
export function drawApplied(list, adjustments, { send, refuse }) {
  renderList(list, adjustments, (one) => one.id, make, update);

  /** @param {any} adjustment */
  function make({ id }) {
    const undo = h("button.button", { type: "button", data: { do: "undo" } }, icon("return"), h("span", { text: t("advice.undo") }));
    const longer = h("button.button", { type: "button", data: { do: "longer" } }, icon("clock"), h("span", { text: t("advice.longer_15") }));
    const row = h("li.advice-item.advice-done", null, h("div.advice-words", null, h("p.advice-what"), h("p.advice-who"), h("ul.advice-windows")), h("div.buttons.advice-buttons", null, longer, undo));
    guard(undo, () => send(`/adjustments/${id}/undo`), { onProblem: refuse });
    guard(longer, () => send(`/adjustments/${id}/until`, { until: new Date(Math.max(now(), Date.parse(row.dataset.until ?? "") || now()) + LONGER_MS).toISOString() }), { onProblem: refuse });
    return row;
  }

  /** @param {HTMLElement} row @param {any} adjustment */
  function update(row, { windows, ended_at, undone_at, undone_by, applied_at, applied_by, until }) {
    const what = sentencesOf(windows);
    setText(find(".advice-what", row), what);
    const made = t("advice.applied_by", { name: nameOf(applied_by), time: timeOf(applied_at) });
    const end = undone_at ? t("advice.undone_by", { name: nameOf(undone_by), time: timeOf(undone_at) }) : ended_at ? t("advice.ended", { time: timeOf(ended_at) }) : untilWords(until);
    setText(find(".advice-who", row), [made, end].join(t("advice.comma")));
    fill(find(".advice-windows", row), windows.map((/** @type {any} */ one) => chipOf(one)));
    const over = Boolean(undone_at || ended_at) || (until && Date.parse(until) <= now());
    row.dataset.over = String(over);
    row.dataset.until = until ?? "";
    find(".advice-buttons", row).hidden = over;
    find('[data-do="longer"]', row).hidden = !until;
    for (const button of row.querySelectorAll("button")) button.setAttribute("aria-label", `${button.textContent}: ${what}`);
  }
}

/** How one window of an adjustment stands. @param {any} window */
function chipOf({ kind, state, number, clerk }) {
  const back = AWAY.has(kind) && ["asked", "declined", "expired"].includes(state) ? "_back" : "";
  const words = t(`advice.state_${SETTLED.has(state) ? "over" : state}${back}`, { number, who: nameOf(clerk) });
  return h("li.advice-chip", { data: { state } }, icon(SIGNS[state] ?? "return"), h("span", { text: words }));
}
