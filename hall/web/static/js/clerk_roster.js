/** One line on the clerk's console: the own shifts of today that are not over, and the next break. Nothing where there is no roster. */
import { get } from "./api.js";
import { find, setText } from "./dom.js";
import { clock } from "./roster_words.js";
import { t } from "./words.js";

const FRESH_MS = 300_000;

/** @param {string} hall */
export function showOwnShift(hall) {
  const look = async () => {
    try {
      const found = await get(`/halls/${hall}/roster/mine`);
      const spans = found.shifts.map((/** @type {any} */ one) => `${clock(one.begins)}–${clock(one.ends)}`).join(" ");
      const rest = found.next_break && t("roster.own_break", { at: clock(found.next_break[0]), minutes: found.next_break[1] });
      setText(find("#own-shift"), [spans && t("roster.own_shift", { spans }), rest].filter(Boolean).join(" · "));
      find("#own-shift").hidden = !spans;
    } catch {
      // the roster is only a hint here: the console goes on without it
    }
  };
  look();
  setInterval(look, FRESH_MS);
}
