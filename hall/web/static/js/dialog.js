/** Questions in a <dialog>: each function answers with a promise; null means that the reader closed it without an answer. */
import { t } from "./words.js";
import { h, icon } from "./dom.js";

/**
 * Open a dialog that stands in the page (macro ui.dialog). Its [data-close] buttons close it; a <button value=…> in a <form method="dialog"> answers.
 * @param {HTMLDialogElement} dialog
 * @returns {Promise<string | null>} the pressed button's value
 */
export function show(dialog) {
  return new Promise((resolve) => {
    dialog.returnValue = "";
    dialog.addEventListener("close", () => resolve(dialog.returnValue || null), { once: true });
    if (!dialog.dataset.ready) {
      dialog.dataset.ready = "true";
      dialog.addEventListener("click", (event) => {
        const target = /** @type {Element} */ (event.target);
        if (target === dialog || target.closest("[data-close]")) dialog.close(); // the dimmed ground closes too
      });
    }
    dialog.showModal();
  });
}

/**
 * The general one: any body, any buttons.
 * @template T
 * @param {object} options
 * @param {string} options.title
 * @param {any} [options.body] a node or nodes
 * @param {Array<{label: string, kind?: string, icon?: string, value: T | (() => T | null)}>} options.actions the last is the default one (Enter); a function
 *   that answers null keeps the dialog open
 * @param {boolean} [options.wide]
 * @returns {Promise<T | null>}
 */
export function ask({ title, body = [], actions, wide = false }) {
  /** @type {any} */
  let answer = null;
  const id = `dialog-${Math.random().toString(36).slice(2)}`;
  // Enter takes the default answer at once; before something dangerous it only leads back
  const first = actions.at(-1)?.kind?.includes("danger") ? 0 : actions.length - 1;
  const buttons = actions.map((action, index) => {
    const last = index === actions.length - 1;
    const take = (/** @type {Event} */ event) => {
      event.preventDefault();
      const value = typeof action.value === "function" ? /** @type {() => any} */ (action.value)() : action.value;
      if (value === null && typeof action.value === "function") return;
      answer = value;
      dialog.close();
    };
    return h(`button.button`, { type: last ? "submit" : "button", autofocus: index === first, class: action.kind ?? (last ? "primary" : ""), onclick: take }, action.icon && icon(action.icon), action.label);
  });
  const dialog = h(
    "dialog.dialog",
    { "aria-labelledby": id, class: wide ? "wide" : "" },
    h(
      "form",
      { method: "dialog" },
      h("div.dialog-head", null, h("h2", { id, text: title }), h("button.button.plain.icon-only.small", { type: "button", "aria-label": t("action.close"), "data-close": true }, icon("close"))),
      h("div.dialog-body", null, body),
      actions.length > 0 && h("div.dialog-foot", null, buttons),
    ),
  );
  document.body.append(dialog);
  return show(dialog).then(() => {
    dialog.remove();
    return answer;
  });
}

/**
 * @param {{title: string, text?: string, confirm?: string, cancel?: string, danger?: boolean}} options
 * @returns {Promise<boolean>}
 */
export async function confirm({ title, text, confirm: yes = t("action.ok"), cancel = t("action.cancel"), danger = false }) {
  const answer = await ask({
    title,
    body: text ? h("p", { text }) : [],
    actions: [{ label: cancel, value: false, kind: "" }, { label: yes, value: true, kind: danger ? "danger primary" : "primary" }],
  });
  return answer === true;
}

/**
 * One of several; a press on a choice answers at once unless `confirm` names a button. Digit keys 1–9 press a choice.
 * @template T
 * @param {{title: string, choices: Array<{value: T, label: string, note?: string, icon?: string, disabled?: boolean}>, text?: string}} options
 * @returns {Promise<T | null>}
 */
export function choose({ title, choices, text }) {
  /** @type {any} */
  let answer = null;
  const list = h(
    "div.stack.gap-2",
    null,
    choices.map((choice, index) =>
      h(
        "button.choice",
        { type: "button", disabled: choice.disabled, onclick: (/** @type {any} */ event) => ((answer = choice.value), event.target.closest("dialog").close()) },
        choice.icon && icon(choice.icon),
        h("span.row-text", null, h("span.row-title", { text: choice.label }), choice.note && h("span.row-note", { text: choice.note })),
        index < 9 && h("kbd.key", { text: index + 1 }),
      ),
    ),
  );
  list.addEventListener("keydown", digit);
  const asked = ask({ title, body: [text && h("p.muted", { text }), list], actions: [] });
  /** @param {KeyboardEvent} event */
  function digit(event) {
    const button = /** @type {HTMLButtonElement | undefined} */ (list.children[Number(event.key) - 1]);
    if (/^[1-9]$/.test(event.key)) button?.click();
  }
  list.querySelector("button")?.focus();
  return asked.then(() => answer);
}

/**
 * A line or a few lines of text.
 * @param {{title: string, label: string, value?: string, hint?: string, lines?: number, required?: boolean, confirm?: string, type?: string, inputmode?: string}} options
 * @returns {Promise<string | null>}
 */
export function prompt({ title, label, value = "", hint, lines = 1, required = false, confirm: yes = t("action.ok"), type = "text", inputmode }) {
  const id = `field-${Math.random().toString(36).slice(2)}`;
  const control = h(lines > 1 ? "textarea.input" : "input.input", { id, value, type: lines > 1 ? null : type, rows: lines > 1 ? lines : null, required, inputmode, "aria-describedby": hint ? `${id}-says` : null });
  const asked = ask({
    title,
    body: h("div.field", null, h("label", { for: id, text: label }), control, hint && h("p.field-hint", { id: `${id}-says`, text: hint })),
    actions: [
      { label: t("action.cancel"), value: () => "\u0000", kind: "" },
      { label: yes, value: () => (control.reportValidity() ? control.value.trim() : null) },
    ],
  });
  control.focus();
  return asked.then((answer) => (answer === "\u0000" ? null : answer));
}
