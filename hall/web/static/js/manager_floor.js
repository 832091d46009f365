/** The floor on the manager's page: the plan with every zone's queue, larger and smaller, and a line that says everything about the window looked at. */
import { get } from "./api.js";
import { drawBand, makeBand } from "./band.js";
import { now } from "./clock.js";
import { find, h, icon, setText } from "./dom.js";
import { isOvertime, makeFloor, wordsOf } from "./floor.js";
import { standingOfZone } from "./manager_model.js";
import { t } from "./words.js";

export const SIGNS = { ok: "check-circle", near: "clock", over: "warning", none: "check" };
const ZOOMS = [1, 1.4, 2, 2.8];

/**
 * @param {string} hall
 * @param {HTMLElement} place
 * @param {{open?: (number: number, tile: HTMLElement) => void}} options
 * @returns {Promise<{draw: (model: any, windows: any[]) => void, dim: (shown: (number: number) => boolean) => void, focus: (number: number) => void}>}
 */
export async function showFloor(hall, place, { open }) {
  const plan = await get(`/halls/${hall}/floor`);
  /** @type {any} */
  let model = null;
  /** @type {number | null} */
  let looked = null;
  const caption = document.getElementById("floor-caption");
  const floor = makeFloor(place, plan, {
    open,
    look(number) {
      looked = number;
      say();
    },
  });
  const heads = plan.zones.map((/** @type {any} */ zone) => ({ zone, ...fillHead(floor.head(zone.code)) }));
  place.removeAttribute("aria-busy");

  function say() {
    if (!caption) return;
    const window = model?.windows.find((/** @type {any} */ one) => one.number === looked);
    setText(caption, window ? wordsOf(window, isOvertime(window, plan.overtime_seconds)) : t("floor.hint"));
  }

  return {
    draw(next, windows) {
      model = next;
      floor.draw(windows);
      for (const head of heads) drawHead(head, model);
      say();
    },
    dim: floor.dim,
    focus: floor.focus,
  };
}

/** @param {HTMLElement} place */
function fillHead(place) {
  const count = h("strong.num");
  const standing = h("span", null, h("span.floor-zone-sign"), h("span.floor-zone-longest"));
  const band = makeBand();
  place.append(count, standing, band);
  return { count, standing, band };
}

/** @param {any} head @param {any} model */
function drawHead({ zone, count, standing, band }, model) {
  const { waiting, worst } = standingOfZone(model, zone.code, now());
  setText(count, t("floor.zone_waiting", { count: waiting }));
  const [sign, longest] = standing.children;
  if (standing.dataset.standing !== worst.standing) {
    standing.dataset.standing = worst.standing;
    sign.replaceChildren(icon(SIGNS[worst.standing], { label: t(`manager.standing_${worst.standing}`) }));
  }
  standing.hidden = worst.standing === "none";
  setText(longest, worst.standing === "none" ? "" : t("floor.zone_longest", { minutes: Math.floor(worst.seconds / 60), promise: Math.round(worst.promise / 60) }));
  drawBand(band, waiting, model.zones.find((/** @type {any} */ one) => one.code === zone.code)?.outlook);
}

/** Two buttons that make the floor larger and smaller; larger than the page it scrolls. @param {HTMLElement} place */
export function bindZoom(place) {
  let step = 0;
  const [smaller, larger] = ["smaller", "larger"].map((name) => find(`[data-zoom="${name}"]`));
  const set = (/** @type {number} */ wanted) => {
    step = Math.min(ZOOMS.length - 1, Math.max(0, wanted));
    place.style.setProperty("--zoom", String(ZOOMS[step]));
    smaller.setAttribute("aria-disabled", String(step === 0));
    larger.setAttribute("aria-disabled", String(step === ZOOMS.length - 1));
  };
  smaller.addEventListener("click", () => set(step - 1));
  larger.addEventListener("click", () => set(step + 1));
  set(0);
}
