/**
 * Following a hall from a kiosk that works alone: its own PC is asked, which knows whether the server is there. The visitor sees a small calm
 * mark while it is not, and goes on.
 */
import { get } from "/static/js/api.js";
import { setText } from "/static/js/dom.js";
import { t } from "/static/js/words.js";

const ASK_MS = 3000;
const MOST_NAMED = 20;
/** The numbers that this kiosk gave out today and the server did not take in. @type {string[]} */
let notTakenIn = [];

/** What the duty manager's device list is to say of this kiosk besides. @returns {{not_taken_in?: string}} */
export const trouble = () => (notTakenIn.length ? { not_taken_in: notTakenIn.slice(0, MOST_NAMED).join(" ") } : {});

const REFRESH_TURNS = 5; // the catalogue: every so many askings, and whenever the line has changed

/** @param {{hall: string, snapshot: () => Promise<unknown>, onConfigured: () => void, onTrouble: () => void}} options onTrouble: `trouble` says something else now */
export function followAlone({ hall, snapshot, onConfigured, onTrouble }) {
  let before = "";
  let version = 0;
  let turn = 0;

  async function ask() {
    try {
      const line = /** @type {any} */ (await get(`/halls/${hall}/line`, { retries: 0 }));
      show(line);
      if (notTakenIn.join() !== line.not_taken_in.join()) {
        notTakenIn = line.not_taken_in;
        onTrouble();
      }
      const now = JSON.stringify([line.there, line.refused, line.left]);
      if (now !== before || turn % REFRESH_TURNS === 0) await snapshot();
      if (version && version !== line.version) onConfigured();
      [before, version] = [now, line.version];
      turn += 1;
    } catch (problem) {
      console.warn(problem); // the kiosk's own program starts again by itself; the next asking finds it
    }
    setTimeout(ask, ASK_MS);
  }

  ask();
  return { refresh: snapshot };
}

/** @param {any} line */
function show(line) {
  const mark = /** @type {HTMLElement} */ (document.getElementById("alone"));
  const none = !Object.values(line.left).some(Boolean);
  mark.hidden = line.there;
  mark.dataset.state = line.there ? "there" : none ? "none" : "away";
  setText(mark.querySelector("span"), t(line.refused ? "kiosk.alone.refused" : none ? "kiosk.alone.none_left" : "kiosk.alone.away"));
}
