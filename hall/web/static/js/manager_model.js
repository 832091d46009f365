/**
 * The hall as the manager's page knows it: the overview of GET …/overview, carried forward by events until the next one.
 * Plain values, no page.
 */

/** @typedef {{number: number, label: string, kind: string, zone: string, state: string, since: string, pause_reason: string | null, clerk: any, ticket: any}} Window */
/** @typedef {{code: string, name: string, name_en: string, prefix: string, zone: string | null, waiting: number, lines: any[], windows_open: number, windows: number[]}} Business */
/** @typedef {{seq: number, zones: any[], windows: Window[], businesses: Business[], today: any}} Overview */

export const STATES = { busy: ["called", "serving"], free: ["idle", "ready"], paused: ["paused"], closed: ["closed"] };
const NEAR = 0.8;

/** What an event does to the window it names. @type {Record<string, (event: any) => Partial<Window>>} */
const AT_WINDOW = {
  ticket_called: (event) => ({ state: "called", ticket: { label: event.ticket, business: event.business } }),
  ticket_started: (event) => ({ state: "serving", ticket: { label: event.ticket, business: event.business } }),
  ticket_finished: () => ({ state: "idle", ticket: null }),
  ticket_missed: () => ({ state: "idle", ticket: null }),
  ticket_held: () => ({ state: "idle", ticket: null }),
  ticket_transferred: () => ({ state: "idle", ticket: null }),
  window_signed_in: (event) => ({ state: "paused", clerk: { name: event.clerk_name, badge: event.badge }, pause_reason: "signed_in" }),
  window_signed_out: () => ({ state: "closed", clerk: null, pause_reason: null }),
  window_closed: () => ({ state: "closed", clerk: null, pause_reason: null }),
  window_paused: (event) => ({ state: "paused", pause_reason: event.reason ?? null }),
  window_opened: () => ({ state: "idle", pause_reason: null }),
  window_ready: () => ({ state: "ready" }),
};

/** How many more wait, in which business. @type {Record<string, (event: any) => Array<[string, number]>>} */
const IN_LINE = {
  ticket_issued: (event) => [[event.business, 1]],
  ticket_returned: (event) => [[event.business, 1]],
  ticket_waiting: (event) => [[event.business, 1]],
  ticket_called: (event) => (event.held ? [] : [[event.business, -1]]),
  ticket_cancelled: (event) => [[event.business, -1]],
  ticket_expired: (event) => (event.from_state === "waiting" ? [[event.business, -1]] : []),
  ticket_transferred: (event) => [[event.to_business, 1], ...(event.from_state === "waiting" ? [[event.business, -1]] : [])],
};

/** @param {Overview} hall @param {any} event @returns {Window | null} the window that changed */
export function applyEvent(hall, event) {
  const change = AT_WINDOW[event.type]?.(event);
  const window = (change && hall.windows.find((one) => one.number === event.window)) ?? null;
  if (window) Object.assign(window, change, { since: event.at });
  for (const [code, more] of IN_LINE[event.type]?.(event) ?? []) {
    const business = hall.businesses.find((one) => one.code === code);
    if (!business) continue;
    business.waiting = Math.max(0, business.waiting + more);
    if (business.waiting === 0) business.lines = [];
    hall.today.waiting = Math.max(0, hall.today.waiting + more);
  }
  if (event.type === "ticket_issued") hall.today.taken += 1;
  if (event.type === "ticket_finished") hall.today.served += 1;
  return window;
}

/**
 * The worst line of a queue against its promise.
 * @param {Business} business @param {number} now milliseconds
 * @returns {{standing: "ok" | "near" | "over" | "none", seconds: number, promise: number, ratio: number}} standing "none": nobody waits, or nobody knows yet since when
 */
export function standingOf(business, now) {
  /** @type {any} */
  let worst = { standing: "none", seconds: 0, promise: 0, ratio: 0 };
  for (const line of business.lines) {
    const seconds = Math.max(0, (now - Date.parse(line.since)) / 1000);
    const ratio = seconds / line.promise_seconds;
    if (ratio >= worst.ratio) worst = { standing: ratio >= 1 ? "over" : ratio >= NEAR ? "near" : "ok", seconds, promise: line.promise_seconds, ratio };
  }
  return worst;
}

/**
 * A zone's queue: everybody who waits for a business that is at home there, and the worst of their lines.
 * @param {Overview} hall @param {string} zone @param {number} now
 */
export function standingOfZone(hall, zone, now) {
  let waiting = 0;
  /** @type {ReturnType<typeof standingOf>} */
  let worst = { standing: "none", seconds: 0, promise: 0, ratio: 0 };
  for (const business of hall.businesses) {
    if (business.zone !== zone || !business.waiting) continue;
    waiting += business.waiting;
    const one = standingOf(business, now);
    if (one.standing !== "none" && (worst.standing === "none" || one.ratio > worst.ratio)) worst = one;
  }
  return { waiting, worst };
}

/** Which queues to show, the worst first. @param {Overview} hall @param {boolean} all @param {number} now */
export function queuesOf(hall, all, now) {
  const shown = hall.businesses.filter((one) => all || one.waiting > 0);
  const rank = new Map(shown.map((one) => [one, standingOf(one, now).ratio]));
  const stuck = (/** @type {Business} */ one) => Number(one.waiting > 0 && one.windows_open === 0); // nobody will ever call them
  return shown.sort((a, b) => stuck(b) - stuck(a) || (rank.get(b) ?? 0) - (rank.get(a) ?? 0) || b.waiting - a.waiting);
}

/**
 * @param {Window} window
 * @param {{show: string, words: string, numbers: Set<number> | null}} filter numbers: of a chosen business, or all
 */
export function isShown(window, { show, words, numbers }) {
  if (numbers && !numbers.has(window.number)) return false;
  if (show !== "all" && !STATES[show].includes(window.state)) return false;
  if (!words) return true;
  if (/^\d+$/.test(words)) return String(window.number).startsWith(words);
  const text = [window.label, window.label_en, window.clerk?.name, window.clerk?.name_en, window.clerk?.badge, window.ticket?.label].join(" ").toLowerCase();
  return text.includes(words.toLowerCase());
}

/** @param {Overview} hall @returns {Record<string, number>} how many windows in each group of STATES, and all */
export function countStates(hall) {
  /** @type {Record<string, number>} */
  const counts = { all: hall.windows.length };
  for (const [name, states] of Object.entries(STATES)) counts[name] = hall.windows.filter((one) => states.includes(one.state)).length;
  return counts;
}
