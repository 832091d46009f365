/**
 * Plays WAVs one after the other, without a gap, and says when it may not (a browser that has not been touched yet) or cannot.
 *
 * Web Audio, because it plays to the sample and needs one permission for all. A context can die in days of use (the computer slept,
 * the loudspeaker was unplugged): whatever has not ended in good time is given up, and the next sound gets a new context.
 */

const LEAD_SECONDS = 0.05;
const PATIENCE_SECONDS = 3; // beyond a sound's own length
const KEPT_SOUNDS = 40; // decoded: the chime and the windows of a zone
const LOG_LENGTH = 200;

/**
 * @typedef {{url: string, pause_seconds: number}} Sound
 * @param {{onState?: (state: "locked" | "ready" | "broken") => void, makeContext?: () => AudioContext}} [options]
 */
export function createPlayer({ onState = () => {}, makeContext = () => new AudioContext() } = {}) {
  /** @type {AudioContext | null} */
  let context = null;
  /** @type {Promise<unknown> | null} a question to the browser that it has not answered yet */
  let resuming = null;
  /** @type {Map<string, Promise<AudioBuffer>>} */
  const decoded = new Map();
  /** @type {{url: string, happened: "started" | "ended" | "given up"}[]} what was played, for whoever asks why nothing was heard */
  const log = [];
  const note = (/** @type {string} */ url, /** @type {"started" | "ended" | "given up"} */ happened) => {
    log.push({ url, happened });
    if (log.length > LOG_LENGTH) log.shift();
  };

  /** A context that plays, or null while the browser forbids it. @returns {Promise<AudioContext | null>} */
  async function running() {
    try {
      if (!context || context.state === "closed") context = makeContext();
      if (context.state !== "running") {
        resuming ??= context.resume().finally(() => {
          resuming = null;
        });
        await Promise.race([resuming, wait(0.4)]);
      }
    } catch {
      context = null;
      onState("broken");
      return null;
    }
    const plays = context.state === "running";
    onState(plays ? "ready" : "locked");
    return plays ? context : null;
  }

  /** @param {AudioContext} on @param {string} url @returns {Promise<AudioBuffer>} */
  function load(on, url) {
    let sound = decoded.get(url);
    if (!sound) {
      sound = fetchSound(on, url);
      decoded.set(url, sound);
      sound.catch(() => decoded.delete(url));
      if (decoded.size > KEPT_SOUNDS) decoded.delete(/** @type {string} */ (decoded.keys().next().value));
    }
    return sound;
  }

  /** @param {AudioContext} on @param {string} url */
  async function fetchSound(on, url) {
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(`${answer.status} ${url}`);
    return on.decodeAudioData(await answer.arrayBuffer());
  }

  /**
   * @param {Sound[]} sounds
   * @param {() => boolean} [stillWanted] asked when everything is loaded, just before it is heard
   * @returns {Promise<"played" | "unwanted" | "silent">} silent: not allowed to play, or nothing could be loaded
   */
  async function play(sounds, stillWanted = () => true) {
    const on = await running();
    if (!on) return "silent";
    const loaded = await Promise.allSettled(sounds.map((one) => load(on, one.url)));
    // the first is the chime; half a sentence is worse than the chime alone
    const whole = loaded.every((one) => one.status === "fulfilled");
    const playable = (whole ? loaded : loaded.slice(0, 1)).filter((one) => one.status === "fulfilled");
    if (!playable.length) return "silent";
    if (!stillWanted()) return "unwanted";
    let starts = on.currentTime + LEAD_SECONDS;
    const ends = playable.map((one, place) => {
      const { buffer, done } = schedule(on, /** @type {any} */ (one).value, sounds[place], starts);
      starts += sounds[place].pause_seconds + buffer.duration;
      return done;
    });
    const length = starts - on.currentTime;
    const ended = await Promise.race([Promise.all(ends).then(() => true), wait(length + PATIENCE_SECONDS)]);
    if (!ended) {
      for (const one of sounds) note(one.url, "given up");
      void on.close().catch(() => {});
      context = null;
      onState("broken");
    }
    return whole || sounds.length === 1 ? "played" : "silent";
  }

  function schedule(on, buffer, sound, at) {
    const source = on.createBufferSource();
    source.buffer = buffer;
    source.connect(on.destination);
    const done = new Promise((resolve) => {
      source.addEventListener("ended", () => {
        note(sound.url, "ended");
        source.disconnect();
        resolve(undefined);
      });
    });
    source.start(at + sound.pause_seconds);
    note(sound.url, "started");
    return { buffer, done };
  }

  return {
    play,
    /** May it play? @param {boolean} [pressed] somebody has just touched the page: the browser will say yes if it is asked anew */
    async unlock(pressed = false) {
      if (pressed) resuming = null;
      return Boolean(await running());
    },
    get log() {
      return [...log];
    },
  };
}

const wait = (/** @type {number} */ seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
