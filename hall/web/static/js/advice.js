/**
 * The staffing advisor's card: what is suggested, what it would do to the waits, one tap to apply it, one to take it back, and when it ends by itself.
 * Events only say that something changed; the picture is asked for again, and every second or two while advice is being worked out.
 */
import { get, post } from "./api.js";
import { drawApplied } from "./advice_applied.js";
import { drawWaits } from "./advice_waits.js";
import { clerkNames, sentenceOf, untilWords } from "./advice_words.js";
import { now, timeOf } from "./clock.js";
import { ask } from "./dialog.js";
import { fill, find, h, icon, renderList, setText } from "./dom.js";
import { guard, setEnabled } from "./guard.js";
import { leadToSignIn } from "./shell.js";
import { nameOf, t } from "./words.js";

const COMPUTING_MS = 1500;
const AGAIN_MS = 5000;
const REFUSED_MS = 60_000;
const NEWS = /^(advice|adjustment|move)_/;

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
    sayRefused(h("span", { text: problem.detail || problem.message }));
    load();
  }

  /** @param {HTMLElement} words */
  function sayRefused(words) {
    const said = find("#advice-refused");
    fill(said, icon("warning"), words);
    said.hidden = false;
    clearTimeout(refused);
    refused = window.setTimeout(() => (said.hidden = true), REFUSED_MS);
  }

  /** @param {string} verb @param {object} [body] */
  async function send(verb, body = {}) {
    find("#advice-refused").hidden = true;
    const answer = await post(`${path}${verb}`, body);
    await load();
    return answer;
  }

  const open = () => {
    const { advice } = picture;
    return advice && !advice.outdated ? advice.suggestions.filter((/** @type {any} */ one) => one.adjustment === null) : [];
  };

  /** All that may be applied, after one look at what they are; those that are refused are named. */
  async function applyAll() {
    const those = open();
    const list = h("ol.advice-all-list", null, those.map((/** @type {any} */ one) => h("li", { text: sentenceOf(one) })));
    const sure = await ask({
      title: t("advice.all_title", { count: those.length }),
      body: [list, h("p.muted", { text: untilWords(minutes ? untilNow() : null) })],
      actions: [{ label: t("action.cancel"), value: false }, { label: t("advice.all_apply"), value: true, icon: "check" }],
    });
    if (!sure) return;
    const ends = minutes ? { until: untilNow() } : { endless: true };
    const { applied, refused: left } = await send("/apply", { suggestions: those.map((/** @type {any} */ one) => one.id), ...ends });
    if (left.length === 0) return;
    const named = left.map((/** @type {any} */ one) => h("li", null, h("strong", { text: sentenceOf(those.find((/** @type {any} */ other) => other.id === one.suggestion)) }), h("span", { text: one.detail })));
    sayRefused(h("div", null, h("p", { text: t("advice.all_refused", { count: left.length, applied: applied.length }) }), h("ul.advice-refused-list", null, named)));
  }

  function draw() {
    const { adjustments, state } = picture;
    const shown = open();
    setText(find("#advice-status"), statusOf(shown.length));
    find("#advice-box").dataset.state = state;
    setEnabled(find("#advice-ask"), state !== "computing");
    find("#advice-until-box").hidden = shown.length === 0;
    find("#advice-all").hidden = shown.length < 2;
    setEnabled(find("#advice-all"), state !== "computing");
    drawProgress(state === "computing", picture.progress);
    renderList(find("#advice-list"), shown, (one) => one.id, makeSuggestion, updateSuggestion);
    drawApplied(find("#advice-applied"), adjustments, { send, refuse });
    find("#advice-told").hidden = shown.length === 0;
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
      ),
      drawWaits(suggestion.businesses),
      apply,
    );
  }

  /** @param {HTMLElement} row @param {any} suggestion */
  function updateSuggestion(row, suggestion) {
    const who = suggestion.kind === "open" ? "" : t("advice.by", { who: clerkNames(suggestion.windows) });
    setText(find(".advice-who", row), [who, untilWords(minutes ? untilNow() : null)].filter(Boolean).join(t("advice.comma")));
    setEnabled(find("button", row), picture.state !== "computing");
  }

  const untilNow = () => new Date(now() + 60_000 * minutes).toISOString();

  find("#advice-until").addEventListener("click", (/** @type {any} */ event) => {
    const button = event.target.closest("[data-minutes]");
    if (!button) return;
    minutes = Number(button.dataset.minutes);
    for (const other of find("#advice-until").children) other.setAttribute("aria-pressed", String(other === button));
    if (picture) draw();
  });
  guard(find("#advice-all"), applyAll, { onProblem: refuse });
  guard(find("#advice-ask"), () => send(""), { onProblem: refuse });

  return {
    hear: (event) => {
      if (NEWS.test(event.type)) load();
    },
    load,
  };
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
