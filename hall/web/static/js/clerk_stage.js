/** The middle of the desk: the visitor at the window with everything the clerk must know, or in large words why nobody is there. */
import { counterOf, secondsSince, timeOf } from "./clock.js";
import { fill, find, h, icon, renderList, setText } from "./dom.js";
import { nameOf, pauseReason, t, textOf } from "./words.js";

const SIGNS = { idle: "window", ready: "bell", paused: "pause-circle", closed: "minus-circle" };
const STATE_ICONS = { called: "bell", serving: "window" };
const CLASS_ICONS = { elderly: "elderly", priority: "priority", appointment: "calendar-check" };
let drawn = "";

/** @param {any} desk @param {string} situation */
export function drawStage(desk, situation) {
  const stage = find("#stage");
  stage.dataset.state = situation;
  find("#stage-ticket").hidden = !desk.ticket;
  find("#stage-calm").hidden = Boolean(desk.ticket);
  if (desk.ticket) drawTicket(desk.ticket);
  else drawCalm(desk, situation);
  drawStageTime(desk, situation);
}

/** @param {any} desk @param {string} situation */
export function drawStageTime(desk, situation) {
  if (!desk.ticket) return drawCalmNote(desk, situation);
  const since = situation === "serving" ? desk.ticket.started_at : desk.ticket.latest_call_at;
  setText(find("#stage-clock"), since ? counterOf(secondsSince(since)) : "00:00");
  setText(find("#stage-clock-name"), t(situation === "serving" ? "clerk.clock_serving" : "clerk.clock_called"));
  setText(find("#stage-clock-note"), situation === "called" && desk.ticket.recalls ? t("clerk.recalled", { count: desk.ticket.recalls }) : "");
}

// ---- nobody at the window ----

/** @param {any} desk @param {string} situation */
function drawCalm(desk, situation) {
  drawn = "";
  const sign = find("#stage-sign");
  if (sign.dataset.sign !== situation) {
    sign.dataset.sign = situation;
    fill(sign, icon(SIGNS[situation] ?? "window"));
  }
  const begins = situation === "paused" && desk.window.pause_reason === "signed_in";
  const shown = situation === "ready" && desk.waiting.next.length ? "idle" : situation;
  setText(find("#stage-words"), t(begins ? "clerk.stage_signed_in" : `clerk.stage_${shown}`));
}

/** @param {any} desk @param {string} situation */
function drawCalmNote(desk, situation) {
  const note = {
    paused: () => (desk.window.pause_reason === "signed_in" ? t("clerk.note_signed_in") : t("clerk.note_paused", { reason: pauseReason(desk.window.pause_reason), time: counterOf(secondsSince(desk.window.state_since)) })),
    ready: () => t("clerk.note_ready", { time: counterOf(secondsSince(desk.window.ready_since)) }),
    idle: () => t(desk.waiting.total ? "clerk.note_idle" : "clerk.note_idle_nobody"),
  }[situation];
  setText(find("#stage-note"), note ? note() : "");
}

// ---- somebody at the window ----

/** @param {any} ticket */
function drawTicket(ticket) {
  const step = present(ticket);
  setText(find("#stage-label"), ticket.label);
  renderList(find("#stage-signs"), signsOf(ticket), (one) => one.key, (one) => one.make());
  setText(find("#stage-business"), nameOf(ticket.business));
  setText(find("#stage-reason"), [ticket.class_reason, ticket.identity_mask, ticket.booked_at && t("clerk.booked_at", { time: timeOf(ticket.booked_at) })].filter(Boolean).join(" · "));
  if (ticket.partial) return clearDetails(); // they come with the next snapshot; the last visitor's must not stand under this number
  const notes = notesOf(ticket, step);
  renderList(find("#stage-notes"), notes, (one) => one.text, (one) => h("div.notice", { data: { kind: "warning" } }, icon("note"), h("div.notice-text", null, h("p.notice-title", { text: one.title }), h("p", { text: one.text }))));
  setText(find("#stage-why"), ticket.calls.at(-1)?.why ?? "");
  renderList(find("#stage-history"), historyOf(ticket), (one) => `${one.at} ${one.text}`, (one) => h("li", { data: { state: one.state } }, h("time", { datetime: one.at, text: timeOf(one.at) }), h("span", { text: one.text })));
  // items are drawn once for each stay, so that what the clerk ticked off stays ticked while the desk refreshes
  const key = `${ticket.id} ${step?.position}`;
  if (drawn === key) return;
  drawn = key;
  fill(find("#stage-items"), step?.items.length ? step.items.map(itemOf) : h("p.muted", { text: t("clerk.no_items") }));
  find("#stage-body").scrollTop = 0;
}

