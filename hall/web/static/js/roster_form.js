/** The forms of the roster: one shift (clerk, window, times, breaks), and an absence. */
import { ask } from "./dialog.js";
import { h } from "./dom.js";
import { clock, dayName, minutesOf } from "./roster_words.js";
import { nameOf, t, textOf } from "./words.js";

/**
 * @param {any} week
 * @param {any} start a shift, or a place {day, window?, clerk?} for a new one
 * @param {boolean} known a shift that stands: it can also be taken out
 * @returns {Promise<any>} {day, shift} or {remove: true}; null when closed
 */
export async function askShift(week, start, known) {
  const open = week.days.find((/** @type {any} */ one) => one.day === start.day)?.hours ?? [];
  const begins = start.begins ?? open[0]?.[0] ?? 540;
  const ends = start.ends ?? Math.min(open.at(-1)?.[1] ?? 1020, begins + 120);
  const day = select("day", week.days.filter((/** @type {any} */ one) => one.day >= week.today && one.hours.length).map((/** @type {any} */ one) => [one.day, dayName(one.day)]), start.day);
  const window = select("window", [["", t("roster.in_house")], ...week.windows.map((/** @type {any} */ one) => [one.number, `${t("window.number", { number: one.number })} · ${textOf(one, "label") || t(`window_kind.${one.kind}`)}`])], start.window ?? "");
  const clerk = select("clerk", week.clerks.map((/** @type {any} */ one) => [one.username, [nameOf(one), one.badge].filter(Boolean).join(" · ")]), start.clerk ?? able(week, start.window));
  const from = h("input.input", { id: "shift-begins", type: "time", required: true, value: clock(begins) });
  const until = h("input.input", { id: "shift-ends", type: "time", required: true, value: clock(ends) });
  const breaks = h("input.input", { id: "shift-breaks", value: (start.breaks ?? []).map((/** @type {number[]} */ [at, minutes]) => `${clock(at)}/${minutes}`).join(" "), pattern: "(\\d\\d?:\\d\\d/\\d{1,3}\\s*)*", autocomplete: "off", spellcheck: "false", "aria-describedby": "shift-breaks-says" });
  const read = () => ({
    day: day.value,
    shift: {
      clerk: clerk.value,
      window: window.value ? Number(window.value) : null,
      begins: clock(minutesOf(from.value)),
      ends: clock(minutesOf(until.value)),
      breaks: breaks.value
        .split(/\s+/)
        .filter(Boolean)
        .map((/** @type {string} */ one) => ({ at: clock(minutesOf(one.split("/")[0])), minutes: Number(one.split("/")[1]) })),
    },
  });
  return ask({
    title: t(known ? "roster.edit_shift" : "roster.add_shift"),
    body: h("div.shift-form", null, field("clerk", clerk), field("window", window), field("day", day), h("div"), field("begins", from), field("ends", until), h("div.field.wide", null, h("label", { for: "shift-breaks", text: t("roster.field_breaks") }), breaks, h("p.field-hint", { id: "shift-breaks-says", text: t("roster.breaks_hint") }))),
    actions: [
      ...(known ? [{ label: t("roster.remove_shift"), kind: "quiet", value: /** @type {any} */ ({ remove: true }) }] : []),
      { label: t("action.cancel"), kind: "", value: () => false },
      { label: t("action.save"), value: () => ([from, until, breaks].every((one) => one.reportValidity()) ? read() : null) },
    ],
  });
}

/** @param {any} week @returns {Promise<any>} what to send, or null */
export async function askAbsence(week) {
  const clerk = select("clerk", week.clerks.map((/** @type {any} */ one) => [one.username, [nameOf(one), one.badge].filter(Boolean).join(" · ")]), "");
  const usual = week.today > week.first ? week.today : week.first;
  const from = h("input.input", { id: "shift-first", type: "date", required: true, min: week.today, value: usual });
  const until = h("input.input", { id: "shift-last", type: "date", required: true, min: week.today, value: usual });
  const note = h("input.input", { id: "shift-note", maxlength: "300", autocomplete: "off" });
  return ask({
    title: t("roster.mark_absent"),
    body: h("div.shift-form", null, h("div.field.wide", null, h("label", { for: "shift-clerk", text: t("roster.field_clerk") }), clerk), field("first", from), field("last", until), h("div.field.wide", null, h("label", { for: "shift-note", text: t("roster.field_note") }), note)),
    actions: [
      { label: t("action.cancel"), kind: "", value: () => false },
      { label: t("action.save"), value: () => ([from, until].every((one) => one.reportValidity()) ? { clerk: clerk.value, first: from.value, last: until.value, note: note.value.trim() || null } : null) },
    ],
  });
}

/** The first clerk certified for something at this window. @param {any} week @param {number | null | undefined} number */
function able(week, number) {
  const serves = new Set(week.windows.find((/** @type {any} */ one) => one.number === number)?.businesses ?? []);
  return week.clerks.find((/** @type {any} */ one) => !serves.size || one.businesses.some((/** @type {string} */ code) => serves.has(code)))?.username ?? "";
}

/** @param {string} name @param {any[][]} options @param {any} chosen */
const select = (name, options, chosen) => h("select.input", { id: `shift-${name}` }, options.map(([value, text]) => h("option", { value, text, selected: String(value) === String(chosen) })));

/** @param {string} name @param {any} control */
const field = (name, control) => h("div.field", null, h("label", { for: `shift-${name}`, text: t(`roster.field_${name}`) }), control);
