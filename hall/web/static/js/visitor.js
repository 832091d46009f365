/**
 * The visitor's page: one ticket from the number to the rating. It counts the people ahead itself from the events of its business, and asks
 * the server again only when something happened to its own ticket, after a lost connection, and once a minute for the wait range.
 */
import { get, post } from "./api.js";
import { now, setServerTime, timeOf } from "./clock.js";
import { confirm } from "./dialog.js";
import { fill, find, setText } from "./dom.js";
import { guard } from "./guard.js";
import { reportProblem } from "./toast.js";
import { effectOf } from "./visitor_count.js";
import { follow } from "./visitor_live.js";
import { advice, headline, lowerPart, signs } from "./visitor_panels.js";
import { offerRating } from "./visitor_rating.js";
import { nameOf, t } from "./words.js";

const EVERY_MS = 60_000;
const FRESH_MS = 5_000;
const OVER = new Set(["finished", "cancelled", "expired"]);
const NEAR = 3;

const hall = document.documentElement.dataset.hall || "";
const path = `/halls/${hall}/visits/${find("#main").dataset.secret}`;
const stub = find("#ticket");
const hallName = document.title.split(" · ").slice(1).join(" · ");

/** @type {any} */
let ticket = null;
let seq = -1;
let askedAt = 0;
/** @type {Promise<void> | null} */
let asking = null;
/** @type {any[]} */
let early = []; // events heard while the answer was under way
let shown = "";

function ask() {
  asking ??= load().finally(() => {
    asking = null;
  });
  return asking;
}

async function load() {
  const visit = await get(path);
  setServerTime(visit.now);
  askedAt = Date.now();
  seq = visit.seq;
  ticket = visit.ticket;
  for (const event of early.splice(0)) hear(event);
  draw();
  if (OVER.has(ticket.state) && !ticket.may_rate) return line.stop();
  if (ticket.business) line.listen(ticket.business.code);
}

/** @param {any} event */
function hear(event) {
  if (!ticket) return;
  if (asking) {
    early.push(event);
    if (early.length > 500) early.shift();
  }
  if (event.seq <= seq) return;
  const effect = effectOf(ticket, event);
  if (effect === "own") {
    if (asking) asking.then(askAgain, askAgain);
    else ask().catch(keepGoing);
    return;
  }
  if (asking || effect === 0) return;
  seq = event.seq;
  ticket.ahead = Math.max(0, ticket.ahead + effect);
  draw();
}

const askAgain = () => void ask().catch(keepGoing);

function draw() {
  const before = shown;
  shown = `${ticket.state} ${ticket.latest_call_at ?? ""} ${ticket.state === "waiting" && ticket.ahead <= NEAR ? ticket.ahead : ""}`;
  stub.removeAttribute("aria-busy");
  stub.dataset.state = ticket.state;
  document.body.dataset.state = ticket.state;
  setText(find("#business"), nameOf(ticket.business));
  fill(find("#signs"), signs(ticket));
  fill(find("#lower"), lowerPart(ticket));
  fill(find("#advice"), advice(ticket));
  find("#cancel").hidden = ticket.state !== "waiting";
  find("#rating").hidden = !ticket.may_rate;
  find("#thanks").hidden = !ticket.rated;
  setText(find("#updated"), t("visitor.updated", { time: timeOf(now()) }));
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

/** @param {any} problem */
function keepGoing(problem) {
  if (!problem?.away && problem?.status !== 503) reportProblem(problem);
  else find("#stale").hidden = false;
}

const line = follow({
  hall,
  onEvent: hear,
  onJoined: (newest) => {
    find("#stale").hidden = true;
    if (newest > seq) askAgain();
  },
  onState: (state) => {
    find("#stale").hidden = state === "live";
  },
});

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
    await ask();
  }
});
offerRating(path, () => {
  ticket.may_rate = false;
  ticket.rated = true;
  draw();
  find("#thanks").scrollIntoView({ behavior: "smooth", block: "center" });
});

setInterval(() => {
  if (!OVER.has(ticket?.state) && document.visibilityState === "visible") askAgain();
}, EVERY_MS);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible" && !OVER.has(ticket?.state) && Date.now() - askedAt > FRESH_MS) askAgain();
});
await ask().catch(keepGoing);
