/** The guide's desk: puts its three parts together (issuing, one ticket, what was issued here) and keeps them up to date. */
import { get } from "./api.js";
import { setServerTime } from "./clock.js";
import { find } from "./dom.js";
import { hotkey } from "./hotkeys.js";
import { watch } from "./live.js";
import { leadToSignIn, showConnection } from "./shell.js";
import { reportProblem } from "./toast.js";
import { waitingChanges } from "./waiting.js";
import { t } from "./words.js";
import { makeChooser } from "./guide_choose.js";
import { makeForm } from "./guide_issue.js";
import { makeRecent } from "./guide_recent.js";
import { makeTicket } from "./guide_ticket.js";

const REFRESH_MS = 60_000;
const hall = document.documentElement.dataset.hall ?? "";
/** @type {Map<string, any>} */
const businesses = new Map();

/** @param {any} problem */
function report(problem) {
  if (!leadToSignIn(problem)) reportProblem(problem);
}

const ticket = makeTicket({ hall, report });
const recent = makeRecent({ hall, report, onOpen: (id) => ticket.open(id) });
const form = makeForm({
  hall,
  businessOf: (code) => businesses.get(code),
  onIssued(answer) {
    ticket.showIssued(answer);
    recent.load();
    chooser.focus();
  },
  onLeft: () => chooser.focus(),
  report,
});
const chooser = makeChooser({ hall, businesses, onChoose: form.choose, report });

const live = watch({
  hall,
  audience: "staff",
  async snapshot() {
    const picture = /** @type {any} */ (await get(`/halls/${hall}/catalogue`));
    setServerTime(picture.now);
    businesses.clear();
    for (const department of picture.departments) for (const business of department.businesses) businesses.set(business.code, { ...business, department });
    chooser.draw();
    form.refresh();
    return picture;
  },
  onEvent(event) {
    const changes = waitingChanges(event);
    for (const [code, by] of changes) {
      const business = businesses.get(code);
      if (business) business.waiting = Math.max(0, business.waiting + by);
    }
    if (changes.length) {
      chooser.refresh();
      form.refresh();
    }
    if (event.ticket_id) {
      ticket.heard(event);
      recent.heard(event);
    }
  },
  onState: showConnection,
});
setInterval(() => live.refresh(), REFRESH_MS);
recent.load();

hotkey("/", t("guide.key_search"), () => chooser.focus());
hotkey("F2", t("guide.take"), () => form.submit());
hotkey("F3", t("guide.find"), () => {
  find("#find-number").focus();
  find("#find-number").select();
});
for (const [index, choice] of [...document.querySelectorAll("#classes input")].entries()) {
  hotkey(`Alt+${index + 1}`, t(`visitor_class.${/** @type {HTMLInputElement} */ (choice).value}`), () => /** @type {HTMLElement} */ (choice).click(), { when: form.isOpen });
}
chooser.focus();
