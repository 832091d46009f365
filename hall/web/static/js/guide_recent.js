/** The numbers this guide gave out today; each event of the hall brings their states up to date. */
import { get } from "./api.js";
import { timeOf } from "./clock.js";
import { find, h, icon, renderList, setText } from "./dom.js";
import { nameOf, t } from "./words.js";
import { chip, classTag } from "./guide_ticket.js";

/** @type {Record<string, string>} */
const STATE_AFTER = { ticket_issued: "waiting", ticket_called: "called", ticket_recalled: "called", ticket_started: "serving", ticket_finished: "finished", ticket_missed: "missed", ticket_returned: "waiting", ticket_held: "held", ticket_transferred: "waiting", ticket_waiting: "waiting", ticket_cancelled: "cancelled", ticket_expired: "expired" };

/** @param {{hall: string, report: (problem: any) => void, onOpen: (id: number) => void}} options */
export function makeRecent({ hall, report, onOpen }) {
  const list = find("#recent");
  /** @type {any[]} */
  let tickets = [];

  async function load() {
    try {
      tickets = /** @type {any} */ (await get(`/halls/${hall}/desk/tickets`)).tickets;
      draw();
    } catch (problem) {
      report(problem);
    }
  }

  function draw() {
    setText(find("#recent-count"), tickets.length);
    renderList(
      list,
      tickets,
      (one) => `${one.id} ${one.state} ${one.visitor_class}`,
      (one) =>
        h(
          "li",
          null,
          h("button.list-row", { type: "button", onclick: () => onOpen(one.id) }, h("span.ticket-number.s", { text: one.label }), h("span.row-text", null, h("span.row-title", { text: nameOf(one.business) }), h("span.row-note", { text: timeOf(one.arrived_at) })), classTag(one.visitor_class), chip(one.state)),
        ),
      () => {},
      () => h("li.empty", null, icon("inbox"), h("p.empty-title", { text: t("guide.none_yet") }), h("p", { text: t("guide.none_yet_note") })),
    );
  }

  return {
    load,
    /** @param {any} event */
    heard(event) {
      const one = tickets.find((ticket) => ticket.id === event.ticket_id);
      if (!one) return;
      if (event.type === "ticket_reclassified") one.visitor_class = event.visitor_class;
      one.state = STATE_AFTER[event.type] ?? one.state;
      draw();
    },
  };
}
