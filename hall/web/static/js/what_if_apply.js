/** Applying a plan, taking it back, and what is told when the hall has changed meanwhile. */
import { post } from "./api.js";
import { timeOf } from "./clock.js";
import { fill, find, h, icon, setText } from "./dom.js";
import { guard } from "./guard.js";
import { reportProblem, toast } from "./toast.js";
import { namesOf, wordsOf } from "./what_if_plan.js";
import { hasWords, nameOf, t } from "./words.js";

/** @typedef {{at: string, words: string[], done: {adjustments: number[], paused: number[], opened: number[]}}} Applied */

/**
 * @param {string} hall @param {string} path of the what-if @param {() => Promise<any>} load the hall anew
 * @returns {{apply: (plan: any[], basis: number, model: any) => Promise<any[] | null>, draw: () => void}} apply answers what is left of the plan;
 *   null: nothing was done
 */
export function followApplied(hall, path, load) {
  const kept = `hall-what-if-applied-${hall}`;
  /** @type {Applied[]} */
  let applied = [];
  try {
    applied = JSON.parse(sessionStorage.getItem(kept) || "[]");
  } catch {
    applied = [];
  }

  /** @param {Applied[]} those */
  function keep(those) {
    applied = those;
    sessionStorage.setItem(kept, JSON.stringify(those));
    draw();
  }

  async function apply(/** @type {any[]} */ plan, /** @type {number} */ basis, /** @type {any} */ model) {
    try {
      const done = await post(`${path}/apply`, { changes: plan, basis });
      const left = plan.filter((_, place) => done.left.includes(place));
      const words = plan.filter((one) => !left.includes(one)).map((one) => wordsOf(one, model));
      keep([{ at: new Date().toISOString(), words, done }, ...applied].slice(0, 5));
      toast(t("what_if.applied", { count: words.length }), { kind: "ok" });
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

  function draw() {
    const box = find("#applied");
    box.hidden = applied.length === 0;
    fill(
      find("#applied-list"),
      applied.map((one, place) => {
        const undo = h("button.button.small", { type: "button" }, icon("return"), t("what_if.undo"));
        guard(undo, async () => {
          try {
            const { left } = await post(`${path}/undo`, { adjustments: one.done.adjustments, paused: one.done.paused, opened: one.done.opened });
            toast(left.length ? t("what_if.undone_but", { windows: left.join("、") }) : t("what_if.undone"), { kind: left.length ? "warning" : "ok" });
          } catch (problem) {
            if (/** @type {any} */ (problem)?.code !== "plan_over") throw problem;
            reportProblem(problem);
          }
          keep(applied.filter((_, at) => at !== place));
        });
        return h("li.try-applied", null, h("div.grow", null, h("p.try-change-when", { text: t("what_if.applied_at", { time: timeOf(one.at) }) }), one.words.map((text) => h("p", { text }))), undo);
      }),
    );
  }

  return { apply, draw };
}

/** @param {any} one an event @param {any} model */
function sentenceOf(one, model) {
  const key = `what_if.changed_${one.type}`;
  const values = { time: timeOf(one.at), name: nameOf(one) || t("what_if.the_hall"), windows: one.windows.join("、"), names: namesOf(model, one.businesses) };
  return t(hasWords(key) ? key : "what_if.changed_other", values);
}
