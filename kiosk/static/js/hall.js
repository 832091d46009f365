/**
 * What the kiosk knows of its hall: departments and businesses with people waiting. The catalogue is loaded once and then every
 * minute; in between each event of the hall changes the counts, so that no event makes this page ask the server again.
 */
import { get } from "/static/js/api.js";
import { setServerTime } from "/static/js/clock.js";
import { watch } from "/static/js/live.js";
import { followAlone } from "./alone.js";
import { waitingChanges } from "/static/js/waiting.js";

const REFRESH_MS = 60_000;
const code = document.documentElement.dataset.hall ?? "";

/** @type {{departments: any[]}} */
export const catalogue = { departments: [] };
/** @type {Map<string, any>} */
const businesses = new Map();
let loaded = false;

export const isLoaded = () => loaded;
/** @param {string} business @returns {any} its card with waiting, open, wait_range …; undefined when the hall has no such business any more */
export const businessOf = (business) => businesses.get(business);
export const allBusinesses = () => [...businesses.values()];
/** @param {string} department */
export const departmentOf = (department) => catalogue.departments.find((one) => one.code === department);

/** One number fewer is left; with the last one the business says so at once, not with the next catalogue. @param {any} card */
function takeFromQuota(card) {
  if (!card || card.quota_left === null) return;
  card.quota_left = Math.max(0, card.quota_left - 1);
  if (card.open && card.quota_left === 0) Object.assign(card, { open: false, why_closed: "quota_used_up" });
}

/**
 * @param {{onChange: () => void, onConfigured: () => void, onTrouble: () => void, onState: (state: import("/static/js/live.js").LiveState) => void}} listeners
 *   onConfigured: the hall's settings are others now; onTrouble: a kiosk that works alone has something else to report
 */
export function followHall({ onChange, onConfigured, onTrouble, onState }) {
  const snapshot = async () => {
    const picture = /** @type {any} */ (await get(`/halls/${code}/catalogue`));
    setServerTime(picture.now);
    catalogue.departments = picture.departments;
    businesses.clear();
    for (const department of picture.departments) for (const business of department.businesses) businesses.set(business.code, business);
    loaded = true;
    onChange();
    return picture;
  };
  if (document.getElementById("alone")) return followAlone({ hall: code, snapshot, onConfigured, onTrouble });
  const live = watch({
    hall: code,
    audience: "board",
    snapshot,
    onEvent(event) {
      const changes = waitingChanges(event);
      if (event.type === "ticket_issued") takeFromQuota(businesses.get(event.business));
      for (const [business, by] of changes) {
        const card = businesses.get(business);
        if (card) card.waiting = Math.max(0, card.waiting + by);
      }
      if (changes.length) onChange();
      if (event.type === "hall_configured") onConfigured();
    },
    onState,
  });
  setInterval(() => live.refresh(), REFRESH_MS);
  return live;
}
