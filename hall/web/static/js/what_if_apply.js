/** Applying a plan, what was applied (by whomever) with its undo, and what is told when the hall has changed meanwhile. */
import { drawApplied } from "./advice_applied.js";
import { get, post } from "./api.js";
import { timeOf } from "./clock.js";
import { find, h, setText } from "./dom.js";
import { reportProblem, toast } from "./toast.js";
import { namesOf } from "./what_if_plan.js";
import { hasWords, nameOf, t } from "./words.js";

/**
 * @param {string} hall @param {string} path of the what-if @param {() => Promise<any>} load the hall anew
 * @returns {{apply: (plan: any[], basis: number, model: any) => Promise<any[] | null>, follow: () => Promise<void>}} apply answers what is left of the
 *   plan; null: nothing was done. follow: the list of what was applied, anew
 */
export function followApplied(hall, path, load) {
  const advice = `/halls/${hall}/advice`;

  async function follow() {
    const { adjustments } = await get(advice, { retries: 0 });
    find("#applied").hidden = adjustments.length === 0;
    drawApplied(find("#applied-list"), adjustments, { send, refuse: reportProblem });
  }

  async function send(/** @type {string} */ verb, /** @type {object} */ body = {}) {
    await post(`${advice}${verb}`, body);
    await follow();
  }

  async function apply(/** @type {any[]} */ plan, /** @type {number} */ basis, /** @type {any} */ model) {
    try {
      const done = await post(`${path}/apply`, { changes: plan, basis });
      const left = plan.filter((_, place) => done.left.includes(place));
      toast(t("what_if.applied", { count: plan.length - left.length }), { kind: "ok" });
      await follow();
      return left;
    } catch (problem) {
      const { name, code, body } = /** @type {any} */ (problem);
      if (name !== "Problem" || code !== "plan_outdated") throw problem;
      outdated(body, model);
      await load().catch(() => {});
      return null;
    }
  }

  /** What somebody has done since; the plan stays, and is worked out anew. @param {any} body @param {any} model */
  function outdated(body, model) {
    const box = find("#outdated");
    box.hidden = false;
    setText(find(".notice-text p:last-of-type", box), body.detail);
    box.querySelector("ul")?.remove();
    find(".notice-text", box).append(h("ul.try-changed", null, body.changed.map((/** @type {any} */ one) => h("li", { text: sentenceOf(one, model) }))));
  }

  return { apply, follow };
}

/** @param {any} one an event @param {any} model */
function sentenceOf(one, model) {
  const key = `what_if.changed_${one.type}`;
  const values = { time: timeOf(one.at), name: nameOf(one) || t("what_if.the_hall"), windows: one.windows.join("、"), names: namesOf(model, one.businesses) };
  return t(hasWords(key) ? key : "what_if.changed_other", values);
}
