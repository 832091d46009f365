/**
 * What a board knows: the snapshot of GET …/board, carried forward by one event at a time. No page and no network in here.
 * Everything is bounded: windows and businesses are the hall's, calls are the latest KEPT_CALLS.
 */

export const KEPT_CALLS = 300; // more than the windows of the largest hall: no call that is still open is forgotten

/**
 * @typedef {"called" | "serving" | "finished" | "missed" | "held" | "moved"} CallState
 * @typedef {{id: number, ticket: string, window: number, zone: string, at: string, recalls: number, state: CallState, matters: boolean, unshown: boolean, order: number}} Call
 *   unshown: it was missed in a break and has not been on the screen yet; order: later calls and recalls have the larger one
 * @typedef {{number: number, label: string | null, zone: string, kind: string, state: string, ticket: string | null, clerk: {name: string, badge: string} | null, businesses: string[]}} Window
 * @typedef {{code: string, name: string, name_en: string, count: number}} Line
 */

/**
 * @param {{zone?: string | null, window?: number | null}} [only] a zone's board and a window's screen keep nothing else
 */
export function createModel({ zone = null, window: only = null } = {}) {
  let order = 0;
  const model = {
    hall: { name: "", name_en: "" },
    day: "",
    /** @type {Map<string, {code: string, name: string, name_en: string}>} */
    zones: new Map(),
    /** @type {Map<number, Window>} */
    windows: new Map(),
    /** @type {Map<string, Line>} */
    lines: new Map(),
    /** @type {Call[]} the latest first */
    calls: [],
    load,
    apply,
    waiting,
    call: (/** @type {number} */ id) => model.calls.find((one) => one.id === id),
  };
  const concerns = (/** @type {{zone?: string, number?: number, window?: number}} */ one) =>
    (zone === null || one.zone === zone) && (only === null || (one.number ?? one.window) === only);

  /**
   * @param {any} told the snapshot
   * @returns {Call[]} open calls that were not known before, the first call first; none when there was no picture yet
   */
  function load(told) {
    const first = model.day === "";
    const before = new Map(model.calls.map((one) => [one.id, one]));
    model.hall = told.hall;
    model.day = told.day;
    model.zones = new Map(told.zones.map((/** @type {any} */ one) => [one.code, one]));
    model.windows = new Map(told.windows.filter(concerns).map((/** @type {any} */ one) => [one.number, { ...one }]));
    model.lines = new Map(told.waiting.map((/** @type {any} */ one) => [one.business, { code: one.business, ...one }]));
    const cards = told.calls.filter(concerns).slice(0, KEPT_CALLS);
    cards.sort((/** @type {any} */ a, /** @type {any} */ b) => (a.latest_at < b.latest_at ? -1 : 1));
    const added = [];
    model.calls = [];
    for (const card of cards) {
      const known = before.get(card.call_id);
      const call = {
        id: card.call_id,
        ticket: card.ticket,
        window: card.window,
        zone: card.zone,
        at: card.latest_at,
        recalls: card.recalls,
        state: callState(card.state),
        matters: card.matters,
        unshown: known ? known.unshown : !first && card.matters,
        order: ++order,
      };
      model.calls.unshift(call);
      if (card.matters && (!known || known.recalls < card.recalls) && !first) added.push(call);
    }
    return added;
  }

  /**
   * @param {any} event
   * @param {boolean} late it was missed as it happened
   * @returns {{call?: Call, renew?: boolean}} call: somebody was called (again); renew: the event says too little, a snapshot is needed
   */
  function apply(event, late) {
    const window = model.windows.get(event.window);
    switch (event.type) {
      case "ticket_issued":
      case "ticket_returned":
      case "ticket_waiting":
        count(event.business, 1);
        return {};
      case "ticket_called":
        if (!event.held) count(event.business, -1);
        settle(event.ticket, "moved");
        stand(window, "called", event.ticket);
        // made on paper and entered afterwards: nobody is called now
        return concerns(event) && !event.happened_at ? { call: enter(event, late) } : {};
      case "ticket_recalled":
        return { call: again(event, late) };
      case "ticket_started":
        settle(event.ticket, "serving");
        stand(window, "serving", event.ticket);
        return {};
      case "ticket_finished":
        settle(event.ticket, "finished");
        stand(window, "idle");
        return {};
      case "ticket_missed":
        settle(event.ticket, "missed");
        stand(window, "idle");
        return {};
      case "ticket_held":
        settle(event.ticket, "held");
        stand(window, "idle");
        return {};
      case "ticket_transferred":
        if (event.from_state === "waiting") count(event.business, -1);
        count(event.to_business, 1);
        settle(event.ticket, "moved");
        if (window?.ticket === event.ticket) stand(window, "idle");
        return {};
      case "ticket_cancelled":
        count(event.business, -1);
        return {};
      case "window_signed_in":
        if (window) Object.assign(window, { state: "paused", ticket: null, clerk: { name: event.clerk_name, badge: event.badge } });
        return {};
      case "window_opened":
        if (window && !window.ticket) stand(window, "idle");
        return {};
      case "window_paused":
        stand(window, "paused");
        return {};
      case "window_signed_out":
      case "window_closed":
        stand(window, "closed");
        if (window) window.clerk = null;
        return {};
      case "window_businesses_changed":
        if (window) window.businesses = event.businesses;
        return {};
      case "ticket_expired": // of which day it does not say
      case "hall_configured":
        return { renew: true };
      default:
        return {};
    }
  }

  /** @param {string} code @param {number} change */
  function count(code, change) {
    const line = model.lines.get(code);
    if (line) line.count = Math.max(0, line.count + change);
  }

  /** @param {Window | undefined} window @param {string} state @param {string | null} [ticket] */
  function stand(window, state, ticket = null) {
    if (window) Object.assign(window, { state, ticket });
  }

  /** The ticket's open call is over. @param {string} ticket @param {CallState} state */
  function settle(ticket, state) {
    const call = model.calls.find((one) => one.ticket === ticket);
    if (!call) return;
    call.matters = false;
    if (call.state === "called" || call.state === "serving") call.state = state;
  }

  function enter(event, late) {
    const { call_id: id, ticket, window, zone: at, at: moment } = event;
    const call = { id, ticket, window, zone: at, at: moment, recalls: 0, state: /** @type {CallState} */ ("called"), matters: true, unshown: late, order: ++order };
    model.calls.unshift(call);
    if (model.calls.length > KEPT_CALLS) model.calls.length = KEPT_CALLS;
    return call;
  }

  function again(event, late) {
    const call = model.calls.find((one) => one.id === event.call_id);
    if (!call) return undefined;
    Object.assign(call, { recalls: event.recalls, at: event.at, order: ++order, unshown: call.unshown || late });
    model.calls = [call, ...model.calls.filter((one) => one !== call)];
    return call;
  }

  /** @returns {Line[]} of a zone's board: the businesses its windows serve */
  function waiting() {
    const lines = [...model.lines.values()];
    if (zone === null) return lines;
    const served = new Set([...model.windows.values()].flatMap((one) => one.businesses));
    return lines.filter((one) => served.has(one.code));
  }

  return model;
}

/** @param {string | null} state a step's state, or null when the ticket was called elsewhere since @returns {CallState} */
function callState(state) {
  if (state === "called" || state === "serving" || state === "finished" || state === "missed" || state === "held") return state;
  return "moved";
}
