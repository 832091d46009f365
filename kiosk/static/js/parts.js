/** Parts that several of the kiosk's screens are made of. */
import { fill, h, icon } from "/static/js/dom.js";
import { isOff } from "/static/js/guard.js";

/** @param {string} text @param {string} [note] */
export function heading(text, note) {
  return h("div.kiosk-heading", null, h("h1.kiosk-title", { tabIndex: -1, text }), note && h("p.lead", { text: note }));
}

/**
 * @param {{title: string, note: string[], picture?: string, kind?: string, off?: boolean, press: () => void}} options off: it looks closed, but a
 *   press still tells why
 */
export function tile({ title, note, picture, kind = "", off = false, press }) {
  const say = h("span.tile-note");
  const element = h(
    "button.tile",
    { type: "button", class: kind, onclick: press },
    picture && h("span.tile-icon", null, icon(picture)),
    h("span.tile-title", { text: title }),
    say,
    h("span.tile-go", null, icon("chevron-right")),
  );
  setNote(note, off);
  return { element, setNote };

  /** @param {string[]} parts each stays on one line @param {boolean} closed */
  function setNote(parts, closed) {
    if (say.textContent !== parts.join("")) fill(say, parts.map((text) => h("span", { text })));
    element.toggleAttribute("data-closed", closed);
  }
}

/** The foot's one big step forward. @param {string} label @param {() => void} press @param {{icon?: string, id?: string, off?: boolean}} [options] */
export function forward(label, press, { icon: picture = "ticket-add", id = "", off = false } = {}) {
  const button = h("button.button.primary.huge.kiosk-forward", { type: "button", id: id || null, "aria-disabled": off ? "true" : null }, icon(picture), h("span", { text: label }));
  button.addEventListener("click", () => !isOff(button) && press());
  return button;
}

/** @param {"info" | "ok" | "warning" | "error"} kind @param {string} title @param {string} text @param {...any} more */
export function notice(kind, title, text, ...more) {
  const pictures = { info: "info", ok: "check-circle", warning: "warning", error: "error" };
  return h("div.notice", { data: { kind } }, icon(pictures[kind]), h("div.notice-text", null, title && h("p.notice-title", { text: title }), text && h("p", { text }), more));
}
