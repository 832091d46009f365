/** Print jobs: what failed and why, and once more. */
import { get, post } from "./api.js";
import { timeOf } from "./clock.js";
import { find, h, icon, renderList, setText } from "./dom.js";
import { guard } from "./guard.js";
import { toast } from "./toast.js";
import { hasWords, t } from "./words.js";

const CHIPS = { failed: ["missed", "error"], waiting: ["waiting", "hourglass"], printing: ["called", "print"], printed: ["finished", "check-circle"] };
const hall = document.documentElement.dataset.hall || "";
const path = `/halls/${hall}/print-jobs`;
let state = "failed";
let prepared = false;

/** Load and draw the list. */
export async function showJobs() {
  if (!prepared) prepare();
  const { print_jobs: jobs, counts } = await get(state ? `${path}?state=${state}` : path);
  renderList(find("#jobs"), jobs, (one) => one.id, makeRow, updateRow, () => h("tr", null, h("td.center.muted", { colspan: "7", text: t("admin.no_job") })));
  for (const place of document.querySelectorAll("[data-job-count]")) setText(place, counts[/** @type {HTMLElement} */ (place).dataset.jobCount ?? ""] ?? "");
}

function prepare() {
  prepared = true;
  guard(find("#refresh-jobs"), showJobs);
  find("#job-states").addEventListener("click", async (event) => {
    const button = event.target.closest("[data-state-is]");
    if (!button) return;
    state = button.dataset.stateIs;
    for (const other of find("#job-states").children) other.setAttribute("aria-pressed", String(other === button));
    await showJobs();
  });
}

function makeRow(job) {
  const retry = h("button.button.small", { type: "button", data: { act: "retry" } }, icon("refresh"), h("span", { text: t("admin.print_again") }));
  guard(retry, async () => {
    await post(`${path}/${job.id}/retry`);
    toast(t("admin.printing_again", { label: job.ticket.label }), { kind: "ok" });
    await showJobs();
  });
  return h(
    "tr",
    { data: { job: job.id } },
    h("td.nowrap", { text: timeOf(job.created_at, { seconds: true }) }),
    h("th", { scope: "row" }, h("span.row.gap-2.nowrap", null, h("span.ticket-number.s", { text: job.ticket.label }), job.reprint && h("span.tag", { text: t("admin.reprint") }))),
    h("td", { text: job.printer?.name ?? "–" }),
    h("td"),
    h("td.num"),
    h("td.report"),
    h("td", null, h("div.row-actions", null, retry)),
  );
}

function updateRow(row, job) {
  const [, , , chip, attempts, error, actions] = row.children;
  const [kind, sign] = CHIPS[job.state] ?? ["closed", "info"];
  chip.replaceChildren(h("span.chip", { data: { state: kind } }, icon(sign), h("span", { text: t(`admin.job_${job.state}`) })));
  setText(attempts, job.attempts);
  setText(error, job.error ? (hasWords(job.error) ? t(job.error) : job.error) : "–");
  actions.firstElementChild.hidden = job.state !== "failed";
}
