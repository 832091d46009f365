/** The number, so large that nobody needs paper: who is ahead, where to wait, the QR of the visitor's own page, and how the printing goes. */
import { get, post } from "/static/js/api.js";
import { h, icon, setText } from "/static/js/dom.js";
import { rangeOf } from "/static/js/waits.js";
import { nameOf, t } from "/static/js/words.js";
import { heading, notice } from "./parts.js";

const ASK_MS = 600;

/** @param {any} place @param {import("./kiosk.js").Kiosk} kiosk */
export function result(place, kiosk) {
  const { ticket } = place;
  const called = Boolean(ticket.called_to);
  const number = h("p.ticket-number.kiosk-number", { text: ticket.label, data: { length: ticket.label.length } });
  const stub = h(
    "section.stub.kiosk-stub",
    { "aria-label": t("kiosk.your_number") },
    h("div.stack.gap-3.center", null, h("h1.kiosk-over", { tabIndex: -1, "aria-label": t("kiosk.your_number_is", { label: ticket.label }), text: t("kiosk.your_number") }), number, ...whatFor(place), classTag(ticket.visitor_class)),
    h("div.stack.gap-3.center", { data: { state: called ? "called" : "waiting" } }, called ? goNow(ticket) : waitFor(ticket)),
  );
  const paper = h("div.kiosk-paper", { role: "status" });
  const aside = h(
    "section.card.kiosk-aside",
    null,
    h("div.qr", null, h("img", { src: `/halls/${kiosk.hall}/kiosk/qr/${encodeURIComponent(ticket.secret)}.svg`, alt: t("kiosk.qr") })),
    h("div.stack.gap-3", null, h("h2.kiosk-section", { text: t("kiosk.qr") }), h("p", { text: t(ticket.ahead === null ? "kiosk.alone.qr_note" : "kiosk.qr_note") })),
  );
  const stopPrinting = followPrinting(place, kiosk, paper);
  const done = countdown(kiosk);
  return {
    body: [h("div.kiosk-result", null, stub, h("div.stack", null, paper, aside))],
    action: done.element,
    still: true,
    last: true,
    touched: done.restart,
    leave() {
      stopPrinting();
      done.stop();
    },
  };
}

/** @param {any} place */
function whatFor({ item, ticket }) {
  const business = nameOf(ticket.business);
  const name = item ? nameOf(item) : business;
  return [h("p.kiosk-for", { text: name }), name !== business && h("p.muted", { text: business })];
}

/** @param {string} visitorClass */
function classTag(visitorClass) {
  return visitorClass !== "ordinary" && h("p", null, h("span.tag.kiosk-class", { data: { class: visitorClass } }, icon(visitorClass === "elderly" ? "elderly" : "calendar-check"), h("span", { text: t(`visitor_class.${visitorClass}`) })));
}

/** @param {any} ticket */
function goNow(ticket) {
  return [h("p.kiosk-go", null, icon("bell"), h("span", { text: t("kiosk.go_to_window", { number: ticket.called_to }) })), h("p.large", { text: t("kiosk.go_to_window_note") })];
}

/** @param {any} ticket */
function waitFor(ticket) {
  const alone = ticket.ahead === null; // given out by this kiosk itself: nobody here knows the line
  const range = rangeOf(ticket.wait_range);
  const zones = ticket.zones.map(nameOf).join(t("kiosk.and"));
  return [
    h("p.kiosk-ahead", { text: alone ? t("kiosk.alone.ahead_unknown") : ticket.ahead ? t("wait.ahead", { count: ticket.ahead }) : t("wait.none_ahead") }),
    h("p.large", { text: alone ? t("kiosk.alone.wait_unknown") : range ? t("kiosk.wait", { range }) : t("kiosk.wait_unknown") }),
    zones && h("p.kiosk-where", null, icon("pin"), h("span", { text: t("kiosk.wait_at", { zones }) })),
    ticket.windows.length > 0 && ticket.windows.length <= 12 && h("p.muted.kiosk-windows", { text: t("kiosk.windows", { numbers: ticket.windows.join(t("kiosk.comma")) }) }),
  ].filter(Boolean);
}

