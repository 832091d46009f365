/** How one event of the hall changes the number of people waiting per business: kiosk and guide's desk keep their counts so, without asking again. */

/**
 * @param {any} event of live.js
 * @returns {Array<[string, number]>} business code and by how many more wait there
 */
export function waitingChanges(event) {
  switch (event.type) {
    case "ticket_issued":
    case "ticket_returned":
    case "ticket_waiting":
      return [[event.business, 1]];
    case "ticket_called":
      return event.held ? [] : [[event.business, -1]];
    case "ticket_cancelled":
      return [[event.business, -1]];
    case "ticket_expired":
      return event.from_state === "waiting" ? [[event.business, -1]] : [];
    case "ticket_transferred":
      return event.from_state === "waiting" ? [[event.business, -1], [event.to_business, 1]] : [[event.to_business, 1]];
    default:
      return [];
  }
}
