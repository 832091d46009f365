/** A drawn week: how far the planner has come, what the week is expected to come to, and putting it in force. */
import { get, post } from "./api.js";
import { confirm } from "./dialog.js";
import { fill, find, h, icon, setText } from "./dom.js";
import { guard } from "./guard.js";
import { clock, faultWords } from "./roster_words.js";
import { reportProblem, toast } from "./toast.js";
import { nameOf, t } from "./words.js";

const LOOK_MS = 1500;
const NEAR = 0.05;
let shown = 0;
let timer = 0;
let away = 0;

/** @param {string} hall @param {any} week @param {{preview: (plan: any) => void, changed: () => void}} page */
export async function showPlan(hall, week, page) {
  clearTimeout(timer);
  const card = find("#plan");
  card.hidden = !week.plan || week.plan.state === "applied" || week.plan.id === away;
  if (card.hidden) return;
  const number = ++shown;
  const path = `/halls/${hall}/roster/plans/${week.plan.id}`;
  try {
    const plan = await get(path);
    if (number !== shown) return;
    if (plan.state === "asked") working(plan, () => (timer = window.setTimeout(() => showPlan(hall, week, page), LOOK_MS)));
    else if (plan.state === "failed") failed();
    else if (plan.state === "done") done(path, plan, week, page);
    else card.hidden = true;
  } catch (problem) {
    if (number === shown) timer = window.setTimeout(() => showPlan(hall, week, page), 4 * LOOK_MS);
  }
}

/** @param {any} plan @param {() => void} again */
function working(plan, again) {
  const percent = Math.round(100 * plan.progress);
  const bar = document.querySelector("#plan progress");
  if (bar) {
    /** @type {HTMLProgressElement} */ (bar).value = percent;
    setText(find("#plan-percent"), t("roster.plan_percent", { percent }));
  } else {
    fill(find("#plan-buttons"));
    fill(find("#plan-body"), h("div.roster-progress", null, h("p", { text: t("roster.plan_working") }), h("progress.progress", { max: 100, value: percent, "aria-label": t("roster.plan_working") }), h("p.muted.small", { id: "plan-percent", text: t("roster.plan_percent", { percent }) })));
  }
  again();
}

function failed() {
  fill(find("#plan-buttons"));
  fill(find("#plan-body"), h("p", { text: t("roster.plan_failed") }));
}

/** @param {string} path @param {any} plan @param {any} week @param {{preview: (plan: any) => void, changed: () => void}} page */
function done(path, plan, week, page) {
  const look = h("button.button.small", { type: "button", "aria-pressed": "false" }, icon("eye"), t("roster.plan_look"));
  look.addEventListener("click", () => {
    const on = look.getAttribute("aria-pressed") !== "true";
    look.setAttribute("aria-pressed", String(on));
    page.preview(on ? plan : null);
  });
  const discard = h("button.button.small", { type: "button" }, icon("close"), t("roster.plan_discard"));
  discard.addEventListener("click", () => {
    away = plan.id;
    find("#plan").hidden = true;
    page.preview(null);
  });
  const apply = h("button.button.small.primary", { type: "button" }, icon("check"), t("roster.plan_apply"));
  guard(apply, async () => {
    const yes = await confirm({ title: t("roster.plan_apply"), text: t(week.shifts.length ? "roster.plan_replaces" : "roster.plan_sure"), confirm: t("roster.plan_apply") });
    if (!yes) return;
    try {
      const made = await post(`${path}/apply`);
      toast(t("roster.plan_applied", made), { kind: "ok" });
    } catch (problem) {
      reportProblem(problem);
    }
    page.changed();
  });
  fill(find("#plan-buttons"), look, discard, apply);
  fill(find("#plan-body"), quality(plan.quality, week));
}

/** @param {any} found @param {any} week */
function quality(found, week) {
  const percent = (/** @type {number} */ share) => t("roster.percent", { value: (100 * share).toFixed(1) });
  const before = (/** @type {string} */ words) => h("span.row-note", { text: found.before ? t("roster.now_is", { value: words }) : "" });
  const figures = [
    [t("roster.in_time"), percent(found.after.in_time), found.before && before(percent(found.before.in_time))],
    [t("roster.target"), percent(found.target), null],
    [t("roster.mean_wait"), t("roster.minutes", { value: found.after.mean_minutes.toFixed(1) }), found.before && before(t("roster.minutes", { value: found.before.mean_minutes.toFixed(1) }))],
    [t("roster.hours_each"), t("roster.hours", { value: `${found.fair.hours_least}–${found.fair.hours_most}` }), null],
    found.fair.duties_most > 0 && [t("roster.duties_each"), t("roster.times", { value: `${found.fair.duties_least}–${found.fair.duties_most}` }), null],
  ].filter(Boolean);
  return [
    h("div.roster-quality", null, figures.map(([name, value, more]) => h("div.figure", null, h("span.figure-name", { text: name }), h("span.figure-value", { text: value }), more))),
    found.lacking.length > 0 && h("ul.roster-faults", null, found.lacking.slice(0, 6).map((/** @type {any} */ one) => h("li", null, icon("warning"), h("span", { text: faultWords(week, { clerk: null, window: null, ...one }) })))),
    heat(found, week),
    h("p.muted.small", { text: t(found.past_days ? "roster.plan_rests" : "roster.plan_guesses", { days: found.past_days }) }),
  ];
}

/** The share called in time per business and half hour; the worst businesses first. @param {any} found @param {any} week */
function heat(found, week) {
  const halves = [...new Set(found.after.cells.map((/** @type {any[]} */ one) => one[1]))].sort((a, b) => a - b);
  /** @type {Map<string, Map<number, number[]>>} */
  const rows = new Map();
  for (const [business, half, called, inTime] of found.after.cells) {
    const row = rows.get(business) ?? new Map();
    rows.set(business, row.set(half, [called, inTime]));
  }
  const share = (/** @type {Map<number, number[]>} */ row) => [...row.values()].reduce((sum, one) => sum + one[1], 0) / [...row.values()].reduce((sum, one) => sum + one[0], 0);
  const names = new Map(week.businesses.map((/** @type {any} */ one) => [one.id, nameOf(one)]));
  const ordered = [...rows].sort((a, b) => share(a[1]) - share(b[1])).slice(0, 30);
  const mark = (/** @type {number} */ value) => (value >= found.target ? "yes" : value >= found.target - NEAR ? "near" : "no");
  const cell = (/** @type {number[] | undefined} */ one) => (one && one[0] ? h("td", { data: { met: mark(one[1] / one[0]) }, text: Math.round((100 * one[1]) / one[0]) }) : h("td"));
  return h(
    "details.roster-numbers",
    null,
    h("summary", { text: t("roster.heat") }),
    h("div.table-frame", { tabindex: "0", role: "region", "aria-label": t("roster.heat") }, h("table.roster-heat", null, h("thead", null, h("tr", null, h("th", { scope: "col", text: t("roster.business") }), halves.map((half) => h("th", { scope: "col", text: clock(half) })))), h("tbody", null, ordered.map(([business, row]) => h("tr", null, h("th", { scope: "row", text: names.get(business) ?? business }), halves.map((half) => cell(row.get(half)))))))),
  );
}
