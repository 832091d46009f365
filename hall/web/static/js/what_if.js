/**
 * The what-if page: a plan is put together by dragging windows or from their menus, the planning process plays both futures, and the manager applies the
 * plan or discards it. Each answer is asked again for more futures until there are enough; a change of the hall's windows asks anew.
 */
import { get, post } from "./api.js";
import { setServerTime, timeOf } from "./clock.js";
import { fill, find, h, icon, setText } from "./dom.js";
import { guard, setEnabled } from "./guard.js";
import { watch } from "./live.js";
import { leadToSignIn, showConnection } from "./shell.js";
import { reportProblem } from "./toast.js";
import { followApplied } from "./what_if_apply.js";
import { drawChart } from "./what_if_chart.js";
import { editChange } from "./what_if_dialog.js";
import { followDraft } from "./what_if_draft.js";
import { isOnlyTried, withChange, wordsOf, whenOf } from "./what_if_plan.js";
import { followReplay } from "./what_if_replay.js";
import { drawTable } from "./what_if_table.js";
import { drawTiles, followDrags } from "./what_if_windows.js";
import { nameOf, t } from "./words.js";

const ANSWER_MS = 62_000; // the first question of a day learns the days before
const MORE_MS = 250;
const STALE_MS = 75_000;
const SETTLE_MS = 1500;

const hall = document.documentElement.dataset.hall || "";
const path = `/halls/${hall}/what-if`;
const page = { plan: /** @type {any[]} */ ([]), chosen: "", what: "waiting", minutes: /** @type {number | null} */ (90), words: "", business: "" };

const applied = followApplied(hall, path, load);
const draft = followDraft(hall, path, show);
/** @type {any} the hall as GET …/what-if has it */
let model = null;
/** @type {any} what the process last said, and for which plan */
let answer = null;
let answered = "";
let wrong = 0;
let turn = 0;
let askedAt = 0;
/** An answer to the plan as it is, of the hall as it is, is under way. */
let computing = false;
let asking = new AbortController();
let settling = 0;
/** Something has happened that the futures must know. */
let outrun = false;

/** The hall anew. @param {boolean} [anew] and both futures */
async function load(anew = true) {
  try {
    model = await get(path, { retries: 0 });
    setServerTime(model.now);
    drawBusinesses();
    draw();
    applied.follow().catch(() => {});
    if (anew) ask();
    return model;
  } catch (problem) {
    leadToSignIn(problem);
    throw problem;
  }
}

/** Asks for both futures of the plan as it is now; an answer to an older one is dropped. @param {boolean} [more] only more of the same */
async function ask(more = false) {
  const mine = (turn += 1);
  asking.abort();
  asking = new AbortController();
  askedAt = Date.now();
  const wish = JSON.stringify({ changes: page.plan, minutes: page.minutes });
  if (!more) busy(true);
  try {
    const said = await post(path, JSON.parse(wish), { signal: asking.signal, timeout: ANSWER_MS, retries: 1 });
    if (mine !== turn) return;
    setServerTime(said.now);
    [answer, answered, wrong] = [said, wish, 0];
    refuse("");
    busy(false);
    draw();
    if (!said.complete) setTimeout(() => mine === turn && document.visibilityState === "visible" && ask(true), MORE_MS);
  } catch (problem) {
    if (mine !== turn || /** @type {any} */ (problem)?.name === "AbortError") return;
    busy(false);
    if (more || leadToSignIn(problem)) return;
    wrong = /** @type {any} */ (problem)?.body?.change ?? 0;
    if (/** @type {any} */ (problem)?.name === "Problem") refuse(/** @type {any} */ (problem).detail);
    else reportProblem(problem);
    setText(find("#state-words"), t(answer ? "what_if.refused_old" : "what_if.refused_none"));
    find("#futures").toggleAttribute("data-old", Boolean(answer));
    draw();
  }
}

