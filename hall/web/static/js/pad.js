/**
 * The rating pad of one window. It welcomes; when a visit ends here it asks for a minute, takes one touch, thanks, and forgets.
 * The hall's public events say when to look; what may be rated is the server's word.
 */
import { get, post } from "./api.js";
import { everySecond, now, setServerTime } from "./clock.js";
import { find, setText } from "./dom.js";
import { watch } from "./live.js";
import { showConnection } from "./shell.js";
import { nameOf, t } from "./words.js";

const THANKS_MS = 5000;
const HEARTBEAT_MS = 60_000;
const LOOK_AFTER = new Set(["ticket_finished", "window_signed_in", "window_signed_out", "window_opened", "window_paused", "window_closed"]);

const hall = document.documentElement.dataset.hall || "";
const number = Number(find("#main").dataset.window);
const path = `/halls/${hall}/windows/${number}/pad`;
const faces = [...document.querySelectorAll("[data-grade]")];

/** @type {any} what may be rated now: {ticket, label, until}, or null */
let offer = null;
let sending = false;
let thanking = 0;

async function look() {
  const pad = await get(path);
  setServerTime(pad.now);
  drawWelcome(pad);
  if (!sending) propose(pad.rate);
  return pad;
}

function drawWelcome({ window, clerk }) {
  document.body.dataset.window = window.state;
  const kind = window.state === "open" ? "welcome" : window.state;
  setText(find("#welcome-title"), t(`pad.${kind}`));
  setText(find("#welcome-note"), t(`pad.${kind}_note`));
  find("#clerk").hidden = !clerk;
  if (clerk) setText(find("#clerk-words"), [nameOf(clerk), clerk.badge && t("pad.badge", { badge: clerk.badge })].filter(Boolean).join(" · "));
}

/** Ask about a visit, or stop asking. A new visit never finds the last one's touch. @param {any} rate */
function propose(rate) {
  if (rate?.ticket === offer?.ticket) return;
  offer = rate;
  for (const face of faces) {
    face.setAttribute("aria-pressed", "false");
    face.classList.remove("passed");
  }
  if (!offer) return thanking || showFace("welcome");
  stopThanking();
  setText(find("#ask-title"), t("pad.question", { label: offer.label }));
  setText(find("#spoken"), t("pad.question", { label: offer.label }));
  showFace("ask");
  tick();
}

function showFace(name) {
  for (const id of ["welcome", "ask", "thanks"]) find(`#${id}`).hidden = id !== name;
}

function thank(title, note) {
  stopThanking();
  offer = null;
  setText(find("#thanks-title"), title);
  setText(find("#thanks-note"), note);
  setText(find("#spoken"), title);
  showFace("thanks");
  thanking = window.setTimeout(() => {
    thanking = 0;
    if (!offer) showFace("welcome");
  }, THANKS_MS);
}

function stopThanking() {
  clearTimeout(thanking);
  thanking = 0;
}

function tick() {
  if (!offer) return;
  const left = Math.ceil((Date.parse(offer.until) - now()) / 1000);
  if (left <= 0 && !sending) return propose(null);
  find("#left").value = Math.max(0, left);
  setText(find("#left-words"), t("pad.seconds_left", { seconds: Math.max(0, left) }));
}

for (const face of faces) {
  face.addEventListener("click", async () => {
    if (!offer || sending) return;
    sending = true;
    for (const other of faces) {
      other.setAttribute("aria-pressed", String(other === face));
      other.classList.toggle("passed", other !== face);
    }
    try {
      await post(path, { ticket: offer.ticket, grade: Number(face.dataset.grade) });
      thank(t("pad.thanks"), t("pad.thanks_note"));
    } catch (problem) {
      const { code, detail, title, away } = /** @type {any} */ (problem);
      if (code === "already_rated") thank(t("pad.thanks"), detail);
      else thank(away ? title : t("pad.not_kept"), detail || title);
    } finally {
      sending = false;
    }
  });
}

const line = watch({
  hall,
  audience: "board",
  snapshot: look,
  onEvent: (event) => {
    if (event.type === "ticket_rated" && event.ticket_id === offer?.ticket && !sending) propose(null); // by the ticket's QR
    if (event.window === number && LOOK_AFTER.has(event.type)) line.refresh();
  },
  onState: showConnection,
});
everySecond(tick);

/** The administrator sees that this pad is there; a missed beat is nothing to bother the visitor with. */
function beat() {
  post(`/halls/${hall}/devices/${find("#main").dataset.device}/heartbeat`, { status: { page: "pad" } }, { retries: 0 }).catch(() => {});
}
beat();
setInterval(beat, HEARTBEAT_MS);
