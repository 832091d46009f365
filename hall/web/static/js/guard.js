/** Guards against the double tap: a second press within a second, or while the first still runs, does nothing. */
import { reportProblem } from "./toast.js";

const PAUSE_MS = 1000;

/**
 * @param {HTMLElement} button
 * @param {(event: Event) => unknown} act may return a promise; the button is busy until it ends
 * @param {{onProblem?: (problem: unknown) => void, pause?: number}} [options] a failure is shown as a toast unless onProblem takes it
 * @returns {() => void} presses the button from elsewhere (a hotkey) through the same guard
 */
export function guard(button, act, { onProblem = reportProblem, pause = PAUSE_MS } = {}) {
  let pressedAt = -Infinity;
  let running = false;

  /** @param {Event} event */
  async function press(event) {
    if (event.type === "click" && button.tagName !== "A") event.preventDefault();
    const now = performance.now();
    if (running || now - pressedAt < pause || isOff(button)) return;
    pressedAt = now;
    running = true;
    // a promise that is already done must not make the button blink
    const showBusy = setTimeout(() => button.setAttribute("aria-busy", "true"), 120);
    try {
      await act(event);
    } catch (problem) {
      onProblem(problem);
    } finally {
      clearTimeout(showBusy);
      button.removeAttribute("aria-busy");
      running = false;
    }
  }

  button.addEventListener("click", press);
  return () => button.click();
}

/** @param {HTMLElement} button */
export function isOff(button) {
  return /** @type {HTMLButtonElement} */ (button).disabled || button.getAttribute("aria-disabled") === "true";
}

/** Switch a button off without taking the focus from it. @param {HTMLElement} button @param {boolean} on */
export function setEnabled(button, on) {
  if (on) button.removeAttribute("aria-disabled");
  else button.setAttribute("aria-disabled", "true");
}

/** A plain form is sent once; coming back to the page makes it ready again. @param {HTMLFormElement} form */
export function guardForm(form) {
  let sent = false;
  const button = /** @type {HTMLElement | null} */ (form.querySelector('button[type="submit"]'));
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
    button?.setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", () => {
    sent = false;
    button?.removeAttribute("aria-busy");
  });
}
