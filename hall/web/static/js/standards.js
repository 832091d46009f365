/** The standards' page: red or green on a day, and the tickets that broke each at one press. Today's are asked for again every minute. */
import { get, post } from "./api.js";
import { setServerTime, timeOf } from "./clock.js";
import { show } from "./dialog.js";
import { fill, find, h, icon, setText } from "./dom.js";
import { guard } from "./guard.js";
import { askToRectify } from "./rectify_form.js";
import { dayAndTimeOf, sourceOf } from "./rectify_words.js";
import { today } from "./reports_days.js";
import { subjectOf, wholeValueOf } from "./reports_values.js";
import { leadToSignIn, showConnection } from "./shell.js";
import { toast } from "./toast.js";
import { hasWords, nameOf, t, textOf } from "./words.js";

const FRESH_MS = 60_000;
const ANSWER_MS = 70_000;
const SIGNS = { yes: ["check-circle", "standard.met", "serving"], no: ["close-circle", "standard.not_met", "missed"], unknown: ["minus-circle", "standard.unjudged", "closed"] };
const RED_SHOWN = 24;

const hall = document.documentElement.dataset.hall || "";
const day = find("#day");
day.value = new URLSearchParams(location.search).get("day") || today();
let asked = 0;

async function load() {
  const number = ++asked;
  day.max = today();
  history.replaceState(null, "", `?day=${encodeURIComponent(day.value)}`);
  find("#standards").setAttribute("aria-busy", "true");
  try {
    const found = await get(`/halls/${hall}/standards?day=${encodeURIComponent(day.value)}`, { timeout: ANSWER_MS });
    if (number !== asked) return;
    setServerTime(found.now);
    draw(found);
    say("problem", "");
    showConnection("live");
  } catch (problem) {
    if (number !== asked || leadToSignIn(problem)) return;
    if (problem.away) showConnection("lost");
    say("problem", problem.detail || problem.message);
  } finally {
    if (number === asked) find("#standards").removeAttribute("aria-busy");
  }
}

/** @param {any} found */
function draw(found) {
  const red = found.standards.filter((/** @type {any} */ one) => one.met === false).length;
  const unjudged = found.standards.filter((/** @type {any} */ one) => one.met === null).length;
  const words = red ? t("standard.some_not_met", { count: red }) : t(unjudged < found.standards.length ? "standard.all_met" : "standard.unjudged");
  fill(find("#sum"), words, h("small", { text: t("standard.count_met", { met: found.standards.length - red - unjudged, unjudged }) }));
  say("behind", found.behind ? t("report.behind", { count: found.behind }) : "");
  fill(find("#standards"), found.standards.length ? found.standards.map(standard) : h("li.card", null, h("div.empty", null, icon("list"), h("p.empty-title", { text: t("standard.none") }), h("p", { text: t("standard.none_note") }))));
}

/** @param {any} one */
const titleOf = (one) => nameOf(one) || (one.hours === "all" ? t(`report.${one.indicator}`) : `${t(`report.${one.indicator}`)} · ${t(`report.hours.${one.hours}`)}`);

/** @param {any} one */
const targetOf = (one) => t(one.at_least === null ? "standard.at_most" : "standard.at_least", { value: wholeValueOf(one.indicator, one.at_least ?? one.at_most) });

/** @param {any} one */
function standard(one) {
  const met = one.met === null ? "unknown" : one.met ? "yes" : "no";
  const [sign, word, state] = SIGNS[met];
  const hallWide = one.scope === "hall";
  const red = hallWide ? [] : one.results.filter((/** @type {any} */ result) => result.met === false);
  const value = hallWide ? wholeValueOf(one.indicator, one.results[0]?.value ?? null) : `${one.results.filter((/** @type {any} */ result) => result.met).length} / ${one.results.filter((/** @type {any} */ result) => result.met !== null).length}`;
  const owner = textOf(one, "owner");
  const about = [t(`report.by.${one.scope}`), t(`standard.period_${one.period}`), t("standard.version", { version: one.version }), one.since && t("standard.since", { day: one.since })];
  const button = h("button.button.small", { type: "button", data: { evidence: one.standard } }, icon("list"), t("standard.evidence"));
  guard(button, () => openEvidence(one, ""));
  const rectify = met === "no" ? h("button.button.small", { type: "button", data: { rectify: one.standard } }, icon("edit"), t("rectify.require")) : null;
  if (rectify) guard(rectify, () => haveRectified(one));
  return h(
    "li.card.standard",
    { data: { met, standard: one.standard } },
    h("div.standard-name", null, h("h3", { text: titleOf(one) }), h("span.chip", { data: { state } }, icon(sign), h("span", { text: t(word) })), h("span.row-note", { text: about.filter(Boolean).join(" · ") })),
    h("div.standard-part", null, h("span.label", { text: t("standard.value") }), h("span.standard-value", { text: value })),
    h("div.standard-part", null, h("span.label", { text: t("standard.target") }), h("span.standard-target", { text: targetOf(one) })),
    h("div.standard-part.standard-owner", null, owner && h("span.label", { text: t("standard.owner") }), owner && h("span", { text: owner })),
    h("div.standard-buttons", null, button, rectify),
    red.length > 0 && h("div.standard-results", null, red.slice(0, RED_SHOWN).map((/** @type {any} */ result) => brokenBy(one, result))),
  );
}

