/**
 * What card readers and scanners read, as one stream of scans; kiosk/readers.py says which kinds there are. An identity number passes
 * through here on its way to the one wish for a ticket and is kept nowhere.
 */
import { get } from "/static/js/api.js";

const FASTEST_FINGER_MS = 50; // between two keys; readers type every 1–30 ms
const LONGEST_PAUSE_MS = 1500;
const SHORTEST_SCAN = 6;
const POLL_MS = 1000;
const ID_NUMBER = /^\d{17}[\dXx]$/;
const WHOLE_CODE = /(\d{17}[\dXx]|https?:\S+)$/;
const TICKET = /\/t\/[a-z0-9-]+\/([A-Za-z0-9_-]{10,64})\/?$/;

/** @typedef {{kind: "id", number: string} | {kind: "ticket", secret: string} | {kind: "unknown"}} Scan */

/** @param {string} text as read @returns {Scan} */
export function understand(text) {
  const clean = text.trim();
  if (ID_NUMBER.test(clean)) return { kind: "id", number: clean.toUpperCase() };
  const ticket = TICKET.exec(clean);
  return ticket ? { kind: "ticket", secret: ticket[1] } : { kind: "unknown" };
}

/** What may be shown of a number. @param {string} number */
export const mask = (number) => `${number.slice(0, 4)}**********${number.slice(-4)}`;

/**
 * A reader that types what it read and then Enter. In a field it is told from a finger by its speed, or by what a whole code looks like; what it
 * typed there is taken back. Elsewhere nobody types, so even a slow reader is understood.
 * @param {(scan: Scan) => void} onScan
 */
export function listenToKeys(onScan) {
  let text = "";
  let lastAt = -Infinity;
  let before = ""; // what stood in the field when the run of keys began
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
      const field = event.target instanceof HTMLInputElement ? event.target : null;
      const goesOn = event.timeStamp - lastAt < (field ? FASTEST_FINGER_MS : LONGEST_PAUSE_MS);
      if (event.key === "Enter") {
        const whole = (field && WHOLE_CODE.exec(field.value)?.[0]) || "";
        const read = whole || (goesOn && text.length >= SHORTEST_SCAN ? text : "");
        text = "";
        if (!read) return;
        event.preventDefault();
        event.stopImmediatePropagation();
        if (field) take(field, whole ? field.value.slice(0, -whole.length) : before);
        onScan(understand(read));
        return;
      }
      if (event.key.length !== 1) return;
      if (!goesOn) {
        text = "";
        before = field?.value ?? "";
      }
      lastAt = event.timeStamp;
      text = (text + event.key).slice(-200);
    },
    { capture: true },
  );
}

/** @param {HTMLInputElement} field @param {string} left what stays in it */
function take(field, left) {
  field.value = left;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/**
 * A reader behind a program on the kiosk's own PC. It is asked only while `wanted` says so. A card that was read must be taken away before another
 * is read, or the next visitor would take a number on the card that the last one forgot.
 * @param {string} address
 * @param {{wanted: () => boolean, onCard: (number: string) => void, onState: (state: "ready" | "away" | "forgotten") => void}} options
 */
export function pollReader(address, { wanted, onCard, onState }) {
  let mustBeTaken = false;
  setInterval(async () => {
    if (!wanted()) return;
    try {
      const answer = await fetch(address, { cache: "no-store", credentials: "omit", referrerPolicy: "no-referrer", signal: AbortSignal.timeout(POLL_MS * 3) });
      const card = answer.status === 200 ? await answer.json() : null;
      if (!answer.ok) return onState("away");
      if (!card?.id_number) {
        mustBeTaken = false;
        return onState("ready");
      }
      if (mustBeTaken) return onState("forgotten");
      if (!wanted()) return;
      mustBeTaken = true;
      onCard(String(card.id_number));
    } catch {
      onState("away");
    }
  }, POLL_MS);
}

/** A simulated card. @param {string} hall @param {number} age @returns {Promise<string>} */
export async function putDownCard(hall, age) {
  return /** @type {any} */ (await get(`/halls/${hall}/kiosk/simulated-card?age=${age}`)).id_number;
}