function clearDetails() {
  drawn = "";
  for (const id of ["#stage-notes", "#stage-history"]) renderList(find(id), [], String, () => h("li"));
  for (const id of ["#stage-items", "#stage-why"]) fill(find(id));
}

/** @param {any} ticket the step it is in: the last that has begun */
const present = (ticket) => ticket.steps.filter((/** @type {any} */ one) => one.state !== "planned").at(-1);

/** @param {any} ticket */
function signsOf(ticket) {
  const signs = [{ key: ticket.state, make: () => h("span.chip.solid", { data: { state: ticket.state } }, icon(STATE_ICONS[ticket.state] ?? "info"), h("span", { text: t(`ticket_state.${ticket.state}`) })) }];
  const name = ticket.visitor_class;
  if (name !== "ordinary") signs.push({ key: name, make: () => tagOf(name) });
  return signs;
}

/** @param {string} name a visitor class @returns {Element} */
export const tagOf = (name) => h("span.tag", { data: { class: name } }, icon(CLASS_ICONS[name] ?? "tag"), h("span", { text: t(`visitor_class.${name}`) }));

/** @param {any} ticket @param {any} step */
function notesOf(ticket, step) {
  if (!step?.note) return [];
  const from = ticket.steps.filter((/** @type {any} */ one) => one.position < step.position).at(-1);
  return [{ title: from ? t("clerk.note_from", { number: from.window ?? "" }) : t("clerk.note_held"), text: step.note }];
}

/** @param {any} item */
function itemOf(item) {
  return h(
    "div.matter",
    null,
    h("p.matter-name", { text: nameOf(item) }),
    item.materials.length > 0 &&
      h(
        "ul.matter-list",
        null,
        item.materials.map((/** @type {any} */ one) =>
          h("li", null, h("label.check", null, h("input", { type: "checkbox" }), h("span", null, nameOf(one), one.copies ? h("span.muted", null, ` ${t("clerk.copies", { count: one.copies })}`) : null, one.note && h("span.muted", null, ` · ${textOf(one, "note")}`)))),
        ),
      ),
  );
}

/** @param {any} ticket @returns {Array<{at: string, state: string, text: string}>} in the order in which it happened */
function historyOf(ticket) {
  const entries = [{ at: ticket.arrived_at, state: "waiting", text: t(ticket.source.startsWith("kiosk") ? "clerk.past_kiosk" : "clerk.past_desk", { business: nameOf(ticket.steps[0]?.business) }) }];
  for (const step of ticket.steps) {
    if (step.state === "planned") continue;
    if (step.position > 1) {
      const to = step.pinned_window ? t("clerk.past_moved_window", { business: nameOf(step.business), number: step.pinned_window }) : t("clerk.past_moved", { business: nameOf(step.business) });
      entries.push({ at: step.entered_at, state: "transferred", text: to });
    }
    if (step.started_at) entries.push({ at: step.started_at, state: "serving", text: t("clerk.past_started", { number: step.window ?? "" }) });
    if (step.state === "finished") entries.push({ at: step.ended_at, state: "finished", text: t("clerk.past_finished", { number: step.window ?? "" }) });
  }
  for (const call of ticket.calls) entries.push({ at: call.called_at, state: "called", text: t("clerk.past_called", { number: call.window }) });
  const order = { waiting: 0, transferred: 1, called: 2, serving: 3, finished: 4 };
  return entries.sort((a, b) => a.at.localeCompare(b.at) || order[a.state] - order[b.state]);
}
