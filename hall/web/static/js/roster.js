/** The roster's page: a week, its faults and absences in words, and the buttons above it. The grid, the form, the forecast and drawn weeks have modules of their own. */
import { get, post } from "./api.js";
import { setServerTime } from "./clock.js";
import { confirm } from "./dialog.js";
import { fill, find, h, icon, setText } from "./dom.js";
import { guard } from "./guard.js";
import { drawBackups, onBackups } from "./roster_backups.js";
import { showForecast } from "./roster_forecast.js";
import { askAbsence, askShift } from "./roster_form.js";
import { drawGrid, onGrid } from "./roster_grid.js";
import { showPlan } from "./roster_plan.js";
import { clock, dayName, faultWords, mondayOf, plusDays } from "./roster_words.js";
import { leadToSignIn, showConnection } from "./shell.js";
import { reportProblem, toast } from "./toast.js";
import { nameOf, t } from "./words.js";

const FRESH_MS = 60_000;
const hall = document.documentElement.dataset.hall || "";
const path = `/halls/${hall}/roster`;
let first = new URLSearchParams(location.search).get("from") || "";
/** @type {any} the week as the server told it last */
let week = null;
let asked = 0;

async function load() {
  const number = ++asked;
  find("#roster").setAttribute("aria-busy", "true");
  try {
    const found = await get(`${path}${first ? `?from=${encodeURIComponent(first)}` : ""}`);
    if (number !== asked) return;
    const another = found.first !== week?.first;
    week = found;
    first = found.first;
    history.replaceState(null, "", `?from=${first}`);
    setServerTime(found.now);
    setText(find("#title"), t("roster.week_of", { first, last: plusDays(first, 6) }));
    draw();
    say("");
    showConnection("live");
    if (another) showForecast(hall, first, found);
  } catch (problem) {
    if (number !== asked || leadToSignIn(problem)) return;
    if (/** @type {any} */ (problem).away) showConnection("lost");
    say(/** @type {any} */ (problem).detail || String(problem));
  } finally {
    if (number === asked) find("#roster").removeAttribute("aria-busy");
  }
}

function draw() {
  drawFaults();
  drawAbsences();
  drawBackups(week);
  drawGrid(week, null);
  showPlan(hall, week, { preview: (plan) => drawGrid(week, plan), changed: load });
}

function drawFaults() {
  const shown = week.faults.slice(0, 8);
  const more = week.faults.length + week.further_faults - shown.length;
  const none = h("li", { data: { fine: "yes" } }, icon("check-circle"), t(week.shifts.length ? "roster.no_faults" : "roster.empty"));
  fill(find("#fault-list"), shown.length ? shown.map((/** @type {any} */ one) => h("li", null, icon("warning"), h("span", { text: faultWords(week, one) }))) : none, more > 0 && h("li", null, h("span.muted", { text: t("roster.more_faults", { count: more }) })));
}

function drawAbsences() {
  find("#absences").hidden = !week.absences.length;
  const named = new Map(week.clerks.map((/** @type {any} */ one) => [one.username, one]));
  const shifts = new Map(week.shifts.map((/** @type {any} */ one) => [one.id, one]));
  fill(
    find("#absence-list"),
    week.absences.map((/** @type {any} */ one) => {
      const back = h("button.button.small", { type: "button" }, icon("return"), t("roster.end_absence"));
      guard(back, async () => {
        await post(`${path}/absences/${one.id}/end`);
        await load();
      });
      const left = one.shifts.map((/** @type {any} */ place) => standIns(place, shifts.get(place.shift), named));
      return h("li", null, h("strong", { text: nameOf(named.get(one.clerk)) || one.clerk }), h("span", { text: t("roster.absent_days", { first: one.first, last: one.last }) }), one.note && h("span.muted", { text: one.note }), back, left.length > 0 && h("ul.roster-stand-ins", null, left));
    }),
  );
}

