/** Applying a plan, and what is shown when the hall has changed meanwhile. */

/** @param {any} options @returns {Promise<any>} */
export async function applyPlan(options) {
  return options && null;
}
