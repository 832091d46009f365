/** The staff's answer to "why them first?": a visitor's number, and the one that was called before it or nothing for all of them. */
import { get } from "./api.js";
import { listOf } from "./before.js";
import { timeOf } from "./clock.js";
import { ask } from "./dialog.js";
import { fill, h, icon } from "./dom.js";
import { leadToSignIn } from "./shell.js";
import { t } from "./words.js";

/**
 * @param {string} hall
 * @param {{mine?: string, theirs?: string}} [begin] what the fields hold at first
 */
export function askBefore(hall, { mine = "", theirs = "" } = {}) {
  const first = field(t("before.staff_mine"), mine, "A012");
  const second = field(t("before.staff_theirs"), theirs, "B003");
  const told = h("div.before-told", { "aria-live": "polite" });

  async function find() {
    const number = first.input.value.trim();
    const other = second.input.value.trim();
    if (!number) return first.input.focus();
    told.setAttribute("aria-busy", "true");
    try {
      const ticket = await get(`/halls/${hall}/tickets?number=${encodeURIComponent(number)}`);
      const path = `/halls/${hall}/tickets/${ticket.id}/before`;
      if (other) fill(told, listOf([await get(`${path}/${encodeURIComponent(other)}`)]));
      else fill(told, ...everybody(await get(path)));
    } catch (problem) {
      if (leadToSignIn(problem)) return;
      const { detail, message } = /** @type {any} */ (problem);
      fill(told, h("div.notice", { data: { kind: "warning" } }, icon("search"), h("div.notice-text", null, h("p", { text: detail || message }))));
    } finally {
      told.removeAttribute("aria-busy");
    }
  }

  const asked = ask({
    title: t("before.staff_title"),
    wide: true,
    body: [h("p.muted", { text: t("before.staff_lead") }), h("div.before-fields", null, first.element, second.element), told],
    actions: [
      { label: t("action.close"), value: false, kind: "" },
      { label: t("before.ask_go"), icon: "search", value: () => (find(), null) },
    ],
  });
  first.input.focus();
  return asked;
}

/** @param {import("./before.js").BeforeMe} before */
function everybody({ label, since, until, later, earlier, calls }) {
  const times = { label, since: timeOf(since), until: until ? timeOf(until) : "" };
  return [
    h("p.strong", { text: t(until ? "before.staff_span" : "before.staff_since", times) }),
    h("p", { text: t(later ? "before.staff_some" : "before.staff_nobody", { later, earlier }) }),
    calls.length > 0 && listOf(calls),
    calls.length < later && h("p.muted.small", { text: t("before.staff_latest_only", { count: calls.length }) }),
  ];
}

/** @param {string} label @param {string} value @param {string} example */
function field(label, value, example) {
  const id = `before-${Math.random().toString(36).slice(2)}`;
  const input = /** @type {HTMLInputElement} */ (h("input.input.large", { id, value, maxlength: 16, placeholder: example, autocomplete: "off", autocapitalize: "characters", spellcheck: "false" }));
  return { input, element: h("div.field", null, h("label", { for: id, text: label }), input) };
}
