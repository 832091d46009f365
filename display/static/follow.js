/**
 * What the hall's board, a zone's and a window's screen have in common: the model kept up with the hall, the stale state, the
 * midnight, and the loudspeaker where the page has one.
 */
import { get, post } from "/static/js/api.js";
import { everySecond, hallZone, now, setServerTime } from "/static/js/clock.js";
import { find, setText } from "/static/js/dom.js";
import { watch } from "/static/js/live.js";
import { showConnection } from "/static/js/shell.js";
import { t } from "/static/js/words.js";
import { createModel } from "./model.js";
import { createPlayer } from "./player.js";
import { createSpeech } from "./speech.js";

const DAY_JITTER_MS = 20_000; // a thousand boards do not ask for the new day's picture in one second
const RENEW_JITTER_MS = 3000;
const HOUR_MS = 3_600_000;
const BEAT_MS = 60_000;
const NEWS_MS = 2000; // what has only just changed may change again

/**
 * @param {object} options
 * @param {HTMLElement} options.frame carries data-speaks, data-connection
 * @param {{zone?: string | null, window?: number | null}} options.only
 * @param {(model: ReturnType<typeof createModel>) => void} options.draw at most once a frame
 * @param {(call: import("./model.js").Call) => void} [options.onCall] somebody was called, or called again
 * @param {(calls: number[]) => void} [options.onSpeaking]
 */
export function follow({ frame, only, draw, onCall = () => {}, onSpeaking = () => {} }) {
  const hall = document.documentElement.dataset.hall ?? "";
  const model = createModel(only);
  let connection = "catching-up";
  /** @type {string | null} of the loudspeaker, where there is one */
  let sound = null;
  let beating = 0;
  const speech = "speaks" in frame.dataset ? loudspeaker() : null;
  let begun = false;
  let drawing = 0;
  let renewing = 0;

  const redraw = () => {
    drawing ||= requestAnimationFrame(() => {
      drawing = 0;
      draw(model);
    });
  };

  const called = (/** @type {import("./model.js").Call} */ call) => {
    onCall(call);
    speech?.hear(call.id);
  };

  const live = watch({
    hall,
    audience: "board",
    async snapshot() {
      const told = await get(`/halls/${hall}/board`, { retries: 0 });
      const added = model.load(told);
      if (begun) added.forEach(called);
      else speech?.resume(open().map((one) => one.id));
      begun = true;
      redraw();
      return told;
    },
    onEvent(event, { late }) {
      const { call, renew: stale } = model.apply(event, late);
      if (call) called(call);
      if (stale) renew(RENEW_JITTER_MS);
      redraw();
    },
    onState(state) {
      frame.dataset.connection = connection = state;
      showConnection(state);
      beatSoon();
    },
  });

  /** The open calls, the first call first. */
  const open = () => model.calls.filter((one) => one.matters).reverse();

  function renew(/** @type {number} */ jitter) {
    renewing ||= window.setTimeout(() => {
      renewing = 0;
      void live.refresh();
    }, jitter * Math.random());
  }

  const dayOf = new Intl.DateTimeFormat("en-CA", { timeZone: hallZone(), year: "numeric", month: "2-digit", day: "2-digit" });
  everySecond(() => {
    if (model.day && dayOf.format(now()) !== model.day) renew(DAY_JITTER_MS);
  });

  /** A screen's own clock may be wrong by minutes; the hall's is what hangs on the wall. */
  async function setClock() {
    try {
      setServerTime((await get(`/halls/${hall}`, { retries: 0 })).now);
    } catch {
      // the banner says that the server is away; the next hour asks again
    }
  }
  void setClock();
  setInterval(setClock, HOUR_MS * (0.9 + 0.2 * Math.random()));

  /** The device list shows that this screen is there and how it is; a beat that does not get through is what it shows then. */
  function beat() {
    beating = 0;
    const { zone, window: number } = only;
    const screen = number ? `window:${number}` : zone ? `zone:${zone}` : "board";
    post(`/halls/${hall}/screens/heartbeat`, { screen, connection, ...(sound ? { sound } : {}) }, { retries: 0 }).catch(() => {});
  }
  function beatSoon() {
    beating ||= window.setTimeout(beat, NEWS_MS);
  }
  setInterval(beat, BEAT_MS * (0.9 + 0.2 * Math.random()));

  function loudspeaker() {
    /** @type {{state: string, reason: string | null}} */
    let voice = { state: "starting", reason: null };
    sound = "ready";
    let said = "";
    const player = createPlayer({
      onState(state) {
        if (sound !== state) beatSoon();
        sound = state;
        find("#unlock").hidden = state !== "locked";
        frame.classList.toggle("locked", state === "locked");
        show();
      },
    });
    const show = () => {
      const { state, reason } = sound === "broken" ? { state: "unavailable", reason: "cannot_play" } : voice;
      const words = { ready: t("display.sound_on"), starting: t("display.voice_starting"), quiet: t("display.quiet") };
      const why = reason ? ` · ${t(`display.no_voice.${reason}`)}` : "";
      find("#sound").dataset.state = said ? "speaking" : sound === "locked" ? "locked" : state;
      setText(find("#sound-words"), said || (sound === "locked" ? t("display.sound_off") : (words[/** @type {"ready"} */ (state)] ?? t("display.no_voice") + why)));
    };
    const made = createSpeech({
      hall,
      place: only.zone ?? String(only.window ?? "hall"),
      player,
      isExpected: (id) => model.call(id)?.matters ?? false,
      onVoice(told) {
        voice = told;
        show();
      },
      onSpeaking(calls, text) {
        said = text;
        show();
        onSpeaking(calls);
      },
    });
    const ask = async () => {
      try {
        voice = await get(`/halls/${hall}/voice`, { retries: 0 });
        show();
      } catch {
        // the banner says that the server is away
      }
    };
    for (const sign of ["pointerup", "click", "keydown"]) document.addEventListener(sign, () => void player.unlock(true));
    void player.unlock();
    void ask();
    setInterval(() => made.backlog.speaking.length || void ask(), 60_000 * (1 + 0.2 * Math.random()));
    return Object.assign(made, { player });
  }

  return { model, live, speech, redraw };
}