/** @param {any} place @param {any} shift @param {Map<string, any>} named */
function standIns(place, shift, named) {
  const words = t("roster.absent_shift", { day: dayName(shift.day), window: shift.window, begins: clock(shift.begins), ends: clock(shift.ends) });
  const buttons = place.stand_ins.slice(0, 4).map((/** @type {any} */ one) => {
    const name = nameOf(named.get(one.clerk)) || one.clerk;
    const button = h("button.button.small", { type: "button", class: one.backup ? "primary" : "" }, icon("user"), t(one.backup ? "roster.backup_takes_over" : "roster.takes_over", { name }));
    guard(button, async () => {
      await post(`${path}/take-over`, { shift: place.shift, clerk: one.clerk });
      toast(t("roster.taken_over", { name }), { kind: "ok" });
      await load();
    });
    return button;
  });
  return h("li", null, h("span", { text: words }), buttons.length ? buttons : h("span.shift-wrong", { text: t("roster.nobody_free") }));
}

/** @param {string} text "" hides it */
function say(text) {
  find("#problem").hidden = !text;
  setText(find("#problem .notice-text p:last-child"), text);
}

/** One change of a day, as it stood on this page. @param {string} day @param {number[]} removed @param {any[]} added */
async function change(day, removed, added) {
  const edition = week.days.find((/** @type {any} */ one) => one.day === day).edition;
  await post(`${path}/change`, { day, edition, removed, added });
  await load();
}

onBackups(path, load);
onGrid({
  add: async (/** @type {any} */ start) => {
    const wish = await askShift(week, start, false);
    if (wish?.shift) await attempt(() => change(wish.day, [], [wish.shift]));
  },
  edit: async (/** @type {any} */ shift) => {
    const wish = await askShift(week, shift, true);
    if (!wish) return;
    if (wish.remove) await attempt(() => change(shift.day, [shift.id], []));
    else if (wish.day === shift.day) await attempt(() => change(shift.day, [shift.id], [wish.shift]));
    else await attempt(() => move(shift, wish.day, wish.shift));
  },
  drop: async (/** @type {any} */ shift, /** @type {any} */ place) => {
    const moved = { clerk: place.clerk ?? shift.clerk, window: place.window === undefined ? shift.window : place.window, begins: clock(shift.begins), ends: clock(shift.ends), breaks: shift.breaks.map((/** @type {number[]} */ [at, minutes]) => ({ at: clock(at), minutes })) };
    if (place.day === shift.day) await attempt(() => change(shift.day, [shift.id], [moved]));
    else await attempt(() => move(shift, place.day, moved));
  },
});

/** To another day: put in there first, so that nothing is lost when the other day refuses it. @param {any} shift @param {string} day @param {any} moved */
async function move(shift, day, moved) {
  await change(day, [], [moved]);
  await change(shift.day, [shift.id], []);
}

/** @param {() => Promise<void>} act */
async function attempt(act) {
  try {
    await act();
  } catch (problem) {
    if (leadToSignIn(problem)) return;
    reportProblem(problem);
    await load();
  }
}

const go = (/** @type {string} */ to) => {
  first = to;
  load();
};
find("#before").addEventListener("click", () => go(plusDays(first, -7)));
find("#after").addEventListener("click", () => go(plusDays(first, 7)));
find("#this-week").addEventListener("click", () => go(week ? mondayOf(week.today) : ""));
guard(find("#absent"), async () => {
  const wish = await askAbsence(week);
  if (wish) await attempt(async () => {
    await post(`${path}/absences`, wish);
    await load();
  });
});
guard(find("#copy"), async () => {
  const from = plusDays(first, -7);
  const yes = await confirm({ title: t("roster.copy_last_week"), text: t("roster.copy_sure", { from, to: first }), confirm: t("roster.copy") });
  if (!yes) return;
  await attempt(async () => {
    const seen = week.days.map((/** @type {any} */ one) => ({ day: one.day, edition: one.edition }));
    const done = await post(`${path}/copy`, { first: from, to: first, week: true, seen });
    toast(t("roster.copied", done), { kind: done.copied ? "ok" : "warning" });
    await load();
  });
});
guard(find("#draw"), async () => {
  await attempt(async () => {
    await post(`${path}/plans`, { first });
    await load();
  });
});
setInterval(() => {
  if (document.visibilityState === "visible" && !document.querySelector("dialog[open]")) load();
}, FRESH_MS);
load();
