/**
 * The draft of a plan: kept by the server with every change, so that another tab and another machine have it too. What is not kept yet stays in this tab and
 * is sent again, under its own key, when the page is loaded or the server is back.
 */
import { get, newKey, post } from "./api.js";
import { reportProblem, toast } from "./toast.js";
import { t } from "./words.js";

/**
 * @param {string} hall @param {string} path of the what-if
 * @param {(changes: any[]) => void} take puts another plan on the page
 * @returns {{keep: (changes: any[]) => void, look: () => Promise<void>}} look: takes the server's draft where that is another one
 */
export function followDraft(hall, path, take) {
  const unsent = `hall-what-if-unsent-${hall}`;
  let version = -1;
  /** @type {any[] | null} what is to be kept next */
  let wanted = null;
  let sending = false;

  async function keep(/** @type {any[]} */ changes) {
    wanted = changes;
    if (sending) return;
    sending = true;
    try {
      while (wanted) {
        const one = { key: newKey(), version: Math.max(0, version), changes: wanted };
        wanted = null;
        sessionStorage.setItem(unsent, JSON.stringify(one));
        await send(one);
      }
    } finally {
      sending = false;
    }
  }

  /** @param {{key: string, version: number, changes: any[]}} one */
  async function send(one) {
    try {
      version = (await post(`${path}/draft`, { version: one.version, changes: one.changes }, { key: one.key })).version;
    } catch (error) {
      const problem = /** @type {any} */ (error);
      if (problem.away || problem.busy) throw problem;
      sessionStorage.removeItem(unsent);
      if (problem.code !== "draft_changed") throw problem;
      const mine = wanted ?? one.changes;
      wanted = null;
      version = -1;
      toast(problem.detail, { kind: "warning", seconds: 0, action: { label: t("what_if.keep_mine"), run: () => keepMine(mine) } });
      await fetchDraft();
      return;
    }
    sessionStorage.removeItem(unsent);
  }

  /** @param {any[]} mine */
  function keepMine(mine) {
    take(mine);
    keep(mine).catch(reportProblem);
  }

  async function fetchDraft() {
    const draft = await get(`${path}/draft`, { retries: 0 });
    if (wanted || draft.version === version) return;
    version = draft.version;
    take(draft.changes);
  }

  async function look() {
    if (sending) return;
    const left = sessionStorage.getItem(unsent);
    if (left) await send(JSON.parse(left));
    if (left) version = -1; // this page has not seen it yet
    await fetchDraft();
  }

  return { keep: (changes) => void keep(changes).catch(reportProblem), look };
}
