/** What a reader chose for this browser: language and large print. Kept in cookies, so that the server makes the next page so too. */

const YEAR_SECONDS = 365 * 24 * 3600;
const root = document.documentElement;

/** @param {string} name @param {string} value */
function remember(name, value) {
  document.cookie = `${name}=${value}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`;
}

/** Make the page again in another language. @param {string} code "zh" or "en" */
export function setLanguage(code) {
  remember("lang", code);
  const address = new URL(location.href);
  address.searchParams.delete("lang");
  if (address.href === location.href) location.reload();
  else location.replace(address);
}

/** @returns {"normal" | "large"} */
export const getSize = () => (root.dataset.size === "large" ? "large" : "normal");

/** @param {"normal" | "large"} size */
export function setSize(size) {
  remember("size", size);
  root.dataset.size = size;
  showSize();
  root.dispatchEvent(new CustomEvent("size-change", { bubbles: true, detail: size }));
}

/** A kiosk forgets the last visitor's wishes: the hall's own language and normal print. @param {string} language @returns {boolean} whether the page must load again */
export function forget(language) {
  setSize("normal");
  remember("lang", language);
  return root.dataset.language !== language;
}

function showSize() {
  for (const button of document.querySelectorAll("[data-toggle-size]")) button.setAttribute("aria-pressed", String(getSize() === "large"));
}

/** Bind [data-set-language] and [data-toggle-size], wherever and whenever they stand in the page. */
export function bindPrefs() {
  document.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    const choice = /** @type {HTMLElement | null} */ (target.closest("[data-set-language]"));
    if (choice) {
      event.preventDefault();
      setLanguage(choice.dataset.setLanguage || "zh");
    } else if (target.closest("[data-toggle-size]")) {
      event.preventDefault();
      setSize(getSize() === "large" ? "normal" : "large");
    }
  });
  showSize();
}
