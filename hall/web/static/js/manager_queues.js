/** The queues against their promise, and the day's figures. */
import { drawBand, makeBand } from "./band.js";
import { durationOf, now } from "./clock.js";
import { h, icon, renderList, setText } from "./dom.js";
import { countStates, queuesOf, standingOf } from "./manager_model.js";
import { rangeOf } from "./waits.js";
import { nameOf, t } from "./words.js";

const ICONS = { ok: "check-circle", near: "clock", over: "warning", none: "check" };

/**
 * @param {HTMLElement} list
 * @param {import("./manager_model.js").Overview} hall
 * @param {{all: boolean, chosen: string}} options chosen: the business whose windows are shown
 */
export function drawQueues(list, hall, { all, chosen }) {
  renderList(list, queuesOf(hall, all, now()), (one) => one.code, makeQueue, (element, one) => updateQueue(element, one, chosen), emptyQueue);
}

function makeQueue(business) {
  return h(
    "li",
    null,
    h(
      "button.queue",
      { type: "button", data: { business: business.code } },
      h("span.queue-icon"),
      h("span.queue-name", null, h("span.queue-prefix", { text: business.prefix }), h("span.queue-title", { text: nameOf(business) })),
      h("span.queue-count", null, h("strong.num"), h("small", { text: t("unit.people") })),
      h("progress.progress.queue-meter", { max: "100", "aria-hidden": "true" }),
      h("span.queue-wait"),
      h("span.queue-windows"),
      h("span.queue-newcomer"),
      h("span.queue-outlook", { hidden: true }, makeBand(), h("span")),
    ),
  );
}

function updateQueue(item, business, chosen) {
  const row = item.firstElementChild;
  const [sign, , count, meter, wait, windows, newcomer, outlook] = row.children;
  const { standing, seconds, promise, ratio } = standingOf(business, now());
  const nobody = business.waiting > 0 && business.windows_open === 0;
  const alarm = nobody ? "over" : standing;
  if (row.dataset.standing !== alarm) {
    row.dataset.standing = alarm;
    sign.replaceChildren(icon(ICONS[alarm], { label: t(nobody ? "manager.no_window_open" : `manager.standing_${standing}`) }));
  }
  row.setAttribute("aria-pressed", String(chosen === business.code));
  setText(count.children[0], business.waiting);
  meter.value = Math.min(100, Math.round(ratio * 100));
  setText(wait, standing === "none" ? t(business.waiting ? "manager.just_came" : "manager.nobody_waits") : t("manager.longest_of", { wait: durationOf(seconds), promise: Math.round(promise / 60) }));
  windows.classList.toggle("alarm", nobody);
  newcomer.classList.toggle("alarm", business.unlikely_before_closing);
  setText(newcomer, newcomerOf(business));
  const last = business.outlook?.at(-1);
  outlook.hidden = !last;
  drawBand(outlook.children[0], business.waiting, business.outlook);
  setText(outlook.children[1], last ? aheadOf(last) : "");
  setText(windows, nobody ? t("manager.no_window_open") : t("manager.windows_open", { count: business.windows_open }));
}

/** How many will wait at one horizon, in words. @param {import("./band.js").Point} point */
export function aheadOf({ minutes, waiting: { low, high } }) {
  return low === high ? t("outlook.exactly", { minutes, count: low }) : t("outlook.between", { minutes, low, high });
}

/** What somebody who comes now would wait. @param {any} business @returns {string} empty where nobody can say */
function newcomerOf({ wait_range: range, unlikely_before_closing: unlikely, windows_open: windows }) {
  if (unlikely) return t("manager.newcomer_unlikely");
  if (!range) return windows ? t("manager.newcomer_unknown") : "";
  return t("manager.newcomer_waits", { range: rangeOf(range) });
}

const emptyQueue = () => h("li.empty", null, icon("users"), h("p.empty-title", { text: t("manager.no_queue") }), h("p", { text: t("manager.no_queue_note") }));

/** @param {import("./manager_model.js").Overview} hall */
export function drawFigures(hall) {
  const counts = countStates(hall);
  const { today } = hall;
  const values = {
    open: `${counts.busy + counts.free}`,
    waiting: today.waiting,
    taken: today.taken.toLocaleString("en"),
    served: today.served.toLocaleString("en"),
    mean_wait: (today.mean_wait_seconds / 60).toFixed(1),
    longest_wait: Math.round(today.longest_wait_seconds / 60),
    missed: today.missed,
    grade: today.mean_grade === null ? "–" : today.mean_grade.toFixed(2),
  };
  for (const [name, value] of Object.entries(values)) setText(document.querySelector(`[data-figure="${name}"]`), value);
  setText(document.querySelector('[data-unit="open"]'), `/ ${counts.all}`);
  setText(document.querySelector('[data-unit="grade"]'), t("manager.of_five"));
  setText(document.querySelector('[data-name="grade"]'), today.rated ? t("manager.figure_grade_of", { count: today.rated }) : t("manager.figure_grade"));
  for (const place of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-count]"))) setText(place, counts[place.dataset.count ?? ""]);
}
