/** Before and after, per business: a row is pressed to see its chart, and a window is dropped on it. The hall stands first, then what changes most. */
import { h, icon, renderList, setText } from "./dom.js";
import { nameOf, t } from "./words.js";

const FIGURES = ["mean_wait", "longest_wait", "over_promise", "elderly_wait"];
const LESS = -1;

/**
 * @param {HTMLElement} body of the table
 * @param {any} model GET …/what-if
 * @param {any} answer POST …/what-if; null: not yet
 * @param {{chosen: string, words: string, plan: boolean}} options
 */
export function drawTable(body, model, answer, { chosen, words, plan }) {
  const told = new Map((answer?.businesses ?? []).map((/** @type {any} */ one) => [one.code, one]));
  const rows = model.businesses
    .map((/** @type {any} */ one) => ({ code: one.code, name: nameOf(one), waiting: one.waiting, told: told.get(one.code) }))
    .filter((/** @type {any} */ one) => !words || one.name.toLowerCase().includes(words))
    .sort((/** @type {any} */ one, /** @type {any} */ other) => weight(other) - weight(one));
  const waiting = model.businesses.reduce((/** @type {number} */ sum, /** @type {any} */ one) => sum + one.waiting, 0);
  const all = [{ code: "", name: t("what_if.hall"), waiting, told: answer?.hall }, ...rows];
  renderList(body, all, (one) => one.code, makeRow, (row, one) => updateRow(row, one, chosen, plan));
}

/** What changes most, for most people, stands first; then where most wait. */
function weight({ told, waiting }) {
  const figure = told?.figures.mean_wait;
  const changes = figure?.sign ? 1e6 + Math.abs(figure.difference.middle) * told.people : 0;
  return changes + waiting * 10 + (told?.people ?? 0);
}

function makeRow(one) {
  return h("tr", { data: { business: one.code } }, h("th", { scope: "row" }, h("button.try-row-name", { type: "button" }, h("span"))), h("td.end.num"), FIGURES.map(() => h("td.end.num")));
}

function updateRow(row, one, chosen, plan) {
  const [name, waiting, ...cells] = row.children;
  setText(name.firstChild.firstChild, one.name);
  name.firstChild.setAttribute("aria-pressed", String(one.code === chosen));
  row.toggleAttribute("data-chosen", one.code === chosen);
  setText(waiting, one.waiting);
  cells.forEach((cell, place) => drawFigure(cell, FIGURES[place], one.told?.figures[FIGURES[place]], plan));
}

/** @param {HTMLElement} cell @param {string} name @param {any} figure @param {boolean} plan */
function drawFigure(cell, name, figure, plan) {
  const key = figure ? JSON.stringify([figure.before.middle, figure.after.middle, figure.sign, plan]) : "";
  if (cell.dataset.said === key) return;
  cell.dataset.said = key;
  if (!figure) {
    cell.replaceChildren("–");
    return;
  }
  const show = (/** @type {number} */ value) => (name === "over_promise" ? `${Math.round(value * 100)}%` : `${value < 6000 ? Math.round(value / 6) / 10 : Math.round(value / 60)}`);
  const range = (/** @type {any} */ told) => `${show(told.low)}–${show(told.high)}`;
  if (!plan) {
    cell.replaceChildren(h("span", { text: show(figure.before.middle), title: range(figure.before) }));
    return;
  }
  const sign = figure.sign === LESS ? icon("arrow-down", { label: t("what_if.less") }) : figure.sign ? icon("arrow-up", { label: t("what_if.more") }) : null;
  cell.replaceChildren(
    h("span.try-figure", { data: { sign: figure.sign }, title: `${range(figure.before)} → ${range(figure.after)}` }, h("span.was", { text: show(figure.before.middle) }), h("span", { text: "→", "aria-hidden": "true" }), h("span.is", { text: show(figure.after.middle) }), sign),
  );
}
