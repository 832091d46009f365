/** One window in a dialog: how it stands, open, pause, close it, and what it serves. */
import { get, post } from "./api.js";
import { durationOf, secondsSince } from "./clock.js";
import { choose, show } from "./dialog.js";
import { fill, h, icon } from "./dom.js";
import { guard, setEnabled } from "./guard.js";
import { reportProblem, toast } from "./toast.js";
import { nameOf, pauseReason, t, textOf } from "./words.js";

const REASONS = ["rest", "meal", "moved", "fault"];
const SEARCH_ABOVE = 20;

/**
 * @param {string} hall
 * @param {import("./manager_model.js").Window} window
 * @param {() => void} onChanged
 */
export async function openWindow(hall, window, onChanged) {
  const path = `/halls/${hall}/windows/${window.number}`;
  const list = h("div.switch-list", null, h("span.skeleton.block"));
  const save = h("button.button.primary", { type: "button", "aria-disabled": "true" }, icon("check"), h("span", { text: t("manager.save_businesses") }));
  const dialog = h(
    "dialog.dialog.wide",
    { "aria-labelledby": "window-title", id: "window-dialog" },
    h("div.dialog-head", null, h("h2", { id: "window-title", text: titleOf(window) }), h("button.button.plain.icon-only.small", { type: "button", "aria-label": t("action.close"), "data-close": true }, icon("close"))),
    h("div.dialog-body", null, standing(window), actions(path, window, done), h("section.stack.gap-3", null, h("h3", { text: t("manager.serves") }), list)),
    h("div.dialog-foot", null, h("button.button", { type: "button", "data-close": true, text: t("action.close") }), save),
  );
  document.body.append(dialog);
  const closed = show(dialog).then(() => dialog.remove());

  /** @param {string} words */
  function done(words) {
    toast(words, { kind: "ok" });
    dialog.close();
    onChanged();
  }

  try {
    const { businesses } = await get(`${path}/businesses`);
    const read = drawChoices(list, businesses, () => setEnabled(save, read().length > 0));
    guard(save, async () => {
      await post(`${path}/businesses`, { businesses: read() });
      done(t("manager.businesses_saved", { number: window.number }));
    });
  } catch (problem) {
    fill(list);
    reportProblem(problem);
  }
  return closed;
}

const titleOf = (window) => [t("window.number", { number: window.number }), textOf(window, "label") || t(`window_kind.${window.kind}`)].join(" · ");

function standing(window) {
  const words = [t(`window_state.${window.state}`), window.ticket?.label].filter(Boolean).join(" · ");
  const pairs = [
    [t("manager.state"), words],
    [t("manager.since"), durationOf(secondsSince(window.since))],
    [t("manager.clerk"), window.clerk ? [nameOf(window.clerk), window.clerk.badge].filter(Boolean).join(" · ") : t("manager.nobody")],
  ];
  if (window.state === "paused" && window.pause_reason) pairs.push([t("manager.reason"), pauseReason(window.pause_reason)]);
  return h("dl.pairs", null, pairs.map(([name, value]) => [h("dt", { text: name }), h("dd", { text: value })]));
}

/** The three verbs; what cannot be done now is off and says why. */
function actions(path, window, done) {
  const busy = ["called", "serving"].includes(window.state);
  const away = !window.clerk;
  const verb = (action, sign, off, kind = "") => {
    const button = h(`button.button`, { type: "button", class: kind, data: { action } }, icon(sign), h("span", { text: t(`manager.${action}`) }));
    setEnabled(button, !off);
    guard(button, async () => {
      const reason = action === "pause" ? await chooseReason() : undefined;
      if (reason === null) return;
      await post(`${path}/manage`, reason ? { action, reason } : { action });
      done(t(`manager.${action}_done`, { number: window.number }));
    });
    return button;
  };
  return h(
    "div.stack.gap-2",
    null,
    h(
      "div.buttons",
      null,
      verb("open", "play", away || !["paused"].includes(window.state)),
      verb("pause", "pause", away || busy || window.state === "paused"),
      verb("close", "stop", busy || window.state === "closed", "danger"),
    ),
    (busy || away) && h("p.muted.small", { text: t(busy ? "manager.busy_note" : "manager.away_note") }),
  );
}

const chooseReason = () => choose({ title: t("manager.pause_why"), choices: REASONS.map((name) => ({ value: name, label: pauseReason(name) })) });

/** @returns {() => string[]} reads what is ticked */
function drawChoices(list, businesses, onChange) {
  const rows = businesses.map((one) => ({
    one,
    box: h("input", { type: "checkbox", value: one.code, checked: one.serves, onchange: onChange }),
  }));
  const read = () => rows.filter(({ box }) => box.checked).map(({ one }) => one.code);
  const groups = new Map();
  for (const row of rows) groups.set(row.one.department, [...(groups.get(row.one.department) ?? []), row]);
  const sections = [...groups.values()].map((group) => {
    const name = nameOf({ name: group[0].one.department_name, name_en: group[0].one.department_name_en });
    return h("fieldset.switch-group", null, h("legend.eyebrow", { text: name }), group.map(choice));
  });
  fill(list, businesses.length > SEARCH_ABOVE && search(list), h("div.switch-groups", null, sections));
  return read;
}

function choice({ one, box }) {
  return h("label.check", null, box, h("span.grow", { text: nameOf(one) }), one.waiting > 0 && h("span.count", { text: one.waiting, title: t("wait.people", { count: one.waiting }) }));
}

function search(list) {
  const input = h("input.input", { type: "search", placeholder: t("manager.find_business"), "aria-label": t("manager.find_business") });
  input.addEventListener("input", () => {
    const words = input.value.trim().toLowerCase();
    for (const label of list.querySelectorAll("label.check")) label.hidden = Boolean(words) && !label.textContent.toLowerCase().includes(words);
    for (const group of list.querySelectorAll("fieldset")) group.hidden = !group.querySelector("label:not([hidden])");
  });
  return input;
}
