/**
 * Calling by the printed numbers while the server is away. What was waiting at last sight, and what the clerk called, when, and how it ended, stand in
 * this browser until the server is back; then they are entered, each once, and whatever does not fit is said in words. clerk_desk.js shows this list's
 * desk instead of the server's as long as it is `on`; nothing of it is ever shown as done.
 */
import { newKey, post } from "./api.js";
import { now, timeOf } from "./clock.js";
import { ask, prompt } from "./dialog.js";
import { find, h, renderList, setText } from "./dom.js";
import { t } from "./words.js";

const MOST_AT_ONCE = 100;
const MOST_LETTERS = 16;
const OVER = new Set(["finished", "missed"]);

/** The verbs that a paper list knows; the others wait for the server. */
export const ON_PAPER = new Set(["next", "start", "missed", "finish"]);

/**
 * @typedef {{key: string, window: number, number: string, outcome: "called" | "serving" | "finished" | "missed", called_at: string, started_at: string | null,
 *   ended_at: string | null, seen?: string}} Entry seen: the state that the server knew before it went
 */

/** @param {{hall: string, number: number, account: number}} options */
export function paperList({ hall, number, account }) {
  const kept = keeper(hall, account);
  /** @type {any} the server's last picture */
  let last = null;
  let on = false;

  const mine = () => kept.all().filter((one) => one.window === number);
  const present = () => mine().find((one) => !OVER.has(one.outcome)) ?? null;
  const moment = () => new Date(now()).toISOString();

  /** @param {any} desk the server's last picture */
  function begin(desk) {
    last = desk;
    on = true;
    if (desk.ticket && !mine().some((one) => one.number === desk.ticket.label)) {
      const { label, state, latest_call_at: calledAt, started_at: startedAt } = desk.ticket;
      kept.put({ key: newKey(), window: number, number: label, outcome: state, called_at: calledAt ?? moment(), started_at: startedAt ?? null, ended_at: null, seen: state });
    }
  }

  /** Who waits by the last sight and was not called since. */
  /** @returns {any[]} */
  const waiting = () => last.waiting.next.filter((/** @type {any} */ one) => !kept.all().some((each) => each.number === one.label));

  /** The desk as the paper has it, in the shape of the server's. */
  function desk() {
    const one = present();
    const next = waiting();
    return {
      ...last,
      window: { ...last.window, state: "open", ready_since: null, pause_reason: null },
      ticket: one && { id: -1, label: one.number, state: one.outcome, visitor_class: "ordinary", steps: [], calls: [], partial: true, latest_call_at: one.called_at, started_at: one.started_at, recalls: 0 },
      guards: one && { missed_after_at: new Date(Date.parse(one.called_at) + last.rules.missed_after_seconds * 1000).toISOString(), recalls_left: 0 },
      waiting: { next, total: next.length, lines: last.waiting.lines.map((/** @type {any} */ line) => ({ ...line, count: next.filter((one) => isOf(line, one)).length })).filter((/** @type {any} */ line) => line.count) },
    };
  }

  /** @param {any} line @param {any} one somebody who waits */
  const isOf = (line, one) => one.business === line.business && one.visitor_class === line.visitor_class;

  /** @param {string} verb @param {any} [body] @returns {Promise<boolean>} */
  async function act(verb, body = {}) {
    const one = present();
    if (verb === "call") {
      const label = body.number ?? waiting()[0]?.label ?? (await askNumber());
      if (!label) return false;
      if (one) end(one, "finished");
      kept.put({ key: newKey(), window: number, number: label, outcome: "called", called_at: moment(), started_at: null, ended_at: null });
    } else if (!one) return false;
    else if (verb === "start") kept.put({ ...one, outcome: "serving", started_at: moment() });
    else if (verb === "finish") end(one, "finished");
    else if (verb === "missed") end(one, "missed");
    else return false;
    return true;
  }

  /** @param {Entry} one @param {"finished" | "missed"} outcome */
  const end = (one, outcome) => kept.put({ ...one, outcome, ended_at: moment() });

  /** @returns {Promise<string | null>} what is printed on the paper that was typed */
  async function askNumber() {
    const typed = await prompt({ title: t("clerk.paper_number"), label: t("clerk.paper_number_label"), hint: t("clerk.paper_number_hint"), required: true, confirm: t("clerk.paper_call") });
    return typed ? typed.replace(/\s/g, "").toUpperCase().slice(0, MOST_LETTERS) : null;
  }

  /** What was written, beside the desk. */
  function draw() {
    const entries = mine();
    find("#paper").hidden = !on;
    find("#desk").classList.toggle("on-paper", on);
    setText(find("#paper-count"), t("clerk.paper_count", { count: entries.filter(changed).length }));
    renderList(find("#paper-list"), entries, (one) => `${one.key} ${one.outcome}`, rowOf);
  }

  return {
    begin,
    desk,
    act,
    askNumber,
    draw,
    get on() {
      return on;
    },
    get waits() {
      return kept.all().some(changed);
    },
    /** The server is there: everything is entered, or all of it stays here. @throws {import("./api.js").Problem} */
    async enter() {
      await enterPaper(hall, account);
      on = false;
    },
    leave() {
      on = false;
    },
  };
}

