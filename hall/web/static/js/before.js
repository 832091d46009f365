/** Numbers that were called before another one, each with the sentence that says why: the same list for visitors and staff. */
import { timeOf } from "./clock.js";
import { h } from "./dom.js";
import { t } from "./words.js";

/** @typedef {{label: string, window: number | null, called_at: string | null, reason: string | null, why: string}} CalledBefore */
/** @typedef {{label: string, since: string, until: string | null, later: number, earlier: number, calls: CalledBefore[]}} BeforeMe */

/** @param {CalledBefore[]} calls */
export function listOf(calls) {
  return h("ul.before-list", null, calls.map(rowOf));
}

/** @param {CalledBefore} call */
function rowOf(call) {
  return h(
    "li.before-call",
    { data: { reason: call.reason ?? "none" } },
    h(
      "p.before-head",
      null,
      h("span.ticket-number.s", { text: call.label }),
      call.called_at && h("span.before-at", { text: t("before.at", { time: timeOf(call.called_at), window: call.window ?? "" }) }),
    ),
    h("p.before-why", { text: call.why }),
  );
}
