/** The right side of the desk: what waits for this window, who comes next, and who was set aside here. */
import { durationOf, secondsSince } from "./clock.js";
import { fill, find, h, icon, renderList, setText } from "./dom.js";
import { nameOf, t } from "./words.js";
import { tagOf } from "./clerk_stage.js";

/**
 * @param {object} options
 * @param {(verb: string, body?: object) => Promise<boolean>} options.act
 * @param {Record<string, (chosen?: any) => Promise<unknown>>} options.askFor
 * @param {() => {desk: any, situation: string, reachable: boolean}} options.state
 */
export function bindSide({ askFor, state }) {
  /** @param {string} verb @param {number} id @param {"next" | "held" | "missed"} list */
  const press = (verb, id, list) => () => {
    const { desk } = state();
    const one = (list === "next" ? desk.waiting.next : desk[list]).find((/** @type {any} */ each) => each.id === id);
    if (one) askFor[verb](one);
  };

  function draw() {
    const { desk } = state();
    if (!desk) return;
    const { waiting, held, missed } = desk;
    setText(find("#waiting-total"), waiting.total);
    const lines = [...waiting.lines].sort((a, b) => a.since.localeCompare(b.since));
    renderList(find("#waiting-lines"), lines, (one) => `${one.business} ${one.visitor_class}`, lineOf, updateLine, () => h("li.side-empty", { text: t("clerk.nobody_waits") }));
    renderList(find("#waiting-next"), waiting.next, (one) => one.id, nextOf, updateNext, () => h("li.side-empty", { text: t("clerk.following_nobody") }));
    const aside = [...held, ...missed];
    renderList(find("#aside-list"), aside, (one) => `${one.id} ${one.state}`, asideOf, updateAside, () => h("li.side-empty", { text: t("clerk.aside_nobody") }));
    drawTime();
  }

  function drawTime() {
    const { desk } = state();
    if (!desk) return;
    const since = desk.waiting.lines.map((/** @type {any} */ one) => one.since).sort()[0];
    setText(find("#waiting-longest"), since ? t("clerk.longest", { time: durationOf(secondsSince(since)) }) : "");
    for (const element of document.querySelectorAll(".desk-side [data-since]")) {
      const { since: from, promise } = /** @type {HTMLElement} */ (element).dataset;
      const seconds = secondsSince(from ?? "");
      setText(element, durationOf(seconds));
      element.classList.toggle("late", Boolean(promise) && seconds > Number(promise));
    }
  }

  /** @param {any} one */
  function lineOf(one) {
    return h("li.side-line", null, h("span.side-line-name", null, h("span.ellipsis", { text: businessOf(one) }), one.visitor_class !== "ordinary" && tagOf(one.visitor_class)), h("span.side-line-count.num"), h("span.side-line-time.num", { data: { since: one.since, promise: one.promise_seconds ?? "" } }));
  }

  /** @param {HTMLElement} element @param {any} one */
  function updateLine(element, one) {
    setText(find(".side-line-count", element), t("clerk.count", { count: one.count }));
    const time = find(".side-line-time", element);
    time.dataset.since = one.since;
    if (one.promise_seconds) time.dataset.promise = one.promise_seconds;
  }

  /** @param {any} one */
  function nextOf(one) {
    return h("li", null, h("button.side-row", { type: "button", onclick: press("call", one.id, "next") }, h("span.ticket-number.s", { text: one.label }), h("span.side-row-text", null, h("span.ellipsis", { text: businessOf(one) }), h("span.side-row-tags")), h("span.side-row-time.num", { data: { since: one.queued_at } })));
  }

  /** @param {HTMLElement} element @param {any} one */
  function updateNext(element, one) {
    const tags = find(".side-row-tags", element);
    const key = `${one.visitor_class} ${one.pinned}`;
    if (tags.dataset.key !== key) {
      tags.dataset.key = key;
      fill(tags, one.visitor_class !== "ordinary" && tagOf(one.visitor_class), one.pinned && h("span.tag", null, icon("pin"), h("span", { text: t("clerk.sent_here") })));
    }
    find(".side-row-time", element).dataset.since = one.queued_at;
  }

  /** @param {any} one */
  function asideOf(one) {
    const held = one.state === "held";
    return h(
      "li.side-row.aside-row",
      null,
      h("span.side-row-lines", null, h("span.ticket-number.s", { text: one.label }), h("span.chip", { data: { state: one.state } }, icon(held ? "hold" : "missed"), h("span", { text: t(`ticket_state.${one.state}`) }))),
      h("span.side-row-note"),
      h("button.button.small", { type: "button", "aria-label": t(held ? "clerk.resume_it" : "clerk.return_it", { label: one.label }), onclick: press(held ? "resume" : "return", one.id, one.state) }, icon(held ? "resume" : "return"), h("span", { text: t(held ? "clerk.key_resume" : "clerk.key_return") })),
    );
  }

  /** @param {HTMLElement} element @param {any} one */
  function updateAside(element, one) {
    const { desk, situation, reachable } = state();
    const note = find(".side-row-note", element);
    setText(note, one.note || businessOf(one));
    note.title = [businessOf(one), one.note].filter(Boolean).join(" · ");
    const possible = reachable && (one.state === "held" ? situation === "idle" || situation === "ready" : desk.rules.missed_return !== "new_number");
    const button = find("button", element);
    if (possible) button.removeAttribute("aria-disabled");
    else button.setAttribute("aria-disabled", "true");
  }

  /** @param {any} one */
  const businessOf = (one) => nameOf({ name: one.business_name, name_en: one.business_name_en });

  return { draw, drawTime, forget: () => {} };
}
