/**
 * Following a hall as it happens. A snapshot first, then every event once and in order: events come over the socket in lists with
 * contiguous seq numbers, and whatever a gap or a broken connection left out is fetched by GET …/events?after=n.
 * The socket is a hint, the journal is the truth; a page is told at once when what it shows may be old.
 *
 * A visitor's page hears only its own business, so its numbers have holes: there every event is a hint, and after a break, or when
 * the pulse tells of an event of its business that never came, the snapshot is taken again.
 */
import { io } from "/vendor/socket.io-client/dist/socket.io.esm.min.js";
import { get } from "./api.js";

const PAGE = 500;
const SILENCE_MS = 25_000; // two pulses and a half
const RETRY_MS = 2000;
const GAP_MS = 300; // two server processes may send two neighbours the wrong way round: that is no gap yet

/**
 * @typedef {{seq: number, at: string, type: string, ticket?: string, ticket_id?: number, business?: string, window?: number, zone?: string, call_id?: number}} HallEvent
 * @typedef {"live" | "catching-up" | "lost"} LiveState
 *
 * @param {object} options
 * @param {string} options.hall
 * @param {"board" | "staff" | "visit"} options.audience
 * @param {string} [options.business] the ticket's, for audience "visit"
 * @param {() => Promise<{seq: number}>} options.snapshot loads the whole state, draws it, and answers with its seq
 * @param {(event: HallEvent, how: {late: boolean}) => void} options.onEvent late: it was fetched after a gap, not heard as it happened
 * @param {(state: LiveState, why?: string) => void} [options.onState] why: the server's word for refusing ("not_signed_in")
 * @param {number} [options.replayAtMost] beyond so many missed events a new snapshot is taken instead (default 5000)
 * @returns {{stop: () => void, refresh: () => Promise<void>, readonly seq: number, readonly state: LiveState}}
 */
