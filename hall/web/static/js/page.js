/** What every page does (base.html loads it): language and print size, clocks, menus, guarded forms, the key overview, signing out. */
import { bindPrefs } from "./prefs.js";
import { runClock } from "./clock.js";
import { guard, guardForm } from "./guard.js";
import { showKeys } from "./hotkeys.js";
import { remove } from "./api.js";
import { show } from "./dialog.js";

bindPrefs();
for (const clock of document.querySelectorAll("[data-clock]")) runClock(/** @type {HTMLElement} */ (clock));
for (const form of document.querySelectorAll("form[data-guard]")) guardForm(/** @type {HTMLFormElement} */ (form));
for (const button of document.querySelectorAll("[data-show-keys]")) button.addEventListener("click", () => showKeys());
for (const button of document.querySelectorAll("[data-opens]")) {
  const dialog = document.getElementById(/** @type {HTMLElement} */ (button).dataset.opens ?? "");
  if (dialog instanceof HTMLDialogElement) button.addEventListener("click", () => show(dialog));
}
for (const button of document.querySelectorAll("[data-full-screen]")) {
  button.addEventListener("click", () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()));
}
for (const button of document.querySelectorAll("[data-sign-out]")) {
  guard(/** @type {HTMLElement} */ (button), async () => {
    await remove("/session");
    location.assign("/sign-in");
  });
}

// an open menu closes when the reader turns elsewhere
const openMenus = () => /** @type {NodeListOf<HTMLDetailsElement>} */ (document.querySelectorAll("details.menu[open]"));
document.addEventListener("pointerdown", (event) => {
  for (const menu of openMenus()) if (!menu.contains(/** @type {Node} */ (event.target))) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    menu.querySelector("summary")?.focus();
  }
});
