/**
 * The desk at one window: takes the server's snapshot, follows the hall's events, and sends the verbs. What is shown is what the server said, never what
 * a key was meant to do. clerk.js opens it; the drawing is in clerk_stage.js, clerk_keys.js and clerk_side.js.
 */
import { get, post } from "./api.js";
import { everySecond, now, setServerTime } from "./clock.js";
import { find, setText } from "./dom.js";
import { hotkey } from "./hotkeys.js";
import { watch } from "./live.js";
import { leadToSignIn, showConnection } from "./shell.js";
import { reportProblem, toast } from "./toast.js";
import { nameOf, t, textOf } from "./words.js";
import { applyToWaiting } from "./clerk_delta.js";
import { hearOfMoves } from "./clerk_moves.js";
import { bindKeys } from "./clerk_keys.js";
import { paperList } from "./clerk_paper.js";
import { ring } from "./clerk_ring.js";
import { bindSide } from "./clerk_side.js";
import { drawStage, drawStageTime } from "./clerk_stage.js";
import { situationOf } from "./clerk_verbs.js";

const LEAST_PAUSE_MS = 1000;
/** In a hall with a hundred comprehensive windows each event concerns a hundred desks: the deltas carry them, a snapshot only now and then. */
const LINES_PAUSE_MS = 15_000;
const SHORT_LIST_PAUSE_MS = 2000;
const SHORT_LIST = 3;
const APPOINTMENT_PAUSE_MS = 10_000;
const POLL_MS = 2000;
const POLLS_BEFORE_SAID = 3;
const LEFT_CODES = new Set(["nobody_signed_in", "not_your_window"]);

/**
 * @param {object} options
 * @param {string} options.hall
 * @param {number} options.number the window
 * @param {number} options.account the clerk's account id
 * @param {() => void} options.leave called when the clerk no longer stands at this window
 */
