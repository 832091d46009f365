/**
 * The page's words, from the same catalogue as the templates. Loaded once, before anything that imports this module runs.
 * Placeholders are python-format: "%(name)s", and "%%" for a percent sign.
 */

/** "zh" or "en": the language the server made this page in. */
export const language = document.documentElement.dataset.language || "zh";

const messages = await load(`/words/${language}.json`);

/**
 * @param {string} address
 * @returns {Promise<Record<string, string>>} no words at all (keys are shown) if the server stays away
 */
async function load(address) {
  for (const pause of [0, 500, 1500, 4000]) {
    if (pause) await new Promise((resolve) => setTimeout(resolve, pause));
    try {
      const answer = await fetch(address);
      if (answer.ok) return await answer.json();
    } catch {
      // the network is away: the next turn asks again
    }
  }
  return {};
}

/**
 * @param {string} key e.g. "clerk.next"
 * @param {Record<string, string | number>} [params]
 * @returns {string} the text in the page's language, or the key itself when no catalogue has it
 */
export function t(key, params = {}) {
  const text = Object.hasOwn(messages, key) ? messages[key] : key;
  return text.replace(/%(?:\((\w+)\)[sd]|%)/g, (whole, name) => (name ? String(params[name] ?? whole) : "%"));
}

/** @param {string} key */
export const hasWords = (key) => Object.hasOwn(messages, key);

/**
 * @param {{name?: string, name_en?: string | null} | null | undefined} thing a hall, business, item, zone or person
 * @returns {string} its name in the page's language; the Chinese one where there is no other
 */
export const nameOf = (thing) => textOf(thing, "name");

/**
 * @param {any} thing
 * @param {string} key of a configured text: "label" of a window, "note" of a material
 * @returns {string} the text in the page's language; the Chinese one where there is no other
 */
export const textOf = (thing, key) => (language === "en" && thing?.[`${key}_en`]) || thing?.[key] || "";

/**
 * @param {string | null | undefined} reason why a window is paused: a word of the list, or what the clerk or the manager wrote
 * @returns {string}
 */
export function pauseReason(reason) {
  return hasWords(`pause_reason.${reason}`) ? t(`pause_reason.${reason}`) : reason || t("pause_reason.other");
}
