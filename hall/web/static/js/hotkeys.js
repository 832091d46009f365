/**
 * Keys for hands that do not want the mouse. A key never acts while text is typed (function keys and Ctrl/Alt combinations do),
 * while a dialog is open, or by being held down. "?" shows them all.
 */
import { t } from "./words.js";
import { h } from "./dom.js";
import { ask } from "./dialog.js";
import { isOff } from "./guard.js";

/** @type {Map<string, {hint: string, shown: string, run: (event: KeyboardEvent) => void, when: () => boolean}>} */
const keys = new Map();
let helpOpen = false;

/**
 * @param {string} combination "F2", "n", "Ctrl+Enter", "Space", "ArrowDown", "?"
 * @param {string} hint what it does, for the overview
 * @param {HTMLElement | ((event: KeyboardEvent) => void)} target a button to press (its guard and its being off hold), or a function
 * @param {{when?: () => boolean}} [options]
 * @returns {() => void} forgets the key
 */
export function hotkey(combination, hint, target, { when = () => true } = {}) {
  const name = normal(combination);
  const run = typeof target === "function" ? target : () => !isOff(target) && target.click();
  keys.set(name, { hint, shown: combination, run, when });
  for (const entry of document.querySelectorAll("[data-show-keys]")) /** @type {HTMLElement} */ (entry).hidden = false;
  return () => keys.delete(name);
}

/** @param {string} combination */
function normal(combination) {
  const parts = combination.split("+").map((part) => part.trim().toLowerCase());
  const last = parts.pop() || "+";
  return [...parts.sort(), last === "space" ? " " : last].join("+");
}

/** @param {KeyboardEvent} event */
function pressed(event) {
  const parts = [];
  if (event.altKey) parts.push("alt");
  if (event.ctrlKey || event.metaKey) parts.push("ctrl");
  if (event.shiftKey && event.key.length > 1) parts.push("shift");
  return [...parts, event.key.toLowerCase()].join("+");
}

const typing = (/** @type {any} */ element) => element?.isContentEditable || /^(textarea|select)$/i.test(element?.tagName) || (element?.tagName === "INPUT" && !/^(button|checkbox|radio|submit)$/.test(element.type));

/** Show every key and what it does. */
export async function showKeys() {
  if (helpOpen) return;
  helpOpen = true;
  const rows = [...keys.values()].flatMap((entry) => [h("dt", null, h("kbd.key", { text: entry.shown })), h("dd", { text: entry.hint })]);
  await ask({ title: t("keys.title"), body: [h("dl.key-list", null, rows), h("p.muted.small", { text: t("keys.note") })], actions: [] });
  helpOpen = false;
}

document.addEventListener("keydown", (event) => {
  if (event.repeat || event.isComposing || event.defaultPrevented || document.querySelector("dialog[open]")) return;
  const name = pressed(event);
  const freeKey = /^(?:.*\+)?f\d+$/.test(name) || event.ctrlKey || event.altKey;
  if (!freeKey && typing(event.target)) return;
  // Enter and Space belong to the control that has the focus
  if ((name === "enter" || name === " ") && /** @type {Element} */ (event.target).closest("button, a, summary, input, label")) return;
  const entry = keys.get(name);
  if (!entry) {
    if (name === "?" && keys.size) showKeys();
    return;
  }
  event.preventDefault();
  if (entry.when()) entry.run(event);
});
