/** The administrator's page: tabs, each with a list that is loaded when it is opened. */
import { showAccounts } from "./admin_accounts.js";
import { showConfiguration, showDevices } from "./admin_devices.js";
import { showJobs } from "./admin_jobs.js";
import { showJournal } from "./admin_journal.js";
import { find } from "./dom.js";
import { leadToSignIn, showConnection } from "./shell.js";
import { reportProblem } from "./toast.js";

/** @type {Record<string, () => Promise<unknown>>} */
const PANELS = { accounts: showAccounts, devices: showDevices, jobs: showJobs, journal: showJournal, configuration: showConfiguration };
const tabs = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-tab]")]);

/** @param {string} name @param {boolean} [focus] */
async function open(name, focus = false) {
  for (const tab of tabs) {
    const chosen = tab.dataset.tab === name;
    tab.setAttribute("aria-selected", String(chosen));
    tab.tabIndex = chosen ? 0 : -1;
    if (chosen && focus) tab.focus();
    find(`#panel-${tab.dataset.tab}`).hidden = !chosen;
  }
  history.replaceState(null, "", `#${name}`);
  try {
    await PANELS[name]();
    showConnection("live");
  } catch (problem) {
    if (/** @type {any} */ (problem).away) showConnection("lost");
    if (!leadToSignIn(problem)) reportProblem(problem);
  }
}

for (const [place, tab] of tabs.entries()) {
  tab.addEventListener("click", () => open(tab.dataset.tab ?? ""));
  tab.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step) open(tabs[(place + step + tabs.length) % tabs.length].dataset.tab ?? "", true);
  });
}
const wanted = location.hash.slice(1);
open(wanted in PANELS ? wanted : "accounts");
window.addEventListener("hashchange", () => location.hash.slice(1) in PANELS && open(location.hash.slice(1)));
