/** How an event of the queue changes what a waiting visitor sees, without asking the server: plain values in, plain values out. */

/** @typedef {{id: number, state: string, business: {code: string} | null, queued_at: string, ahead: number | null}} Ticket */

const LEAVES = new Set(["ticket_called", "ticket_cancelled"]);
const COMES = new Set(["ticket_issued", "ticket_waiting", "ticket_transferred", "ticket_returned"]);

/**
 * @param {Ticket} ticket
 * @param {any} event
 * @returns {"own" | number} "own": something happened to this ticket itself; else how many more (or fewer) people are now ahead
 */
export function effectOf(ticket, event) {
  if (event.ticket_id === ticket.id) return "own";
  if (ticket.state !== "waiting" || !event.queued_at) return 0;
  const line = event.type === "ticket_transferred" ? event.to_business : event.business;
  if (line !== ticket.business?.code || !isBefore(event, ticket)) return 0;
  if (LEAVES.has(event.type)) return event.held ? 0 : -1; // a held visitor who is called back did not stand in the line
  return COMES.has(event.type) ? 1 : 0;
}

/** Lines are ordered by arrival, then by number; who comes back after being missed stands behind an equal arrival. */
function isBefore(event, ticket) {
  if (event.queued_at !== ticket.queued_at) return event.queued_at < ticket.queued_at;
  return event.type !== "ticket_returned" && event.ticket_id < ticket.id;
}

/** @param {number[]} numbers in order @returns {Array<[number, number]>} [3, 4, 5, 8] as [[3, 5], [8, 8]] */
export function rangesOf(numbers) {
  /** @type {Array<[number, number]>} */
  const ranges = [];
  for (const number of numbers) {
    const last = ranges[ranges.length - 1];
    if (last && number === last[1] + 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges;
}