/** @param {boolean} on */
function busy(on) {
  const box = find("#futures");
  computing = on;
  if (on) setEnabled(find("#apply"), false);
  box.removeAttribute("data-old");
  if (on) box.setAttribute("aria-busy", "true");
  else box.removeAttribute("aria-busy");
  find("#chart").toggleAttribute("data-fresh", !on);
  if (on) setText(find("#state-words"), t("what_if.computing"));
}

/** @param {string} words what is wrong with the plan; "" for nothing */
function refuse(words) {
  find("#refused").hidden = !words;
  setText(find("#refused .notice-text p:last-child"), words);
}

/** @param {any[]} plan */
function change(plan) {
  draft.keep(plan);
  show(plan);
}

/** A plan as it was kept, or is now. @param {any[]} plan */
function show(plan) {
  page.plan = plan;
  wrong = 0;
  find("#outdated").hidden = true;
  if (!model) return; // it is asked about as soon as the hall is there
  draw();
  ask();
}

/** @param {any} one a change */
const add = (one) => change(withChange(page.plan, one));

/** @param {number} number @param {number} [place] which change of the plan is edited */
async function open(number, place) {
  const window = model?.windows.find((/** @type {any} */ one) => one.number === number);
  if (!window) return;
  const made = await editChange(model, window, place === undefined ? page.plan.find((one) => one.window === number) : page.plan[place]);
  if (made) change(place === undefined ? withChange(page.plan, made) : page.plan.map((one, at) => (at === place ? made : one)));
}

function draw() {
  if (!model) return;
  drawChanges();
  drawTiles(find("#zones"), model, page.plan, page.words);
  const current = answered === wish();
  drawTable(find("#rows"), model, answer, { chosen: page.chosen, words: page.business, plan: page.plan.length > 0 });
  if (answer) {
    const business = model.businesses.find((/** @type {any} */ one) => one.code === page.chosen);
    const name = business ? nameOf(business) : t("what_if.hall");
    const of = page.chosen ? answer.businesses.find((/** @type {any} */ one) => one.code === page.chosen) : answer.hall;
    setText(find("#futures-title"), t("what_if.futures_of", { name }));
    setText(find("#chart-words"), drawChart(find("#chart"), answer, of, { what: page.what, plan: JSON.parse(answered).changes.length > 0, name }));
    if (current) setText(find("#state-words"), t("what_if.told", { time: timeOf(answer.at), count: answer.futures }));
  }
  const doable = page.plan.filter((one) => !isOnlyTried(one, model));
  setEnabled(find("#apply"), current && !computing && wrong === 0 && find("#refused").hidden && doable.length > 0);
  setText(find("#apply-note"), page.plan.length === 0 ? "" : doable.length === page.plan.length ? t("what_if.apply_note") : t("what_if.apply_some", { count: page.plan.length - doable.length }));
}

const wish = () => JSON.stringify({ changes: page.plan, minutes: page.minutes });

function drawChanges() {
  const count = find("#plan-count");
  count.hidden = page.plan.length === 0;
  setText(count, page.plan.length);
  setEnabled(find("#discard"), page.plan.length > 0);
  const rows = page.plan.map((one, place) => {
    const words = wordsOf(one, model);
    return h(
      "li.try-change",
      { class: wrong === place + 1 ? "wrong" : "" },
      h("div", null, h("p.try-change-what", { text: words }), h("p.try-change-when", null, h("span", { text: whenOf(one) }), isOnlyTried(one, model) && h("span.tag", { text: t("what_if.only_tried") }))),
      one.window ? h("button.button.plain.icon-only.small", { type: "button", "aria-label": t("what_if.edit", { what: words }), onclick: () => open(one.window, place) }, icon("edit")) : h("span"),
      h("button.button.plain.icon-only.small", { type: "button", "aria-label": t("what_if.remove", { what: words }), onclick: () => change(page.plan.filter((_, at) => at !== place)) }, icon("close")),
    );
  });
  fill(find("#changes"), rows.length ? rows : h("li.try-empty", { text: t("what_if.empty") }));
}

