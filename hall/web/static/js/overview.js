/**
 * The overview of a hall, kept up to date for the pages that show the whole hall. Events change it at once; it is asked for again at most every five
 * seconds when something happened, and every thirty otherwise, for the waits and figures that events do not carry.
 */
import { get } from "./api.js";
import { everySecond, setServerTime } from "./clock.js";
import { watch } from "./live.js";
import { applyEvent } from "./manager_model.js";
import { leadToSignIn, showConnection } from "./shell.js";

const BUSY_MS = 5_000;
const QUIET_MS = 30_000;
const TICK_SECONDS = 10;

/**
 * @param {string} hall
 * @param {object} does
 * @param {(model: any, windows: any[]) => void} does.draw the windows are those that may differ from what was drawn before
 * @param {(event: any) => void} [does.hear] every event, before it is drawn
 * @param {() => void} [does.loaded] a whole overview was drawn
 * @param {() => void} [does.tick] some seconds have passed: minutes are drawn anew
 * @returns {{load: () => Promise<any>, drawSoon: () => void, drawAll: () => void, readonly model: any}}
 */
export function followOverview(hall, { draw, hear = () => {}, loaded = () => {}, tick = () => {} }) {
  /** @type {any} */
  let model = null;
  /** @type {any[]} heard since the overview was asked for, to be laid over it */
  let recent = [];
  /** @type {Set<any>} windows that events changed since the page was drawn */
  let touched = new Set();
  let changed = false;
  let askedAt = 0;
  let asking = false;
  let drawing = 0;

  async function load() {
    asking = true;
    askedAt = Date.now();
    changed = false;
    try {
      const overview = await get(`/halls/${hall}/overview`, { retries: 0 });
      setServerTime(overview.now);
      recent = recent.filter((event) => event.seq > overview.seq);
      for (const event of recent) applyEvent(overview, event);
      model = overview;
      drawAll();
      loaded();
      return overview;
    } catch (problem) {
      leadToSignIn(problem);
      throw problem;
    } finally {
      asking = false;
    }
  }

  /** @param {any} event */
  function take(event) {
    hear(event);
    recent.push(event);
    changed = true;
    if (!model) return;
    const window = applyEvent(model, event);
    if (window) touched.add(window);
    drawSoon();
  }

  /** A rush of events is drawn once per frame. */
  function drawSoon() {
    drawing ||= requestAnimationFrame(drawNow);
  }

  function drawNow() {
    drawing = 0;
    if (!model) return;
    const windows = [...touched];
    touched = new Set();
    draw(model, windows);
  }

  /** Time has passed, or everything may differ. */
  function drawAll() {
    touched = new Set(model?.windows);
    drawNow();
  }

  const keepFresh = () => {
    const age = Date.now() - askedAt;
    if (!asking && document.visibilityState === "visible" && age > (changed ? BUSY_MS : QUIET_MS)) load().catch(() => {});
  };

  watch({
    hall,
    audience: "staff",
    snapshot: load,
    onEvent: take,
    onState: (state, why) => {
      showConnection(state);
      if (why === "not_signed_in") leadToSignIn({ status: 401 });
    },
  });
  setInterval(keepFresh, 1000);
  let second = 0;
  everySecond(() => {
    second += 1;
    if (second % TICK_SECONDS !== 0) return;
    drawAll(); // minutes pass without events too
    tick();
  });

  return {
    load,
    drawSoon,
    drawAll,
    get model() {
      return model;
    },
  };
}
