/**
 * The visitor's page: one ticket from the number to the rating. It counts the people ahead itself from the events of its business, and asks
 * the server again only when something happened to its own ticket, after a lost connection, and once a minute for the wait range.
 */
import { get, post } from "./api.js";
import { now, setServerTime, timeOf } from "./clock.js";
import { confirm } from "./dialog.js";
import { fill, find, setText } from "./dom.js";
import { guard } from "./guard.js";
import { watch } from "./live.js";
import { effectOf } from "./visitor_count.js";
import { offerBefore } from "./visitor_before.js";
import { advice, headline, lowerPart, signs } from "./visitor_panels.js";
import { offerRating } from "./visitor_rating.js";
import { nameOf, t } from "./words.js";

const EVERY_MS = 60_000;
const FRESH_MS = 5_000;
const OVER = new Set(["finished", "cancelled", "expired"]);
const NEAR = 3;

const hall = document.documentElement.dataset.hall || "";
const main = find("#main");
const path = `/halls/${hall}/visits/${main.dataset.secret}`;
const stub = find("#ticket");
const hallName = document.title.split(" · ").slice(1).join(" · ");

/** @type {any} */
let ticket = null;
let askedAt = 0;
let shown = "";
const whyBefore = offerBefore(path);
let line = listen(main.dataset.business || "");

/** Follow the ticket's business; a transfer leads to another one. @param {string} business */
function listen(business) {
  return watch({
    hall,
    audience: "visit",
    business,
    snapshot: load,
    onEvent: apply,
    onState: (state) => {
      main.dataset.connection = state;
      find("#stale").hidden = state !== "lost";
    },
  });
}

async function load() {
  const visit = await get(path);
  setServerTime(visit.now);
  askedAt = Date.now();
  ticket = visit.ticket;
  draw();
  whyBefore.refresh();
  settle();
  return visit;
}

/** After an answer: nothing more to hear once the visit is over and rated, and the right business to listen to before that. */
function settle() {
  if (OVER.has(ticket.state) && !ticket.may_rate) return setTimeout(() => line.stop());
  if (!ticket.business || ticket.business.code === main.dataset.business) return null;
  main.dataset.business = ticket.business.code;
  return setTimeout(() => {
    line.stop();
    line = listen(ticket.business.code);
  });
}

/** @param {any} event */
function apply(event) {
  if (event.type === "ticket_called") whyBefore.refresh();
  const effect = effectOf(ticket, event);
  if (effect === "own") line.refresh();
  else if (effect !== 0) {
    ticket.ahead = Math.max(0, ticket.ahead + effect);
    draw();
  }
}

function draw() {
  const before = shown;
  shown = `${ticket.state} ${ticket.latest_call_at ?? ""} ${ticket.state === "waiting" && ticket.ahead <= NEAR ? ticket.ahead : ""}`;
  stub.removeAttribute("aria-busy");
  stub.dataset.state = ticket.state;
  setText(find("#business"), nameOf(ticket.business));
  fill(find("#signs"), signs(ticket));
  fill(find("#lower"), lowerPart(ticket));
  fill(find("#advice"), advice(ticket));
  find("#cancel").hidden = ticket.state !== "waiting";
  whyBefore.show(ticket);
  find("#rating").hidden = !ticket.may_rate;
  find("#thanks").hidden = !ticket.rated;
  setText(find("#updated"), t("visitor.updated", { taken: timeOf(ticket.arrived_at), time: timeOf(now()) }));
  const words = headline(ticket);
  document.title = `${ticket.label} · ${words} · ${hallName}`;
  if (shown === before) return;
  setText(find("#spoken"), words);
  if (before) alarm();
}

/** The page calls for attention when the visitor is called, called again, or nearly so. */
function alarm() {
  const called = ticket.state === "called";
  const near = ticket.state === "waiting" && ticket.ahead <= NEAR;
  if (!called && !near) return;
  stub.classList.remove("flash");
  void stub.offsetWidth; // lets the animation begin anew
  if (called) stub.classList.add("flash");
  window.scrollTo({ top: 0, behavior: "smooth" });
  navigator.vibrate?.(called ? [400, 150, 400, 150, 400] : [200]);
}

guard(find("#cancel"), async () => {
  const sure = await confirm({
    title: t("visitor.cancel_title", { label: ticket.label }),
    text: t("visitor.cancel_text"),
    confirm: t("visitor.cancel_yes"),
    cancel: t("visitor.cancel_no"),
    danger: true,
  });
  if (!sure) return;
  try {
    await post(`${path}/cancel`);
  } finally {
    await line.refresh();
  }
});
offerRating(path, () => {
  ticket.may_rate = false;
  ticket.rated = true;
  draw();
  find("#thanks").scrollIntoView({ behavior: "smooth", block: "center" });
});

function askAgain(olderThan = 0) {
  const waiting = document.visibilityState === "visible" && ticket && !OVER.has(ticket.state);
  if (waiting && Date.now() - askedAt > olderThan) line.refresh();
}
setInterval(askAgain, EVERY_MS);
document.addEventListener("visibilitychange", () => askAgain(FRESH_MS));
