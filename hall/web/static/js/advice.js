/**
 * The staffing advisor's card: what is suggested, what it would do to the waits, one tap to apply it, one to take it back, and when it ends by itself.
 * Events only say that something changed; the picture is asked for again, and every second or two while advice is being worked out.
 */
import { get, post } from "./api.js";
import { drawWaits } from "./advice_waits.js";
import { clerkNames, sentenceOf, untilWords } from "./advice_words.js";
import { now, timeOf } from "./clock.js";
import { fill, find, h, icon, renderList, setText } from "./dom.js";
import { guard, setEnabled } from "./guard.js";
import { leadToSignIn } from "./shell.js";
import { nameOf, t } from "./words.js";

const COMPUTING_MS = 1500;
const AGAIN_MS = 5000;
const REFUSED_MS = 60_000;
const NEWS = /^(advice|adjustment|move)_/;
/** States of a window that is as before again, or as somebody set it since. */
const SETTLED = new Set(["reverted", "replaced", "withdrawn", "left"]);

/**
 * @param {string} hall
 * @returns {{hear: (event: any) => void, load: () => Promise<void>}} hear: every event of the hall
 */
export function followAdvice(hall) {
  const path = `/halls/${hall}/advice`;
  /** @type {any} */
  let picture = null;
  let minutes = 45;
  let timer = 0;
  let loading = false;
  let again = false;
  let refused = 0;

  async function load() {
    if (loading) {
      again = true;
      return;
    }
    loading = true;
    clearTimeout(timer);
    try {
      do {
        again = false;
        picture = await get(path, { retries: 0 });
        draw();
      } while (again);
      if (picture.state === "computing") timer = window.setTimeout(load, COMPUTING_MS);
    } catch (problem) {
      if (!leadToSignIn(problem)) timer = window.setTimeout(load, AGAIN_MS); // what is shown stays; the page's banner says that the server is away
    } finally {
      loading = false;
    }
  }

  /** A refusal stays long enough to be read, or until the manager does something else. @param {any} problem */
  function refuse(problem) {
    if (leadToSignIn(problem)) return;
    const said = find("#advice-refused");
    fill(said, icon("warning"), h("span", { text: problem.detail || problem.message }));
    said.hidden = false;
    clearTimeout(refused);
    refused = window.setTimeout(() => (said.hidden = true), REFUSED_MS);
    load();
  }

  /** @param {string} verb @param {object} [body] */
  async function send(verb, body = {}) {
    find("#advice-refused").hidden = true;
    await post(`${path}${verb}`, body);
    await load();
  }

  function draw() {
    const { advice, adjustments, state } = picture;
    const open = advice && !advice.outdated ? advice.suggestions.filter((/** @type {any} */ one) => one.adjustment === null) : [];
    setText(find("#advice-status"), statusOf(open.length));
    find("#advice-box").dataset.state = state;
    setEnabled(find("#advice-ask"), state !== "computing");
    find("#advice-until-box").hidden = open.length === 0;
    drawProgress(state === "computing", picture.progress);
    renderList(find("#advice-list"), open, (one) => one.id, makeSuggestion, updateSuggestion);
    renderList(find("#advice-applied"), adjustments, (one) => one.id, makeAdjustment, updateAdjustment);
    find("#advice-applied-box").hidden = adjustments.length === 0;
  }

  /** @param {number} count suggestions that may be applied */
  function statusOf(count) {
    const { advice, state, every_minutes } = picture;
    if (state === "computing") return t("advice.computing");
    if (state === "failed") return t("advice.failed", { minutes: every_minutes });
    if (!advice) return t("advice.none_yet", { minutes: every_minutes });
    const time = timeOf(advice.made_at);
    if (advice.outdated) return t("advice.outdated", { time });
    const how = t(`advice.source_${advice.source}`);
    if (count) return t("advice.made", { time, how });
    return t(advice.suggestions.length ? "advice.all_applied" : "advice.nothing", { time, how });
  }

  // ---- suggestions ----

  /** @param {any} suggestion */
  function makeSuggestion(suggestion) {
    const apply = h("button.button.primary.large", { type: "button" }, icon("check"), h("span", { text: t("advice.apply") }));
    guard(apply, () => send(`/suggestions/${suggestion.id}/apply`, minutes ? { until: untilNow() } : { endless: true }), { onProblem: refuse });
    const what = sentenceOf(suggestion);
    apply.setAttribute("aria-label", `${t("advice.apply")}: ${what}`);
    const waits = suggestion.windows.filter((/** @type {any} */ one) => one.after_ticket);
    return h(
      "li.advice-item",
      null,
      h(
        "div.advice-words",
        null,
        h("p.advice-what", { text: what }),
        h("p.advice-who"),
        waits.length ? h("p.advice-note", null, icon("hourglass"), h("span", { text: t("advice.after_ticket") })) : null,
        suggestion.kind === "open" ? h("p.advice-note", null, icon("bell"), h("span", { text: t("advice.clerk_is_asked") })) : null,
        apply,
      ),
      drawWaits(suggestion.businesses),
    );
  }

  /** @param {HTMLElement} row @param {any} suggestion */
  function updateSuggestion(row, suggestion) {
    const who = suggestion.kind === "open" ? "" : t("advice.by", { who: clerkNames(suggestion.windows) });
    setText(find(".advice-who", row), [who, untilWords(minutes ? untilNow() : null)].filter(Boolean).join(t("advice.comma")));
    setEnabled(find("button", row), picture.state !== "computing");
  }

  const untilNow = () => new Date(now() + 60_000 * minutes).toISOString();

  // ---- what was applied ----

  /** @param {any} adjustment */
  function makeAdjustment(adjustment) {
    const undo = h("button.button", { type: "button", data: { do: "undo" } }, icon("return"), h("span", { text: t("advice.undo") }));
    const longer = h("button.button", { type: "button", data: { do: "longer" } }, icon("clock"), h("span", { text: t("advice.longer_15") }));
    guard(undo, () => send(`/adjustments/${adjustment.id}/undo`), { onProblem: refuse });
    guard(longer, () => send(`/adjustments/${adjustment.id}/until`, { until: new Date(Math.max(now(), Date.parse(current(adjustment.id)?.until ?? "") || now()) + 15 * 60_000).toISOString() }), { onProblem: refuse });
    return h(
      "li.advice-item.advice-done",
      null,
      h("div.advice-words", null, h("p.advice-what"), h("p.advice-who"), h("ul.advice-windows")),
      h("div.buttons.advice-buttons", null, longer, undo),
    );
  }

  /** @param {number} id */
  const current = (id) => picture.adjustments.find((/** @type {any} */ one) => one.id === id);

  /** @param {HTMLElement} row @param {any} adjustment */
  function updateAdjustment(row, adjustment) {
    const { windows, ended_at, undone_at, undone_by, applied_at, applied_by, until } = adjustment;
    const [first] = windows;
    const what = first ? sentenceOf({ kind: first.kind, windows, adds: first.adds, drops: first.drops }) : "";
    setText(find(".advice-what", row), what);
    const made = t("advice.applied_by", { name: nameOf(applied_by), time: timeOf(applied_at) });
    const end = undone_at ? t("advice.undone_by", { name: nameOf(undone_by), time: timeOf(undone_at) }) : ended_at ? t("advice.ended", { time: timeOf(ended_at) }) : untilWords(until);
    setText(find(".advice-who", row), [made, end].join(t("advice.comma")));
    fill(find(".advice-windows", row), windows.map((/** @type {any} */ one) => chipOf(one)));
    const over = Boolean(undone_at || ended_at);
    row.dataset.over = String(over);
    find(".advice-buttons", row).hidden = over;
    find('[data-do="longer"]', row).hidden = !until;
    for (const button of row.querySelectorAll("button")) button.setAttribute("aria-label", `${button.textContent}: ${what}`);
  }

  find("#advice-until").addEventListener("click", (/** @type {any} */ event) => {
    const button = event.target.closest("[data-minutes]");
    if (!button) return;
    minutes = Number(button.dataset.minutes);
    for (const other of find("#advice-until").children) other.setAttribute("aria-pressed", String(other === button));
    if (picture) draw();
  });
  guard(find("#advice-ask"), () => send(""), { onProblem: refuse });

  return {
    hear: (event) => {
      if (NEWS.test(event.type)) load();
    },
    load,
  };
}

/** How one window of an adjustment stands. @param {any} window */
function chipOf(window) {
  const { state, number, clerk } = window;
  const sign = { asked: "bell", waiting: "hourglass", reverting: "hourglass", done: "check-circle", declined: "close-circle", expired: "close-circle" }[state] ?? "return";
  const words = t(`advice.state_${SETTLED.has(state) ? "over" : state}`, { number, who: nameOf(clerk) });
  return h("li.advice-chip", { data: { state } }, icon(sign), h("span", { text: words }));
}

/** @param {boolean} shown @param {number | null} share */
function drawProgress(shown, share) {
  const bar = find("#advice-progress");
  bar.hidden = !shown;
  const percent = Math.round(100 * (share ?? 0));
  bar.dataset.known = String(share !== null);
  if (share === null) bar.removeAttribute("aria-valuenow");
  else bar.setAttribute("aria-valuenow", String(percent));
  bar.firstElementChild.style.setProperty("inline-size", share === null ? "" : `${percent}%`);
}