export function openDesk({ hall, number, account, leave }) {
  const path = `/halls/${hall}/windows/${number}`;
  /** @type {any} */
  let desk = null;
  let reachable = false;
  let acting = "";
  /** Ends the sending of the verb that is under way. */
  let given = new AbortController();
  let closed = false;
  let paperRefused = false;
  let lastTicket = -1; // the ticket this page knew last (-1: none yet); another one that is called was called by the hall itself
  let loadedAt = -Infinity;
  /** @type {Promise<void> | null} */
  let loading = null;
  let dueAt = Infinity;
  let dueTimer = 0;
  let pollTimer = 0;
  let polls = 0;

  const paper = paperList({ hall, number, account });
  const state = () => ({ desk: shown(), situation: situation(), reachable: (reachable || paper.on) && !closed, paper: paper.on ? paper : null });
  const keys = bindKeys({ hall, act, state });
  const side = bindSide({ act, askFor: keys.askFor, state });
  const forgetPaperKey = hotkey("O", t("clerk.paper_begin"), beginPaper);
  find("#paper-begin").onclick = beginPaper;
  const stopTime = everySecond(drawTime);
  find("#desk").onclick = giveBackFocus;
  const live = watch({ hall, audience: "staff", snapshot: async () => (await load(), { seq: desk?.seq ?? 0 }), onEvent: hear, onState: connect });

  /** The server's desk, or the paper's while the clerk works by that. */
  function shown() {
    return paper.on ? paper.desk() : desk;
  }

  function situation() {
    return desk ? situationOf(shown(), account) : "closed";
  }

  // ---- what the server says ----

  /** One snapshot at a time; whoever asks meanwhile waits for the same one. */
  function load() {
    loading ??= fetchDesk().finally(() => {
      loading = null;
    });
    return loading;
  }

  async function fetchDesk() {
    clearTimeout(dueTimer);
    dueAt = Infinity;
    loadedAt = performance.now();
    const answer = await get(`${path}/desk`, { retries: 0, timeout: 5000 });
    if (closed) return;
    setServerTime(answer.now);
    if (paper.waits && (await enterPaper())) return fetchDesk();
    paper.leave();
    desk = answer;
    reachable = true;
    draw();
    // events that came while the answer was under way are newer than it
    if (live?.seq > desk.seq) loadSoon(LEAST_PAUSE_MS);
  }

  /**
   * What was called on paper is entered before anything else is done; then the server says how things stand.
   * @returns {Promise<boolean>} whether it was; what the server refuses stays in this browser
   */
  async function enterPaper() {
    if (paperRefused) return false;
    try {
      await paper.enter();
    } catch (problem) {
      if (/** @type {any} */ (problem).away || /** @type {any} */ (problem).status >= 500) throw problem; // still on paper; the next snapshot tries again
      paperRefused = true;
      if (!leadToSignIn(problem)) reportProblem(problem);
      return false;
    }
    lastTicket = -1;
    toast(t("clerk.paper_entered"), { kind: "ok" });
    return true;
  }

  /** Only while the server is away, and only when the clerk wants it. */
  function beginPaper() {
    if (reachable || paper.on || !desk || closed) return;
    given.abort(); // a key that got no answer is not pressed again behind the clerk's back once the server is there
    paper.begin(desk);
    draw();
  }

  /** @param {number} pause milliseconds since the last snapshot; an earlier wish is kept */
  function loadSoon(pause) {
    const at = Math.max(performance.now(), loadedAt + pause);
    if (at >= dueAt || closed) return;
    clearTimeout(dueTimer);
    dueAt = at;
    dueTimer = window.setTimeout(() => load().catch(lose), at - performance.now());
  }

  /** @param {any} event */
  function hear(event) {
    hearOfMoves(event, number);
    if (!desk || paper.on || event.seq <= desk.seq) return;
    const lines = applyToWaiting(desk, event);
    const here = event.window === number || event.to_window === number || event.ticket_id === desk.ticket?.id || event.type === "hall_configured";
    if (event.type === "ticket_called" && event.window === number && !desk.ticket) takeTicket({ id: event.ticket_id, label: event.ticket, state: "called" });
    if (here) loadSoon(LEAST_PAUSE_MS);
    else if (lines) {
      const { next, total } = desk.waiting;
      loadSoon(next.length < Math.min(SHORT_LIST, total) ? SHORT_LIST_PAUSE_MS : LINES_PAUSE_MS);
    }
    if (here || lines) draw();
  }

  /** A number came to this window; its whole picture follows with the next snapshot. @param {{id: number, label: string, state: string}} ticket */
  function takeTicket(ticket) {
    if (desk.ticket?.id === ticket.id) Object.assign(desk.ticket, ticket);
    else desk.ticket = { ...ticket, visitor_class: "ordinary", steps: [], calls: [], partial: true };
    if (ticket.state === "called" && !desk.guards) {
      desk.guards = { missed_after_at: new Date(now() + desk.rules.missed_after_seconds * 1000).toISOString(), recalls_left: desk.rules.recalls };
    }
  }

  // ---- what the clerk does ----

  /**
   * Sends one verb and shows what came of it. Nothing else is sent meanwhile.
   * @param {string} verb @param {object} [body]
   * @returns {Promise<boolean>} whether the server did it
   */
  async function act(verb, body = {}) {
    if (acting || !desk) return false;
    if (paper.on) {
      const done = await paper.act(verb, body);
      draw();
      return done;
    }
    if (!reachable) return false;
    acting = verb;
    given = new AbortController();
    try {
      const answer = await post(`${path}/${verb}`, body, { signal: given.signal }); // under one Idempotency-Key, however often it is sent
      if (verb === "sign-out") return quit(), true;
      if (answer.finished) toast(t("clerk.done_finished", { label: answer.finished }), { kind: "ok" });
      Object.assign(desk.window, answer.window);
      if (answer.ticket?.id !== desk.ticket?.id) desk.guards = null;
      if (answer.ticket) takeTicket(answer.ticket);
      else desk.ticket = null;
      lastTicket = answer.ticket?.id ?? 0;
      return true;
    } catch (problem) {
      if (given.signal.aborted) return false;
      if (!leadToSignIn(problem)) reportProblem(problem);
      if (/** @type {any} */ (problem)?.away) lose();
      return false;
    } finally {
      acting = "";
      if (!closed) {
        draw();
        // no answer tells nothing: only a snapshot says whether it was done
        load().catch(lose);
      }
    }
  }

  function quit() {
    if (closed) return;
    closed = true;
    clearTimeout(dueTimer);
    clearTimeout(pollTimer);
    stopTime();
    live.stop();
    forgetPaperKey();
    find("#paper-offer").hidden = true;
    keys.forget();
    side.forget();
    leave();
  }

  // ---- the line to the server ----

  /** @param {import("./live.js").LiveState} state */
  function connect(state) {
    showConnection(state);
    clearTimeout(pollTimer);
    polls = 0;
    find("#polling").hidden = true;
    if (state === "lost") {
      reachable = false;
      poll();
    } else if (state === "live" && desk) {
      reachable = true;
      loadSoon(LEAST_PAUSE_MS);
    }
    draw();
  }

  /** Without the socket the desk asks by itself: as long as the server answers, the clerk can work. */
  async function poll() {
    clearTimeout(pollTimer);
    try {
      await load();
      polls += 1;
    } catch (problem) {
      lose(problem);
      polls = 0;
    }
    if (closed || live.state !== "lost") return;
    const said = polls >= POLLS_BEFORE_SAID;
    find("#polling").hidden = !said;
    find("#stale").hidden = said;
    pollTimer = window.setTimeout(poll, POLL_MS);
  }

  /** @param {any} [problem] why there is no snapshot */
  function lose(problem) {
    if (closed || leadToSignIn(problem)) return;
    reachable = false;
    draw();
    if (live?.state === "live") loadSoon(POLL_MS);
  }

  // ---- what is shown ----

  function draw() {
    if (!desk || closed) return;
    find("#desk").hidden = false;
    const present = situation();
    if (present === "closed") return leftBehind();
    if (!acting && !paper.on) noticeArrival(present);
    drawPlace(present);
    drawStage(shown(), present);
    find("#paper-offer").hidden = reachable || paper.on;
    paper.draw();
    keys.draw();
    side.draw();
  }

  /** Somebody else ended this clerk's stay: a manager closed the window, or the clerk signed out in another tab. */
  function leftBehind() {
    toast(t("clerk.left", { number }), { kind: "warning", seconds: 0 });
    quit();
  }

  /** @param {string} present */
  function noticeArrival(present) {
    const id = desk.ticket?.id ?? 0;
    if (present === "called" && id !== lastTicket && lastTicket !== -1) ring(t("clerk.auto_called", { label: desk.ticket.label }), desk.ticket.label);
    lastTicket = id;
  }

  /** @param {string} present */
  function drawPlace(present) {
    find("#place").hidden = false;
    find("#me").hidden = false;
    setText(find("#place-number"), t("window.number", { number }));
    setText(find("#place-kind"), textOf(desk.window, "label") || t(`window_kind.${desk.window.kind}`));
    setText(find("#me-badge"), desk.clerk.badge ? t("clerk.badge", { badge: desk.clerk.badge }) : nameOf(desk.clerk));
    setText(find("#me-today"), desk.today.served_by_clerk);
    const { ticket } = shown();
    const what = ticket ? `${ticket.label} ${t(`ticket_state.${present}`)}` : t(`window_state.${present}`);
    document.title = `${what} · ${t("window.number", { number })}`;
  }

  /** What was clicked gives the focus back, so that the space bar means "next" again; whoever came by Tab stays. @param {MouseEvent} event */
  function giveBackFocus(event) {
    if (event.detail > 0) /** @type {HTMLElement | null} */ (find("#desk").querySelector(":is(button, input):focus"))?.blur();
  }

  function drawTime() {
    if (!desk || closed || situation() === "closed") return;
    drawStageTime(shown(), situation());
    keys.draw();
    side.drawTime();
    // an appointment that came early waits from its time on, and no event tells when that is
    if (reachable && !desk.ticket && desk.waiting.total && !desk.waiting.next.length) loadSoon(APPOINTMENT_PAUSE_MS);
  }
}
