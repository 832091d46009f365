/** Choosing a window to sign in at: the last one first, then the free ones, then those that are taken, each with who is there. clerk.js opens it. */
import { get, post } from "./api.js";
import { setServerTime } from "./clock.js";
import { fill, find, h, icon } from "./dom.js";
import { guard } from "./guard.js";
import { leadToSignIn, showConnection } from "./shell.js";
import { reportProblem } from "./toast.js";
import { nameOf, t, textOf } from "./words.js";

const AGAIN_MS = 5000;
const NAMED = 3;

/**
 * @param {object} options
 * @param {string} options.hall
 * @param {number} options.last the window this browser stood at last, 0 for none
 * @param {(number: number) => void} options.seat called once the clerk is signed in at a window
 */
export function openChoice({ hall, last, seat }) {
  const section = find("#choose");
  const search = find("#choose-search");
  const lists = find("#choose-lists");
  /** @type {any} */
  let picture = null;
  let timer = 0;
  let over = false;

  find("#desk").hidden = true;
  for (const id of ["#place", "#me"]) find(id).hidden = true;
  section.hidden = false;
  document.title = `${t("clerk.choose_title")} · ${t("page.clerk")}`;
  search.value = "";
  search.oninput = draw;
  search.onkeydown = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    /** @type {HTMLElement | null} */ (lists.querySelector(".window-card:not([aria-disabled])"))?.click();
  };
  search.focus({ preventScroll: true });
  load();

  async function load() {
    clearTimeout(timer);
    try {
      picture = await get(`/halls/${hall}/windows`, { retries: 0 });
      if (over) return;
      setServerTime(picture.now);
      showConnection("live");
      if (picture.mine) return sit(picture.mine);
      draw();
    } catch (problem) {
      if (leadToSignIn(problem)) return;
      showConnection("lost");
      if (!(/** @type {any} */ (problem).away)) reportProblem(problem);
    }
    if (!over) timer = window.setTimeout(load, AGAIN_MS);
  }

  /** @param {number} number */
  async function signIn(number) {
    try {
      await post(`/halls/${hall}/windows/${number}/sign-in`);
      sit(number);
    } catch (problem) {
      if (leadToSignIn(problem)) return;
      reportProblem(problem);
      load();
    }
  }

  /** @param {number} number */
  function sit(number) {
    if (over) return;
    over = true;
    clearTimeout(timer);
    section.hidden = true;
    seat(number);
  }

  function draw() {
    if (!picture) return;
    const wanted = search.value.trim().toLowerCase();
    const shown = picture.windows.filter((/** @type {any} */ one) => !wanted || matches(one, wanted));
    // by its number first: typing 12 and Enter sits down at window 12, not at 112
    shown.sort((/** @type {any} */ a, /** @type {any} */ b) => Number(String(b.number) === wanted) - Number(String(a.number) === wanted) || a.number - b.number);
    const mine = shown.filter((/** @type {any} */ one) => one.number === last && !one.clerk);
    const free = shown.filter((/** @type {any} */ one) => !mine.includes(one) && !one.clerk);
    const taken = shown.filter((/** @type {any} */ one) => one.clerk);
    free.sort((/** @type {any} */ a, /** @type {any} */ b) => Number(b.callable > 0) - Number(a.callable > 0));
    const groups = [
      { title: t("clerk.choose_last"), windows: mine },
      { title: t("clerk.choose_free", { count: free.length }), windows: free },
      { title: t("clerk.choose_taken", { count: taken.length }), windows: taken },
    ].filter((group) => group.windows.length);
    const held = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset?.number;
    fill(lists, groups.length ? groups.map(groupOf) : h("div.card", null, h("div.empty", null, icon("search"), h("p.empty-title", { text: t("clerk.choose_none") }))));
    if (held) /** @type {HTMLElement | null} */ (lists.querySelector(`[data-number="${held}"]`))?.focus();
  }

  /** @param {any} one @param {string} wanted */
  function matches(one, wanted) {
    const said = [one.label, one.label_en, nameOf(zoneOf(one)), t(`window_kind.${one.kind}`), nameOf(one.clerk), one.clerk?.badge, ...one.businesses.map(nameOf)];
    return String(one.number).startsWith(wanted) || said.some((text) => text?.toLowerCase().includes(wanted));
  }

  /** @param {any} one */
  const zoneOf = (one) => picture.zones.find((/** @type {any} */ zone) => zone.code === one.zone);

  /** @param {{title: string, windows: any[]}} group */
  function groupOf(group) {
    return h("section.stack.gap-3", null, h("h3.eyebrow", { text: group.title }), h("div.window-cards", null, group.windows.map(cardOf)));
  }

  /** @param {any} one */
  function cardOf(one) {
    const names = one.businesses.slice(0, NAMED).map(nameOf).join(t("clerk.and"));
    const businesses = one.businesses.length > NAMED ? t("clerk.and_more", { names, count: one.businesses.length }) : names;
    const card = h(
      "button.window-card",
      { type: "button", data: { number: one.number }, "aria-disabled": one.clerk ? "true" : null },
      h("span.window-card-number.num", { "aria-label": t("window.number", { number: one.number }), role: "img" }, one.number),
      h("span.window-card-text", null, h("span.window-card-title", { text: textOf(one, "label") || t(`window_kind.${one.kind}`) }), h("span.window-card-note", { text: nameOf(zoneOf(one)) })),
      h("span.window-card-businesses", { text: one.callable || one.clerk ? businesses : t("clerk.choose_no_skill") }),
      h(
        "span.window-card-foot",
        null,
        one.clerk
          ? [icon("user"), h("span", { text: [nameOf(one.clerk), one.clerk.badge].filter(Boolean).join(" ") }), h("span.chip.push", { data: { state: one.state } }, t(`window_state.${one.state}`))]
          : [icon("users"), h("span", { text: one.waiting ? t("wait.people", { count: one.waiting }) : t("clerk.nobody_waits") }), icon("chevron-right", { class: "push" })],
      ),
    );
    guard(card, () => signIn(one.number));
    return card;
  }
}
