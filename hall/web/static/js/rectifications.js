/** The rectifications' page: what is to be rectified and by when, noting that it is, and entering what a mystery visitor saw. Asked for again every minute. */
import { get, post } from "./api.js";
import { setServerTime, timeOf } from "./clock.js";
import { prompt } from "./dialog.js";
import { fill, find, h, icon, setText } from "./dom.js";
import { guard } from "./guard.js";
import { askVisit } from "./rectify_form.js";
import { dayAndTimeOf, sourceOf, STATES } from "./rectify_words.js";
import { leadToSignIn, showConnection } from "./shell.js";
import { toast } from "./toast.js";
import { nameOf, t, textOf } from "./words.js";

const FRESH_MS = 60_000;
const DONE = new Set(["done", "done_late"]);

const hall = document.documentElement.dataset.hall || "";
const buttons = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("#shown button")]);
let shown = "todo";
/** @type {any} */
let told = null;

async function load() {
  try {
    told = await get(`/halls/${hall}/rectifications`);
    setServerTime(told.now);
    draw();
    say("");
    showConnection("live");
  } catch (error) {
    const problem = /** @type {any} */ (error);
    if (leadToSignIn(problem)) return;
    if (problem.away) showConnection("lost");
    say(problem.detail || problem.message);
  } finally {
    find("#rectifications").removeAttribute("aria-busy");
  }
}

function draw() {
  const done = told.rectifications.filter((/** @type {any} */ one) => DONE.has(one.state));
  const todo = told.rectifications.filter((/** @type {any} */ one) => !DONE.has(one.state));
  for (const button of buttons) {
    setText(find(".num", button), told[button.dataset.shown ?? "todo"]);
    button.setAttribute("aria-pressed", String(button.dataset.shown === shown));
  }
  setText(find("#sum"), told.overdue ? t("rectify.some_overdue", { count: told.overdue }) : t(told.todo ? "rectify.none_overdue" : "rectify.nothing_to_do"));
  const list = shown === "done" ? done : todo;
  const cut = told[shown] > list.length ? t("rectify.shown_some", { total: told[shown], shown: list.length }) : "";
  setText(find("#explained"), [cut, t("rectify.explained", { days: told.working_days })].filter(Boolean).join(" "));
  const nothing = () => h("li.card", null, h("div.empty", null, icon("check-circle"), h("p.empty-title", { text: t(shown === "done" ? "rectify.none_done" : "rectify.nothing_to_do") }), h("p", { text: t("rectify.nothing_note") })));
  fill(find("#rectifications"), list.length ? list.map(card) : nothing());
  fill(find("#visits"), told.mystery_visits.length ? told.mystery_visits.map(visit) : h("tr", null, h("td.center.muted", { colspan: "5", text: t("rectify.no_visits") })));
}

/** @param {any} one */
function card(one) {
  const [sign, colours] = STATES[one.state];
  const about = [nameOf({ name: one.business_name, name_en: one.business_name_en }), one.window === null ? "" : t("window.number", { number: one.window }), nameOf({ name: one.clerk_name, name_en: one.clerk_name_en }), one.day, textOf(one, "opened_by") && t("rectify.opened_by", { name: textOf(one, "opened_by") })];
  const button = DONE.has(one.state) ? null : h("button.button", { type: "button", data: { done: one.id } }, icon("check"), t("rectify.note_done"));
  if (button) guard(button, () => noteDone(one));
  return h(
    "li.card.rectification",
    { data: { state: one.state, rectification: one.id } },
    h("div", null, h("h3", null, sourceOf(one), h("span.chip", { data: { state: colours } }, icon(sign), h("span", { text: t(`rectify.state_${one.state}`) }))), h("p.rectify-about", { text: about.filter(Boolean).join(" · ") }), one.finding && h("p.rectify-finding", { text: one.finding }), one.note && h("p.rectify-finding", null, h("b", { text: t("rectify.how") }), one.note)),
    h("div.rectify-part", null, h("span.label", { text: t("rectify.due") }), h("span.rectify-due", { text: one.due_day }), one.owner && h("span.label", { text: t("rectify.owned_by", { name: one.owner }) }), one.rectified_at && h("span.label", { text: t("rectify.done_by", { name: textOf(one, "rectified_by"), at: dayAndTimeOf(one.rectified_at) }) })),
    button,
  );
}

/** @param {any} one */
function visit(one) {
  return h("tr", { data: { visit: one.id } }, h("th.nowrap", { scope: "row", text: dayAndTimeOf(one.visited_at) }), h("td.nowrap", { text: one.window === null ? t("rectify.whole_hall") : t("window.number", { number: one.window }) }), h("td", { text: one.score }), h("td", { text: one.finding || "–" }), h("td", null, h("span.nowrap", { text: textOf(one, "entered_by") }), " ", h("span.nowrap", { text: dayAndTimeOf(one.entered_at) })));
}

/** @param {any} one */
async function noteDone(one) {
  const note = await prompt({ title: t("rectify.note_done_title"), label: t("rectify.how_label"), lines: 4, required: true, confirm: t("rectify.note_done") });
  if (!note) return;
  await send(`/halls/${hall}/rectifications/${one.id}/done`, { note }, t("rectify.noted"));
}

/** @param {string} path @param {object} body @param {string} said */
async function send(path, body, said) {
  try {
    await post(path, body);
    toast(said, { kind: "ok" });
  } finally {
    await load(); // also after a refusal: it shows what has changed
  }
}

guard(find("#enter"), async () => {
  const wish = await askVisit(told);
  if (wish) await send(`/halls/${hall}/mystery-visits`, wish, t("rectify.visit_entered"));
});

/** @param {string} text "" hides it */
function say(text) {
  const notice = find("#problem");
  notice.hidden = !text;
  setText(find(".notice-text p:last-child", notice), text);
}

for (const button of buttons) {
  button.addEventListener("click", () => {
    shown = button.dataset.shown ?? "todo";
    if (told) draw();
  });
}
setInterval(() => {
  if (document.visibilityState === "visible" && !document.querySelector("dialog[open]")) void load();
}, FRESH_MS);
void load();
