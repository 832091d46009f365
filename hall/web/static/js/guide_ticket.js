/** One ticket at the guide's desk: the one just issued, or one found by its number, with what may be done to it now. */
import { get, post } from "./api.js";
import { askBefore } from "./before_dialog.js";
import { timeOf } from "./clock.js";
import { choose, confirm } from "./dialog.js";
import { fill, find, h, icon } from "./dom.js";
import { guard } from "./guard.js";
import { toast } from "./toast.js";
import { rangeOrUnknown } from "./waits.js";
import { nameOf, t } from "./words.js";

const REASONS = ["disabled", "pregnant", "soldier", "child", "ill"];
const CLASS_ICONS = { elderly: "elderly", priority: "priority", appointment: "calendar-check" };
const STATE_ICONS = { waiting: "hourglass", called: "bell", serving: "window", held: "hold", missed: "missed", finished: "check-circle", cancelled: "cancel", expired: "clock", transferred: "transfer", returned: "return" };
const PRINT_ASK_MS = 800;

/** @param {string} state */
export const chip = (state) => h("span.chip", { data: { state } }, icon(/** @type {any} */ (STATE_ICONS)[state] ?? "info"), h("span", { text: t(`ticket_state.${state}`) }));
/** @param {string} name */
export const classTag = (name) => name !== "ordinary" && h("span.tag", { data: { class: name } }, icon(/** @type {any} */ (CLASS_ICONS)[name] ?? "tag"), h("span", { text: t(`visitor_class.${name}`) }));