/** @param {any} one @param {any} result */
function brokenBy(one, result) {
  const button = h("button.button.small", { type: "button", data: { subject: result.code } }, `${subjectOf(one.scope, result, nameOf(result))} ${wholeValueOf(one.indicator, result.value)}`);
  guard(button, () => openEvidence(one, result.code));
  return button;
}

/** @param {any} one */
async function haveRectified(one) {
  const told = await get(`/halls/${hall}/rectifications`);
  const wish = await askToRectify(t("rectify.require_of", { name: titleOf(one) }), told, textOf(one, "owner"));
  if (!wish) return;
  await post(`/halls/${hall}/standards/${encodeURIComponent(one.standard)}/rectify`, { day: day.value, ...wish });
  toast(t("rectify.opened"), { kind: "ok", action: { label: t("page.rectifications"), run: () => location.assign(`/halls/${hall}/rectifications`) } });
}

/** @param {any} one @param {string} subject */
async function openEvidence(one, subject) {
  const query = new URLSearchParams({ day: day.value, subject });
  const found = await get(`/halls/${hall}/standards/${encodeURIComponent(one.standard)}/evidence?${query}`, { timeout: ANSWER_MS });
  const dialog = find("#evidence");
  const windows = found.windows.length > 0;
  setText(find("#evidence-title"), t(windows ? "standard.evidence_windows" : "standard.evidence_of", { name: titleOf(one) }));
  fill(find("#evidence-body"), windows ? windowTable(one, found.windows) : CASES[one.indicator] ? caseTable(one, found) : ticketTable(found));
  show(dialog); // the button is free again as soon as the dialog is open
}

/** @param {any} found */
function ticketTable(found) {
  if (!found.total) return nothingFound();
  const key = found.tickets.length < found.total ? "standard.evidence_shown" : "standard.evidence_total";
  const oneDay = found.from === found.to;
  const minutes = (/** @type {number | null} */ seconds) => wholeValueOf("mean_wait_seconds", seconds);
  const timed = found.tickets.some((/** @type {any} */ one) => one.seconds !== null);
  const cells = (/** @type {any} */ one) => [`${oneDay ? "" : `${one.day} `}${timeOf(one.at)}`, nameOf({ name: one.business_name, name_en: one.business_name_en }), one.window === null ? "–" : String(one.window), nameOf({ name: one.clerk_name, name_en: one.clerk_name_en }) || "–", t(`visitor_class.${one.visitor_class}`), ...(timed ? [minutes(one.seconds), minutes(one.promise_seconds)] : [])];
  return [
    h("p.evidence-total", { text: t(key, { total: found.total, shown: found.tickets.length }) }),
    table(["ticket", "time", "business", "window", "clerk", "class", ...(timed ? ["took", "promised"] : [])], found.tickets.map((/** @type {any} */ one) => [one.ticket, ...cells(one)])),
  ];
}

/** What broke the indicators about rectifications and mystery visits: columns, and a row of each. @type {Record<string, [string[], (one: any) => string[]]>} */
const CASES = {
  rectified_on_time: [["source", "window", "due", "done", "finding"], (one) => [sourceOf(one), placeOf(one), one.due_day, one.rectified_at ? dayAndTimeOf(one.rectified_at) : t("rectify.state_overdue"), one.finding || "–"]],
  mystery_score: [["time", "window", "score", "finding"], (one) => [dayAndTimeOf(one.visited_at), placeOf(one), String(one.score), one.finding || "–"]],
};
/** @param {any} one */
const placeOf = (one) => (one.window === null ? "–" : String(one.window));

/** @param {any} one @param {any} found */
function caseTable(one, found) {
  const cases = [...found.rectifications, ...found.mystery_visits];
  if (!cases.length) return nothingFound();
  const [columns, cells] = CASES[one.indicator];
  return [h("p.evidence-total", { text: t("rectify.evidence_total", { total: found.total }) }), table(columns, cases.map(cells)), h("p", null, h("a", { href: `/halls/${hall}/rectifications`, text: t("rectify.to_list") }))];
}

const nothingFound = () => h("div.empty", null, icon("check-circle"), h("p.empty-title", { text: t("standard.evidence_none") }), h("p", { text: t("standard.evidence_none_note") }));

/** @param {any} one @param {any[]} windows */
const windowTable = (one, windows) => table(["window", "value"], windows.map((window) => [subjectOf("window", window, nameOf(window)), wholeValueOf(one.indicator, window.value)]));

/** @param {string[]} columns @param {string[][]} rows */
function table(columns, rows) {
  const head = columns.map((name) => h("th", { scope: "col", text: t(hasWords(`standard.${name}`) ? `standard.${name}` : name) }));
  return h("div.table-frame", { tabindex: "0", role: "region", "aria-labelledby": "evidence-title" }, h("table.table.dense", null, h("thead", null, h("tr", null, head)), h("tbody", null, rows.map(([first, ...rest]) => h("tr", null, h("th", { scope: "row", text: first }), rest.map((text) => h("td", { text })))))));
}

/** @param {string} id @param {string} text "" hides it */
function say(id, text) {
  const notice = find(`#${id}`);
  notice.hidden = !text;
  setText(find(".notice-text p:last-child", notice), text);
}

find("#wish").addEventListener("submit", (event) => {
  event.preventDefault();
  load();
});
find("#print").addEventListener("click", () => window.print());
setInterval(() => {
  if (document.visibilityState === "visible" && day.value === today() && !find("#evidence").open) load();
}, FRESH_MS);
load();
