/**
 * The week as a grid: rows are windows or clerks, columns days, in each cell its shifts. A shift is a button (its form opens) that can also be dragged to
 * another cell; the plus of a cell adds one. A drawn week is shown in the same grid and cannot be touched. Large halls show some rows at a time.
 */
import { fill, find, h, icon } from "./dom.js";
import { clock, dayName } from "./roster_words.js";
import { nameOf, t, textOf } from "./words.js";

const ROWS = 40;
/** @type {any} */
let week = null;
/** @type {any} */
let plan = null;
let by = "window";
let most = ROWS;
/** @type {any} what the page does with a press or a drop */
let acts = {};
/** @type {any} the shift that is dragged */
let dragged = null;

/** @param {any} wanted add(place), edit(shift), drop(shift, place) */
export function onGrid(wanted) {
  acts = wanted;
}

/** @param {any} ofWeek @param {any} drawnWeek null: the roster itself */
export function drawGrid(ofWeek, drawnWeek) {
  [week, plan] = [ofWeek, drawnWeek];
  const wrong = new Set(week.faults.filter((/** @type {any} */ one) => one.clerk).map((/** @type {any} */ one) => `${one.day} ${one.clerk}`));
  const days = week.days;
  fill(find("#days"), h("th", { scope: "col", text: t(`roster.by_${by}`) }), days.map(dayHead));
  const shifts = plan ? plan.shifts : week.shifts;
  /** @type {Map<string, any[]>} */
  const cells = new Map();
  for (const one of shifts) {
    const key = `${by === "window" ? one.window ?? "house" : one.clerk} ${one.day}`;
    cells.set(key, [...(cells.get(key) ?? []), one]);
  }
  const query = find("#find").value.trim().toLowerCase();
  const rows = rowsOf().filter((one) => !query || one.words.includes(query));
  fill(find("#rows"), rows.slice(0, most).map((row) => h("tr", null, h("th", { scope: "row" }, row.title, row.note && h("span.row-note", { text: row.note })), days.map((/** @type {any} */ day) => cell(row, day, cells.get(`${row.key} ${day.day}`) ?? [], wrong)))));
  find("#more-line").hidden = rows.length <= most;
}

/** @param {any} day */
function dayHead(day) {
  const notes = [day.holiday && t("roster.holiday"), day.made_up && t("roster.made_up"), !day.hours.length && t("roster.shut"), !day.calendar_known && t("roster.calendar_unknown")];
  if (day.holiday && day.hours.length && !day.named_open) notes.push(t("roster.holiday_open"));
  if (day.made_up && !day.hours.length) notes.push(t("roster.made_up_shut"));
  return h("th", { scope: "col", data: { today: day.day === week.today ? "yes" : "no" } }, h("span.roster-day", { text: dayName(day.day) }), h("small", { text: notes.filter(Boolean).join(" · ") || day.hours.map((/** @type {number[]} */ span) => span.map(clock).join("–")).join(" ") }));
}

/** @returns {Array<{key: string | number, title: string, note: string, words: string, place: any}>} */
function rowsOf() {
  if (by === "clerk") {
    return week.clerks.map((/** @type {any} */ one) => ({ key: one.username, title: nameOf(one), note: one.badge, words: `${one.username} ${one.name} ${one.name_en} ${one.badge}`.toLowerCase(), place: { clerk: one.username } }));
  }
  const house = { key: "house", title: t("roster.in_house"), note: t("roster.in_house_note"), words: t("roster.in_house").toLowerCase(), place: { window: null } };
  const backup = new Map(week.clerks.map((/** @type {any} */ one) => [one.username, nameOf(one)]));
  return [
    ...week.windows.map((/** @type {any} */ one) => ({
      key: one.number,
      title: t("window.number", { number: one.number }),
      note: [textOf(one, "label") || t(`window_kind.${one.kind}`), one.backup && t("roster.backup_is", { name: backup.get(one.backup) ?? one.backup })].filter(Boolean).join(" · "),
      words: `${one.number} ${one.label} ${one.label_en} ${one.zone} ${t(`window_kind.${one.kind}`)}`.toLowerCase(),
      place: { window: one.number },
    })),
    house,
  ];
}

/** @param {any} row @param {any} day @param {any[]} shifts @param {Set<string>} wrong */
function cell(row, day, shifts, wrong) {
  const place = { ...row.place, day: day.day };
  const over = day.day < week.today;
  const add = h("button.roster-add", { type: "button", "aria-label": t("roster.add_at", { place: row.title, day: dayName(day.day) }), onclick: () => acts.add(place) }, icon("plus"));
  const inside = h("div.roster-cell", null, shifts.map((one) => chip(one, wrong)), !plan && !over && day.hours.length > 0 && add);
  if (!plan && !over) {
    inside.addEventListener("dragover", (/** @type {DragEvent} */ event) => {
      event.preventDefault();
      inside.dataset.over = "yes";
    });
    inside.addEventListener("dragleave", () => delete inside.dataset.over);
    inside.addEventListener("drop", (/** @type {DragEvent} */ event) => {
      event.preventDefault();
      delete inside.dataset.over;
      if (dragged) acts.drop(dragged, place);
      dragged = null;
    });
  }
  return h("td", { data: { shut: day.hours.length ? "no" : "yes", today: day.day === week.today ? "yes" : "no" } }, inside);
}

/** @param {any} one @param {Set<string>} wrong */
function chip(one, wrong) {
  const clerk = week.clerks.find((/** @type {any} */ other) => other.username === one.clerk);
  const who = by === "window" ? nameOf(clerk) || one.clerk || t("roster.nobody") : one.window === null ? t("roster.in_house") : t("window.number", { number: one.window });
  const faulty = !plan && wrong.has(`${one.day} ${one.clerk}`);
  const times = `${clock(one.begins)}–${clock(one.ends)}`;
  const breaks = one.breaks.map((/** @type {number[]} */ [at, minutes]) => t("roster.break_at", { at: clock(at), minutes })).join(" · ");
  const words = [h("strong", { text: who }), h("span", { text: times }), breaks && h("span.muted.small", { text: breaks }), faulty && h("span.shift-wrong", { text: t("roster.wrong") })];
  const data = { house: one.window === null ? "yes" : "no", wrong: faulty ? "yes" : "no", drawn: plan ? "yes" : "no", shift: one.id };
  if (plan || one.day < week.today) return h("div.shift", { data }, words);
  const button = h("button.shift", { type: "button", draggable: "true", data, onclick: () => acts.edit(one) }, words);
  button.addEventListener("dragstart", (/** @type {DragEvent} */ event) => {
    dragged = one;
    event.dataTransfer?.setData("text/plain", times);
  });
  return button;
}

find("#by").addEventListener("click", (/** @type {any} */ event) => {
  const chosen = event.target.closest("button")?.dataset.by;
  if (!chosen || !week) return;
  by = chosen;
  most = ROWS;
  for (const button of find("#by").children) button.setAttribute("aria-pressed", String(button.dataset.by === by));
  drawGrid(week, plan);
});
find("#find").addEventListener("input", () => week && drawGrid(week, plan));
find("#more").addEventListener("click", () => {
  most += 3 * ROWS;
  drawGrid(week, plan);
});