/** @param {{hall: string, report: (problem: any) => void}} options */
export function makeTicket({ hall, report }) {
  const panel = find("#ticket");
  const number = /** @type {HTMLInputElement} */ (find("#find-number"));
  let shown = 0;
  let again = 0;

  find("#find-form").addEventListener("submit", async (/** @type {Event} */ event) => {
    event.preventDefault();
    const label = number.value.trim();
    if (!label) return number.focus();
    try {
      draw(await get(`/halls/${hall}/tickets?number=${encodeURIComponent(label)}`));
      number.select();
    } catch (/** @type {any} */ problem) {
      if (problem.status === 401) return report(problem);
      shown = 0;
      fill(panel, h("div.notice", { data: { kind: "warning" } }, icon("search"), h("div.notice-text", null, h("p", { text: problem.detail || problem.message }))));
    }
  });

  find("#ask-before").addEventListener("click", () => askBefore(hall, { mine: number.value.trim() }));

  /** @param {number} id */
  async function open(id) {
    try {
      draw(await get(`/halls/${hall}/tickets/${id}`));
    } catch (problem) {
      report(problem);
    }
  }

  /** The slip of a number just taken. @param {any} answer */
  function showIssued({ ticket, print_job }) {
    shown = ticket.id;
    const range = rangeOrUnknown(ticket.wait_range);
    const zones = ticket.zones.map(nameOf).join(t("guide.or"));
    const paper = h("p.guide-paper", { role: "status" });
    fill(
      panel,
      h(
        "div.guide-issued",
        null,
        h("div.stack.gap-2", null, h("p.eyebrow", { text: t("guide.issued") }), h("p.ticket-number.l", { id: "issued-number", text: ticket.label }), h("p.row.gap-2", null, h("span.strong", { text: nameOf(ticket.business) }), classTag(ticket.visitor_class)),
          ticket.called_to ? h("p.guide-go", null, icon("bell"), h("span", { text: t("guide.go_to_window", { number: ticket.called_to }) })) : [h("p", { text: [ticket.ahead ? t("wait.ahead", { count: ticket.ahead }) : t("wait.none_ahead"), range].filter(Boolean).join(" · ") }), zones && h("p.muted", { text: t("guide.wait_at", { zones }) })],
          paper),
        h("div.qr", null, h("img", { src: `/halls/${hall}/kiosk/qr/${encodeURIComponent(ticket.secret)}.svg`, alt: t("guide.qr") })),
      ),
      h("div.buttons.guide-verbs", null, verb("reprint", "print", t("guide.reprint"), () => reprint(ticket)), h("button.button.quiet", { type: "button", onclick: () => open(ticket.id) }, t("guide.details"))),
    );
    panel.scrollIntoView({ block: "nearest" }); // on a narrow screen it stands below the form
    followPrinting(print_job, paper, ticket.id);
  }

  /** @param {any} job @param {HTMLElement} paper @param {number} id */
  async function followPrinting(job, paper, id) {
    if (!job) return;
    for (let turn = 0; turn < 40 && shown === id; turn += 1) {
      try {
        const now = /** @type {any} */ (await get(`/halls/${hall}/kiosk/print-jobs/${job.id}`, { retries: 0 }));
        const state = now.state === "printed" ? "printed" : now.state === "failed" || now.error ? "failed" : "printing";
        if (paper.dataset.state !== state) {
          paper.dataset.state = state;
          fill(paper, icon(state === "printed" ? "check-circle" : state === "failed" ? "warning" : "print"), h("span", { text: t(`guide.paper_${state}`) }));
        }
        if (now.state === "printed" || now.state === "failed") return;
      } catch {
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, PRINT_ASK_MS));
    }
  }

  /** @param {any} ticket full */
  function draw(ticket) {
    shown = ticket.id;
    const verbs = [];
    const waiting = ticket.state === "waiting";
    if (waiting || ticket.state === "called" || ticket.state === "missed" || ticket.state === "held") verbs.push(verb("reprint", "print", t("guide.reprint"), () => reprint(ticket)));
    if (waiting && ticket.visitor_class !== "elderly") verbs.push(verb("elderly", "elderly", t("guide.mark_elderly"), () => reclassify(ticket, "elderly")));
    if (waiting && ticket.visitor_class !== "priority") verbs.push(verb("priority", "priority", t("guide.mark_priority"), () => reclassify(ticket, "priority")));
    if (waiting && ticket.visitor_class !== "ordinary") verbs.push(verb("ordinary", "user", t("guide.mark_ordinary"), () => reclassify(ticket, "ordinary")));
    if (ticket.state === "missed") verbs.unshift(verb("return", "return", t("guide.return"), () => change(ticket, "return", {}, t("guide.returned", { label: ticket.label })), "primary"));
    if (waiting) verbs.push(verb("cancel", "cancel", t("guide.cancel"), () => cancel(ticket), "danger"));
    fill(
      panel,
      h("div.guide-full", null, h("p.ticket-number.l", { text: ticket.label }), h("div.stack.gap-1", null, h("p.row.gap-2", null, chip(ticket.state), classTag(ticket.visitor_class)), h("p.strong", { text: nameOf(ticket.business) }), ticket.class_reason && h("p.muted.small", { text: ticket.class_reason }))),
      h(
        "dl.pairs",
        null,
        pair("guide.arrived", timeOf(ticket.arrived_at)),
        ticket.booked_at && pair("guide.booked_at", timeOf(ticket.booked_at)),
        ticket.latest_call_at && pair("guide.called_at", [timeOf(ticket.latest_call_at), ticket.window && t("window.number", { number: ticket.window })].filter(Boolean).join(" · ")),
        ticket.started_at && pair("guide.started_at", timeOf(ticket.started_at)),
        ticket.identity_mask && pair("guide.identity", ticket.identity_mask),
        items(ticket),
      ),
      verbs.length ? h("div.buttons.guide-verbs", null, verbs) : h("p.muted", { text: t("guide.nothing_to_do") }),
    );
  }

  /** @param {any} ticket */
  function items(ticket) {
    const names = ticket.steps.flatMap((/** @type {any} */ step) => step.items.map(nameOf));
    return names.length ? pair("guide.items", names.join(t("guide.comma"))) : null;
  }

  const pair = (/** @type {string} */ key, /** @type {string} */ value) => [h("dt", { text: t(key) }), h("dd", { text: value })];

  /** @param {string} name @param {string} picture @param {string} label @param {() => unknown} act @param {string} [kind] */
  function verb(name, picture, label, act, kind = "") {
    const button = h("button.button", { type: "button", class: kind, "data-verb": name }, icon(picture), h("span", { text: label }));
    guard(button, act, { onProblem: report });
    return button;
  }

  /** @param {any} ticket */
  async function reprint(ticket) {
    await post(`/halls/${hall}/tickets/${ticket.id}/reprint`, {});
    toast(t("guide.reprinted", { label: ticket.label }), { kind: "ok" });
  }

  /** @param {any} ticket @param {string} visitorClass */
  async function reclassify(ticket, visitorClass) {
    let reason = null;
    if (visitorClass === "priority") {
      reason = await choose({ title: t("guide.priority_why", { label: ticket.label }), choices: REASONS.map((name) => ({ value: t(`guide.reason_${name}`), label: t(`guide.reason_${name}`) })) });
      if (!reason) return;
    }
    await change(ticket, "reclassify", { visitor_class: visitorClass, reason }, t("guide.marked", { label: ticket.label, class: t(`visitor_class.${visitorClass}`) }));
  }

  /** @param {any} ticket */
  async function cancel(ticket) {
    if (await confirm({ title: t("guide.cancel_sure", { label: ticket.label }), text: t("guide.cancel_note"), confirm: t("guide.cancel"), danger: true })) await change(ticket, "cancel", { reason: "guide" }, t("guide.cancelled", { label: ticket.label }));
  }

  /** @param {any} ticket @param {string} path @param {object} body @param {string} done */
  async function change(ticket, path, body, done) {
    try {
      draw(await post(`/halls/${hall}/tickets/${ticket.id}/${path}`, body));
      toast(done, { kind: "ok" });
    } catch (/** @type {any} */ problem) {
      report(problem);
      if (problem.status === 409) open(ticket.id); // it is in another state by now
    }
  }

  /** Somebody did something to the ticket that is shown. @param {any} event */
  function heard(event) {
    if (event.ticket_id !== shown || !panel.querySelector(".guide-full")) return;
    clearTimeout(again);
    again = window.setTimeout(() => shown === event.ticket_id && open(shown), 250);
  }

  return { open, showIssued, heard };
}
