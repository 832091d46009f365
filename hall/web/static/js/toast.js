/** Short messages at the foot of the screen, spoken by screen readers: calmly, or at once when something failed. */
import { t } from "./words.js";
import { h, icon } from "./dom.js";

const ICONS = { ok: "check-circle", info: "info", warning: "warning", error: "error" };
/** @type {Record<string, HTMLElement>} */
const regions = {};

// both regions stand in the page before the first message: a screen reader does not read one that arrives together with its words
const frame = h("div.toasts");
for (const manner of ["polite", "assertive"]) {
  regions[manner] = h("div.stack.gap-3", { "aria-live": manner, role: manner === "polite" ? "status" : "alert" });
  frame.append(regions[manner]);
}
document.body.append(frame);

// what was said in a dialog is still to be read after the dialog is gone
document.addEventListener("close", (event) => /** @type {Element} */ (event.target).contains(frame) && document.body.append(frame), true);

/**
 * @param {string} text
 * @param {{kind?: "ok" | "info" | "warning" | "error", title?: string, seconds?: number, action?: {label: string, run: () => void}}} [options]
 *   seconds: how long it stays (6; errors 12; 0 = until it is closed)
 * @returns {() => void} takes it away
 */
export function toast(text, { kind = "info", title, seconds = kind === "error" ? 12 : 6, action } = {}) {
  // a dialog in the top layer would hide the frame: then it moves into the dialog
  const dialogs = document.querySelectorAll("dialog[open]");
  (dialogs[dialogs.length - 1] ?? document.body).append(frame);
  const close = () => element.remove();
  const element = h(
    "div.toast",
    { data: { kind } },
    icon(ICONS[kind]),
    h("div.grow", null, title && h("p.toast-title", { text: title }), h("p", { text })),
    action && h("button.button.quiet.small", { type: "button", onclick: () => (close(), action.run()) }, action.label),
    h("button.button.plain.icon-only.small", { type: "button", "aria-label": t("action.close"), onclick: close }, icon("close")),
  );
  const region = regions[kind === "error" ? "assertive" : "polite"];
  for (const old of [...region.children].slice(0, -2)) old.remove();
  region.append(element);
  if (seconds) setTimeout(close, seconds * 1000);
  return close;
}

/** Show a Problem (api.js) in its own words; anything else is a fault of ours and goes to the console too. @param {any} problem */
export function reportProblem(problem) {
  if (problem?.name === "AbortError") return;
  if (problem?.name === "Problem") toast(problem.detail || problem.title, { kind: "error", title: problem.detail ? problem.title : undefined });
  else {
    console.error(problem);
    toast(t("network.server"), { kind: "error", title: t("network.server_title") });
  }
}