export function watch({ hall, audience, business, snapshot, onEvent, onState = () => {}, replayAtMost = 5000 }) {
  let seq = -1; // the last event shown; -1 before the first snapshot
  let known = -1; // the newest seq anyone has told us of
  /** @type {LiveState | null} */
  let state = null;
  let heardAt = Date.now();
  let silenceMs = SILENCE_MS;
  let stopped = false;
  let gap = 0;
  const holed = audience === "visit";
  /** @type {Promise<void> | null} */
  let catching = null;
  /** @type {Map<number, HallEvent>} */
  const early = new Map(); // came over the socket before their turn

  // each page at its own moment, so that a thousand do not come back in the same instant; never longer than 3 s, so that a board
  // shows the truth within 5 s of the server's return however long it was away
  const socket = io({ transports: ["websocket"], reconnectionDelay: 1000, reconnectionDelayMax: 3000, randomizationFactor: 1, timeout: 8000 });
  const tell = (/** @type {LiveState} */ next, /** @type {string | undefined} */ why) => {
    if ((next === state && !why) || stopped) return;
    state = next;
    onState(next, why);
  };
  const heard = () => {
    heardAt = Date.now();
  };

  /** @param {HallEvent} event @param {boolean} late */
  function show(event, late) {
    if (event.seq <= seq) return; // shown already
    seq = event.seq;
    early.delete(seq);
    try {
      onEvent(event, { late });
    } catch (error) {
      console.error(error); // one event that cannot be drawn must not stop the rest
    }
  }

  /** What was committed close together comes together. @param {HallEvent[]} events */
  function takeAll(events) {
    heard();
    for (const event of events) take(event);
  }

  /** @param {HallEvent} event */
  function take(event) {
    known = Math.max(known, event.seq);
    if (seq < 0 || catching || (event.seq > seq + 1 && !holed)) {
      if (event.seq > seq && early.size < 2000) early.set(event.seq, event);
      if (seq >= 0 && !catching) fetchSoon(GAP_MS);
    } else {
      show(event, false);
      showEarly();
    }
  }

  /** What came before its turn and is next now. */
  function showEarly() {
    for (const number of [...early.keys()].sort((a, b) => a - b)) {
      const event = early.get(number);
      if (event && (number === seq + 1 || (holed && number > seq))) show(event, false);
      else if (number <= seq) early.delete(number);
    }
  }

  /** Something is missing; it gets a moment to come by itself. @param {number} pause in milliseconds */
  function fetchSoon(pause) {
    gap ||= window.setTimeout(() => {
      gap = 0;
      if (known > seq && !stopped) catchUp();
    }, pause);
  }

  /** Bring the page to `known`: snapshot if there is none yet, then the events between, then those that came early. */
  function catchUp() {
    catching ??= run().finally(() => {
      catching = null;
    });
    return catching;

    async function run() {
      while (!stopped) {
        tell(socket.connected || seq < 0 ? "catching-up" : "lost");
        try {
          if (seq < 0 || known - seq > replayAtMost || (holed && known > seq)) seq = Math.max(seq, (await snapshot()).seq);
          showEarly();
          while (!stopped && seq < known && !holed) await fetchPage();
          showEarly();
          if (seq >= known || holed) {
            if (socket.connected) tell("live");
            return;
          }
        } catch (error) {
          tell("lost");
          if (/** @type {any} */ (error)?.status === 401) return;
          const pause = Math.max(RETRY_MS, /** @type {any} */ (error)?.retryMs ?? 0);
          await new Promise((resolve) => setTimeout(resolve, pause * (0.5 + Math.random())));
        }
      }
    }
  }

  async function fetchPage() {
    const before = seq;
    const page = await get(`/halls/${hall}/events?after=${seq}&limit=${PAGE}`, { retries: 0 });
    known = Math.max(known, page.latest ?? -1);
    for (const event of page.events) show(event, true);
    // a page with nothing new: what `known` promised is not there for us (the hall was restored to an earlier state), so start anew
    if (seq === before) {
      early.clear();
      seq = (await snapshot()).seq;
      known = seq;
    }
  }

  /** The server's newest number, told every few seconds; the event itself may still be on its way, so it gets a moment. @param {{seq: number}} message */
  function pulse(message) {
    heard();
    known = Math.max(known, message.seq);
    if (known > seq) fetchSoon(500 + 500 * Math.random());
    // from now on silence means something: the pulse comes more often than the socket's own ping
    silenceMs = SILENCE_MS;
  }

  function join() {
    heard();
    socket.timeout(8000).emit("watch", { hall, audience, business }, (/** @type {unknown} */ late, /** @type {any} */ answer) => {
      if (stopped) return;
      if (late || typeof answer?.seq !== "number") {
        tell("lost", answer?.error);
        if (answer?.error !== "not_signed_in") setTimeout(() => socket.connected && !stopped && join(), RETRY_MS);
        return;
      }
      heard();
      if (answer.seq < seq) seq = -1; // the journal is behind us: another database answers now
      known = Math.max(seq < 0 ? -1 : known, answer.seq);
      catchUp();
    });
  }

  socket.on("connect", () => {
    // both sides know the ping interval from the handshake; until the first pulse, silence longer than it means the line is dead
    const engine = /** @type {any} */ (socket.io.engine);
    silenceMs = Math.max(SILENCE_MS, 1.5 * (engine?._pingInterval ?? engine?.pingInterval ?? 0));
    join();
  });
  socket.on("events", takeAll);
  socket.on("pulse", pulse);
  for (const sign of ["disconnect", "connect_error"]) socket.on(sign, () => tell("lost"));
  socket.io.on("ping", heard);

  const watchdog = setInterval(() => {
    if (!socket.connected || Date.now() - heardAt < silenceMs) return;
    tell("lost");
    heard();
    socket.io.engine?.close(); // a dead line says nothing by itself; closing it starts a new one
  }, 1000);
  const wake = () => {
    if (document.visibilityState === "visible" && !stopped && !socket.connected) socket.connect();
  };
  document.addEventListener("visibilitychange", wake);
  window.addEventListener("online", wake);

  // the first picture does not wait for the socket: a page behind a broken one still shows the hall, marked as old
  catchUp();

  return {
    stop() {
      stopped = true;
      clearInterval(watchdog);
      document.removeEventListener("visibilitychange", wake);
      window.removeEventListener("online", wake);
      socket.disconnect();
    },
    async refresh() {
      await catching;
      seq = -1;
      await catchUp();
    },
    get seq() {
      return seq;
    },
    get state() {
      return state ?? "catching-up";
    },
  };
}