/** Printing, printed, or not: then the number and its QR are enough. @param {any} place @param {import("./kiosk.js").Kiosk} kiosk @param {HTMLElement} paper */
function followPrinting(place, kiosk, paper) {
  let stopped = false;
  let timer = 0;
  let shown = "";
  const draw = (/** @type {string} */ state) => {
    if (state === shown) return;
    shown = state;
    if (state === "printing") paper.replaceChildren(notice("info", t("kiosk.printing"), t("kiosk.printing_note")));
    else if (state === "printed") paper.replaceChildren(notice("ok", t("kiosk.printed"), t("kiosk.printed_note")));
    else if (state === "none") paper.replaceChildren(notice("info", t("kiosk.no_paper"), t("kiosk.no_paper_note")));
    else paper.replaceChildren(notice("warning", t("kiosk.not_printed"), t("kiosk.not_printed_note"), h("p", null, again)));
  };
  const again = h("button.button", { type: "button", id: "print-again" }, icon("print"), h("span", { text: t("kiosk.print_again") }));
  again.addEventListener("click", async () => {
    draw("printing");
    try {
      place.job = /** @type {any} */ (await post(`/halls/${kiosk.hall}/tickets/${place.ticket.id}/reprint`)).print_job;
      ask();
    } catch {
      draw("failed");
    }
  });

  async function ask() {
    clearTimeout(timer);
    if (stopped) return;
    try {
      const job = /** @type {any} */ (await get(`/halls/${kiosk.hall}/kiosk/print-jobs/${place.job.id}`, { retries: 0 }));
      if (job.state === "printed") return draw("printed");
      draw(job.state === "failed" || job.error ? "failed" : "printing");
      if (job.state === "failed") return;
    } catch {
      draw("failed");
    }
    if (!stopped) timer = window.setTimeout(ask, ASK_MS);
  }
  if (place.job) {
    draw("printing");
    ask();
  } else draw("none");
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

/** "Done", counting down by itself; a touch starts the count anew. @param {import("./kiosk.js").Kiosk} kiosk */
export function countdown(kiosk) {
  let startedAt = Date.now();
  const left = h("span.num.kiosk-left");
  const element = h("button.button.primary.huge.kiosk-forward", { type: "button", id: "done", onclick: kiosk.home }, icon("check"), h("span", { text: t("kiosk.done") }), left);
  const draw = () => {
    const rest = Math.ceil(kiosk.idleSeconds() - (Date.now() - startedAt) / 1000);
    if (rest <= 0) return kiosk.home();
    setText(left, t("duration.seconds", { seconds: rest }));
  };
  const timer = setInterval(draw, 250);
  draw();
  return { element, stop: () => clearInterval(timer), restart: () => (startedAt = Date.now()) };
}

/** A ticket that was scanned: where it stands. @param {{secret: string}} place @param {import("./kiosk.js").Kiosk} kiosk */
export function visit(place, kiosk) {
  const body = h("div.kiosk-middle", null, h("span.kiosk-sign", null, h("span.spinner")));
  get(`/halls/${kiosk.hall}/visits/${encodeURIComponent(place.secret)}`).then((/** @type {any} */ answer) => {
    const { ticket } = answer;
    const parts =
      ticket.state === "waiting"
        ? waitFor(ticket)
        : [h("p.kiosk-ahead", { text: t(`ticket_state.${ticket.state}`) }), ticket.window && ["called", "serving"].includes(ticket.state) && h("p.large", { text: t("kiosk.go_to_window", { number: ticket.window.number }) }), ticket.state === "missed" && h("p.large", { text: t("kiosk.missed_note") })];
    body.replaceChildren(
      h(
        "section.stub.kiosk-stub",
        null,
        h("div.stack.gap-3.center", null, h("p.kiosk-over", { text: t("kiosk.your_number") }), h("p.ticket-number.kiosk-number", { text: ticket.label, data: { length: ticket.label.length } }), ticket.business && h("p.kiosk-for", { text: nameOf(ticket.business) })),
        h("div.stack.gap-3.center", { data: { state: ticket.state } }, parts.filter(Boolean)),
      ),
    );
    kiosk.measure();
  }, kiosk.fail);
  return { body: [heading(t("kiosk.scanned")), body] };
}
