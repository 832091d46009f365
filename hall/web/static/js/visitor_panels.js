/** What the visitor's page says in each state, as parts of the page. */
import { timeOf } from "./clock.js";
import { h, icon } from "./dom.js";
import { rangesOf } from "./visitor_count.js";
import { nameOf, t, textOf } from "./words.js";

const STATE_ICONS = { waiting: "hourglass", called: "bell", serving: "window", held: "hold", missed: "missed", finished: "check-circle", cancelled: "cancel", expired: "clock" };
const CLASS_ICONS = { elderly: "elderly", priority: "priority", appointment: "calendar-check" };
const MOST_RANGES = 4;
const NEAR = 3;

/** The one sentence that matters now: the tab's title and what a screen reader hears. @param {any} ticket */
export function headline(ticket) {
  if (ticket.state === "called" && ticket.window) return t("visitor.go_to", { number: ticket.window.number });
  if (ticket.state === "waiting") return aheadWords(ticket.ahead);
  return t(`ticket_state.${ticket.state}`);
}

function aheadWords(ahead) {
  if (ahead === 0) return t("visitor.next_is_you");
  return ahead <= NEAR ? t(`visitor.ahead_${ahead}`) : t("wait.ahead", { count: ahead });
}

/** State and class, as signs under the number. @param {any} ticket */
export function signs(ticket) {
  const { state, visitor_class: kind } = ticket;
  return [
    h("span.chip", { data: { state } }, icon(STATE_ICONS[state] ?? "info"), h("span", { text: t(`ticket_state.${state}`) })),
    kind in CLASS_ICONS && h("span.tag", { data: { class: kind } }, icon(CLASS_ICONS[kind]), h("span", { text: t(`visitor_class.${kind}`) })),
  ];
}

/** The lower part of the paper ticket. @param {any} ticket */
export function lowerPart(ticket) {
  if (ticket.state === "waiting") return waiting(ticket);
  if (["called", "serving"].includes(ticket.state) && ticket.window) return atWindow(ticket);
  return h("p.visit-words", { text: t(`visitor.${ticket.state}`) });
}

function waiting(ticket) {
  return [
    h(
      "div.visit-figures",
      null,
      ticket.ahead === 0
        ? h("p.visit-next", { text: t("visitor.next_is_you") })
        : figure(t("visitor.ahead"), ticket.ahead, t("unit.people")),
      howLong(ticket),
    ),
  ];
}

/** The wait as a figure, or that nobody can say. @param {any} ticket */
function howLong({ wait_range: range, windows_open: windows }) {
  if (!range) return h("p.figure.visit-unknown", { text: t(windows ? "visitor.wait_unknown" : "visitor.no_window_open") });
  const { low_minutes: low, high_minutes: high } = range;
  if (high === null) return figure(t("visitor.at_least"), low, t("visitor.minutes_or_longer"));
  if (low === null) return figure(t("visitor.at_most"), high, t("unit.minutes"));
  return figure(t("visitor.about"), `${low}–${high}`, t("unit.minutes"));
}

const figure = (name, value, unit) => h("div.figure", null, h("span.figure-name", { text: name }), h("span.figure-value", null, String(value), " ", h("small", { text: unit })));

function atWindow(ticket) {
  const { window, state, recalls } = ticket;
  return [
    h("p.visit-go", { text: t(state === "called" ? "visitor.please_come" : "visitor.serving_at") }),
    windowWordsLarge(window.number),
    h("p.visit-zone", null, icon("pin"), h("span", { text: [nameOf(window.zone), textOf(window, "label")].filter(Boolean).join(" · ") })),
    state === "called" && recalls > 0 && h("p.strong", { text: t("visitor.called_times", { count: recalls + 1 }) }),
  ];
}

/** "2 号窗口" or "Window 2" with the number large, in the order of the language. @param {number} number */
function windowWordsLarge(number) {
  const [before, after] = t("window.number", { number: "#" }).split("#").map((part) => part.trim());
  return h("p.visit-window", null, before && h("span", { text: before }), h("strong", { text: number }), after && h("span", { text: after }));
}

/** Notices under the ticket: what to do now. @param {any} ticket */
export function advice(ticket) {
  const said = [];
  if (ticket.state === "waiting") {
    if (ticket.moved) said.push(notice("info", "transfer", t(`visitor.${ticket.moved}`), nameOf(ticket.business)));
    if (ticket.returned) said.push(notice("info", "return", t("visitor.returned")));
    if (ticket.ahead <= NEAR && ticket.ahead > 0) said.push(notice("warning", "bell", t("visitor.near"), aheadWords(ticket.ahead)));
    if (ticket.ahead === 0) said.push(notice("warning", "bell", t("visitor.near_next")));
    said.push(notice("info", "pin", windowWords(ticket.windows), zoneWords(ticket.zones)));
    said.push(h("p.visit-hint", null, icon("phone"), h("span", { text: t("visitor.keep_open") })));
  } else if (ticket.state === "missed") {
    said.push(notice("error", "missed", missedWords(ticket), t(ticket.may_return ? "visitor.missed_title" : "visitor.missed_over")));
  } else if (ticket.state !== "finished" && ticket.state !== "expired") {
    said.push(notice(ticket.state === "called" ? "warning" : "info", STATE_ICONS[ticket.state], t(`visitor.${ticket.state}_note`, { number: ticket.window?.number ?? "" })));
  } else if (ticket.state === "expired") {
    said.push(notice("info", "clock", t("visitor.expired_note")));
  }
  return said;
}

function missedWords(ticket) {
  if (!ticket.may_return) return t("visitor.missed_new_number");
  const where = { number: ticket.window?.number ?? "", count: ticket.return_behind };
  return ticket.return_until ? t("visitor.missed_return_until", { ...where, time: timeOf(ticket.return_until) }) : t("visitor.missed_return", where);
}

function notice(kind, name, text, title = "") {
  return h("div.notice", { data: { kind } }, icon(name), h("div.notice-text", null, title && h("p.notice-title", { text: title }), text && h("p", { text })));
}

function zoneWords(zones) {
  const names = zones.map(nameOf).join(t("visitor.comma"));
  return names ? t("visitor.wait_in", { zone: names }) : t("visitor.wait_here");
}

function windowWords(numbers) {
  if (!numbers.length) return t("visitor.no_window");
  const ranges = rangesOf(numbers);
  if (ranges.length > MOST_RANGES) return t("visitor.many_windows", { count: numbers.length });
  if (numbers.length === 1) return t("visitor.one_window", { number: numbers[0] });
  const words = ranges.map(([first, last]) => (first === last ? String(first) : `${first}–${last}`));
  return t("visitor.windows", { numbers: words.join(t("visitor.comma")) });
}

