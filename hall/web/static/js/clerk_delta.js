/** What waits for this window, carried forward by single events of the hall, so that no event needs a new snapshot at once. Pure. */

const SHOWN_NEXT = 8;
const COMES = new Set(["ticket_issued", "ticket_returned", "ticket_waiting", "ticket_transferred"]);
const GOES = new Set(["ticket_called", "ticket_cancelled", "ticket_expired", "ticket_transferred"]);

/**
 * @param {any} desk the snapshot; its waiting part is changed
 * @param {any} event as Socket.IO brings it
 * @returns {boolean} whether it concerned what waits here
 */
export function applyToWaiting(desk, event) {
  const mine = (/** @type {string | undefined} */ business) => Boolean(business) && desk.callable.includes(business);
  let concerns = false;
  const waited = event.from_state ? event.from_state === "waiting" : !event.held;
  if (GOES.has(event.type) && mine(event.business)) {
    concerns = true;
    if (waited) leave(desk.waiting, event);
  }
  const to = event.to_business ?? event.business;
  const sentHere = event.to_window === desk.window.number;
  if (COMES.has(event.type) && (sentHere || (mine(to) && !event.to_window))) {
    concerns = true;
    come(desk, event, to, sentHere);
  }
  return concerns || (event.type === "ticket_reclassified" && mine(event.business));
}

/** @param {any} desk @param {any} event @param {string} business @param {boolean} pinned */
function come(desk, event, business, pinned) {
  const waiting = desk.waiting;
  if (waiting.next.some((/** @type {any} */ one) => one.id === event.ticket_id)) return;
  const named = desk.window.businesses.find((/** @type {any} */ one) => one.code === business);
  const line = { business, business_name: named?.name ?? "", business_name_en: named?.name_en, visitor_class: event.visitor_class };
  const same = waiting.lines.find((/** @type {any} */ one) => one.business === business && one.visitor_class === event.visitor_class);
  waiting.total += 1;
  if (!same) waiting.lines.push({ ...line, count: 1, since: event.queued_at });
  else {
    same.count += 1;
    if (event.queued_at < same.since) same.since = event.queued_at;
  }
  if (waiting.next.length < SHOWN_NEXT) waiting.next.push({ ...line, id: event.ticket_id, label: event.ticket, queued_at: event.queued_at, pinned });
}

/** @param {any} waiting @param {any} event */
function leave(waiting, event) {
  const known = waiting.next.find((/** @type {any} */ one) => one.id === event.ticket_id);
  const visitorClass = event.visitor_class ?? known?.visitor_class;
  waiting.next = waiting.next.filter((/** @type {any} */ one) => one !== known);
  const line = waiting.lines.find((/** @type {any} */ one) => one.business === event.business && one.visitor_class === visitorClass && one.count > 0);
  if (!line) return; // the next snapshot knows
  line.count -= 1;
  if (event.queued_at === line.since) {
    const others = waiting.next.filter((/** @type {any} */ one) => one.business === line.business && one.visitor_class === line.visitor_class);
    line.since = others.map((/** @type {any} */ one) => one.queued_at).sort()[0] ?? line.since;
  }
  waiting.total = Math.max(0, waiting.total - 1);
  waiting.lines = waiting.lines.filter((/** @type {any} */ one) => one.count > 0);
}
