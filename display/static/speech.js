/**
 * The board's loudspeaker: one announcement at a time, in call order. Each time it is free it asks the server what to say of the
 * calls that wait, so that nobody is called who has come already, and a burst is said in few sentences.
 */
import { get } from "/static/js/api.js";
import { createBacklog } from "./backlog.js";

const RETRY_MS = 1500;
const REST_MS = 300; // between two announcements

/**
 * @param {object} options
 * @param {string} options.hall
 * @param {string} options.place what this board speaks for; where it left off is kept under this name through a reload
 * @param {{play: (sounds: any[], stillWanted?: () => boolean) => Promise<string>, unlock: () => Promise<boolean>}} options.player
 * @param {(call: number) => boolean} options.isExpected as the board knows it at this moment
 * @param {(calls: number[], text: string) => void} [options.onSpeaking] empty when it has ended
 * @param {(voice: {state: string, reason: string | null}) => void} [options.onVoice] whether the hall can speak
 */
export function createSpeech({ hall, place, player, isExpected, onSpeaking = () => {}, onVoice = () => {} }) {
  const backlog = createBacklog();
  const memory = `spoken.${hall}.${place}`;
  let busy = false;

  async function speakOn() {
    if (busy) return;
    busy = true;
    while (backlog.waiting.length) {
      try {
        await speakNext();
        await pause(REST_MS);
      } catch {
        await pause(RETRY_MS); // the server is away: what still matters then is said when it is back
      }
    }
    busy = false;
  }

  async function speakNext() {
    if (!(await player.unlock())) return pause(RETRY_MS); // they wait in line until somebody turns the sound on
    const asked = backlog.waiting;
    const said = await get(`/halls/${hall}/announcements?${asked.map((one) => `calls=${one}`).join("&")}`, { retries: 0 });
    onVoice(said.voice);
    backlog.drop(said.dropped);
    const calls = said.calls.map((/** @type {any} */ one) => one.call_id);
    if (!calls.length) return;
    backlog.begin(calls);
    remember(Math.max(...calls));
    try {
      onSpeaking(calls, said.text);
      const happened = await player.play(said.sounds, () => calls.some(isExpected));
      if (happened === "silent") onVoice(await get(`/halls/${hall}/voice`, { retries: 0 }));
    } finally {
      backlog.end();
      onSpeaking([], "");
    }
  }

  /** @param {number} call */
  function remember(call) {
    try {
      localStorage.setItem(memory, String(Math.max(call, lastSpoken() ?? 0)));
    } catch {
      // a browser that keeps nothing forgets where it was
    }
  }

  /** @returns {number | null} the newest call this board has spoken, also before a reload */
  function lastSpoken() {
    try {
      const kept = localStorage.getItem(memory);
      return kept === null ? null : Number(kept);
    } catch {
      return null;
    }
  }

  return {
    /** Somebody was called, or called again. @param {number} call */
    hear(call) {
      if (backlog.add(call)) void speakOn();
    },
    /** The page begins: what was called while it was gone and still matters. On a board that has never spoken that is nothing. @param {number[]} calls in call order */
    resume(calls) {
      const last = lastSpoken();
      if (last === null) remember(Math.max(0, ...calls));
      else for (const call of calls) if (call > last) this.hear(call);
    },
    backlog,
  };
}

const pause = (/** @type {number} */ milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