function drawBusinesses() {
  const select = find("#crowd-business");
  const chosen = select.value || page.chosen;
  fill(select, model.businesses.map((/** @type {any} */ one) => h("option", { value: one.code, text: `${one.prefix} ${nameOf(one)}` })));
  if (chosen) select.value = chosen;
}

/**
 * Somebody moved a window: what is shown may be old. A clerk who pauses or goes on elsewhere is only shown: in a large hall somebody always does.
 * @param {any} event
 */
function hear(event) {
  if (/^(adjustment|move)_/.test(event.type)) applied.follow().catch(() => {});
  if (!/^(window_|hall_configured|plan_|adjustment_)/.test(event.type) || event.type === "window_ready") return;
  outrun ||= !["window_paused", "window_opened"].includes(event.type) || page.plan.some((one) => one.window === event.window);
  settling ||= window.setTimeout(() => {
    const anew = outrun;
    settling = 0;
    outrun = false;
    load(anew).catch(() => {});
  }, SETTLE_MS);
}

watch({
  hall,
  audience: "staff",
  snapshot: () => draft.look().then(() => load()),
  onEvent: hear,
  onState: (state, why) => {
    showConnection(state);
    if (why === "not_signed_in") leadToSignIn({ status: 401 });
  },
});
setInterval(() => {
  if (model && document.visibilityState === "visible" && Date.now() - askedAt > STALE_MS) load().catch(() => {});
}, 5000);

document.addEventListener("visibilitychange", () => {
  if (model && document.visibilityState === "visible") draft.look().catch(() => {}); // it may have been changed elsewhere meanwhile
});

find("#zones").addEventListener("click", (event) => {
  const tile = /** @type {HTMLElement | null} */ (event.target.closest("[data-window]"));
  if (tile) open(Number(tile.dataset.window)).then(() => tile.focus());
});
followDrags(find("#zones"), find("#rows"), find("#drops"), () => model, add);
find("#rows").addEventListener("click", (event) => {
  const row = /** @type {HTMLElement | null} */ (event.target.closest("tr"));
  if (!row) return;
  page.chosen = row.dataset.business ?? "";
  draw();
});
for (const [group, name] of [["#what", "what"], ["#far", "far"]]) {
  find(group).addEventListener("click", (event) => {
    const button = /** @type {HTMLElement | null} */ (event.target.closest("button"));
    if (!button) return;
    for (const other of find(group).children) other.setAttribute("aria-pressed", String(other === button));
    if (name === "what") {
      page.what = button.dataset.what ?? "waiting";
      draw();
    } else {
      page.minutes = button.dataset.far ? Number(button.dataset.far) : null;
      ask();
    }
  });
}
find("#find-window").addEventListener("input", (event) => {
  page.words = event.target.value.trim();
  draw();
});
find("#find-business").addEventListener("input", (event) => {
  page.business = event.target.value.trim().toLowerCase();
  draw();
});
const [people, slider] = [find("#crowd-people"), find("#crowd-slider")];
slider.addEventListener("input", () => (people.value = slider.value));
people.addEventListener("input", () => (slider.value = people.value));
find("#crowd").addEventListener("submit", (event) => {
  event.preventDefault();
  const until = find("#crowd-until").value;
  change([...page.plan, { do: "visitors", business: find("#crowd-business").value, visitors: Number(people.value), ...(until ? { until } : {}) }]);
});
followReplay(path, () => page.plan);
guard(find("#discard"), () => change([]));
guard(find("#apply"), async () => {
  setEnabled(find("#apply"), false); // until what was done, or has happened meanwhile, is seen
  try {
    const left = await applied.apply(page.plan, answer.basis, model);
    if (left) change(left);
  } finally {
    draw();
  }
});