/**
 * Enters whatever this browser still has of a clerk's paper, window by window, in its order; what does not fit is told.
 * @param {string} hall @param {number} account
 */
export async function enterPaper(hall, account) {
  const kept = keeper(hall, account);
  /** @type {Array<{number: string, detail: string}>} */
  const conflicts = [];
  kept.drop(kept.all().filter((one) => !changed(one)));
  while (kept.all().length) {
    const [first] = kept.all();
    const batch = kept.all().filter((one) => one.window === first.window).slice(0, MOST_AT_ONCE);
    const calls = batch.map(({ key, number, outcome, called_at, started_at, ended_at }) => ({ key, number, outcome, called_at, started_at, ended_at }));
    const answer = /** @type {any} */ (await post(`/halls/${hall}/windows/${first.window}/paper`, { calls }, { retries: 0 }));
    for (const told of answer.calls) {
      const one = batch.find((each) => each.key === told.key);
      if (told.state !== "done") conflicts.push({ number: one?.number ?? "", detail: told.state === "waiting" ? t("clerk.paper_waits") : told.detail });
    }
    kept.drop(batch);
  }
  if (conflicts.length) tell(conflicts);
}

/** @param {Array<{number: string, detail: string}>} conflicts */
function tell(conflicts) {
  ask({
    title: t("clerk.paper_conflicts"),
    body: [h("p.muted", { text: t("clerk.paper_conflicts_note") }), h("ul.list", { id: "paper-conflicts" }, conflicts.map((one) => h("li.paper-row", null, !one.detail.includes(one.number) && h("b.num", { text: one.number }), h("span", { text: one.detail }))))],
    actions: [{ label: t("action.ok"), value: true }],
  });
}

/** @param {Entry} one */
function rowOf(one) {
  const at = one.ended_at ?? one.started_at ?? one.called_at;
  return h("li.paper-row", { data: { state: one.outcome } }, h("b.num", { text: one.number }), h("span", { text: t(`ticket_state.${one.outcome}`) }), h("time.num", { datetime: at, text: timeOf(at) }));
}

/** @param {Entry} one whether the server does not know it all yet */
const changed = (one) => one.outcome !== one.seen;

/** The paper of one clerk of one hall, in this browser; where it keeps nothing, as long as the page is open. @param {string} hall @param {number} account */
function keeper(hall, account) {
  const name = `clerk.paper.${hall}.${account}`;
  /** @returns {Entry[]} */
  const all = () => {
    try {
      memory = JSON.parse(localStorage.getItem(name) ?? "[]");
    } catch {
      // what cannot be read back stays as this page knows it
    }
    return memory;
  };
  /** @param {Entry[]} entries */
  const write = (entries) => {
    memory = entries;
    try {
      localStorage.setItem(name, JSON.stringify(entries));
    } catch {
      // the page itself remembers
    }
  };
  return {
    all,
    /** @param {Entry} entry */
    put: (entry) => write(all().some((one) => one.key === entry.key) ? all().map((one) => (one.key === entry.key ? entry : one)) : [...all(), entry]),
    /** @param {Entry[]} entries */
    drop: (entries) => write(all().filter((one) => !entries.some((each) => each.key === one.key && each.outcome === one.outcome))),
  };
}

/** @type {Entry[]} */
let memory = [];
