/**
 * Talking to /api/v1: JSON both ways, the CSRF token, one Idempotency-Key per act, and errors as one kind of thing (Problem).
 * A POST whose answer was lost is sent again under the same key, so it never happens twice.
 */
import { t } from "./words.js";

const BASE = "/api/v1";
const TIMEOUT_MS = 10_000;
const RETRY_PAUSES_MS = [400, 1200, 3000];
const TRY_AGAIN_STATUSES = new Set([502, 503, 504]);

/** What went wrong, in words for the reader. code "network" or "timeout" means that no answer came at all. */
export class Problem extends Error {
  /** @param {{status?: number, code?: string, title?: string, detail?: string, retryAfter?: string | null}} body problem+json, or our own */
  constructor(body) {
    super(body.detail || body.title || t("network.server_title"));
    this.name = "Problem";
    this.body = body;
    this.status = body.status ?? 0;
    this.code = body.code || "unknown";
    this.title = body.title || t("network.server_title");
    this.detail = body.detail || "";
    /** How long the server asked us to wait, in milliseconds. */
    this.retryMs = 1000 * (Number(body.retryAfter) || 0);
  }

  /** The server has too much to do, or was asked too often by us: the same act may be sent again after a while. */
  get busy() {
    return TRY_AGAIN_STATUSES.has(this.status) || this.code === "too_many_requests";
  }

  /** True when the server gave no answer: what is on the screen may be kept and the act tried again. */
  get away() {
    return this.status === 0;
  }
}

/**
 * @template T
 * @param {string} path under /api/v1, e.g. `/halls/${hall}/board`
 * @param {{timeout?: number, signal?: AbortSignal, retries?: number}} [options]
 * @returns {Promise<T>}
 */
export function get(path, options = {}) {
  return send("GET", path, undefined, {}, options);
}

/**
 * @template T
 * @param {string} path
 * @param {object} [body]
 * @param {{key?: string, timeout?: number, signal?: AbortSignal, retries?: number}} [options] key: the act's own, if it is to outlive a reload
 * @returns {Promise<T>}
 */
export function post(path, body = {}, options = {}) {
  return send("POST", path, JSON.stringify(body), { "Idempotency-Key": options.key || newKey() }, options);
}

/** @param {string} path @param {{timeout?: number}} [options] */
export function remove(path, options = {}) {
  return send("DELETE", path, undefined, { "Idempotency-Key": newKey() }, options);
}

/** @returns {string} a random UUID, also where the page is not a secure context (plain http in the hall's own network) */
export function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

async function send(method, path, body, extra, { timeout = TIMEOUT_MS, signal, retries = RETRY_PAUSES_MS.length } = {}) {
  let tokenRenewed = false;
  for (let turn = 0; ; turn += 1) {
    try {
      return await once(method, path, body, extra, timeout, signal);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      if (method !== "GET" && problem.code.startsWith("csrf") && !tokenRenewed) {
        tokenRenewed = true;
        await renewToken();
        continue;
      }
      if (signal?.aborted || turn >= retries || !(problem.away || problem.busy)) throw problem;
      await new Promise((resolve) => setTimeout(resolve, pauseBefore(turn, problem)));
    }
  }
}

/** Longer each time and never shorter than the server asked, each page at its own moment. @param {number} turn @param {Problem} problem */
function pauseBefore(turn, problem) {
  const pause = Math.max(RETRY_PAUSES_MS[Math.min(turn, RETRY_PAUSES_MS.length - 1)], problem.retryMs);
  return pause * (problem.busy ? 1 + 0.5 * Math.random() : 1);
}

async function once(method, path, body, extra, timeout, signal) {
  const clock = new AbortController();
  const timer = setTimeout(() => clock.abort(), timeout);
  const stop = () => clock.abort();
  signal?.addEventListener("abort", stop, { once: true });
  const headers = { Accept: "application/json", "Accept-Language": document.documentElement.lang, ...extra };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (method !== "GET") headers["X-CSRF-Token"] = tokenElement()?.content || "";
  try {
    const answer = await fetch(path.startsWith(BASE) ? path : BASE + path, { method, headers, body, credentials: "same-origin", cache: "no-store", signal: clock.signal });
    const text = await answer.text();
    const value = parse(text);
    if (answer.ok) return value;
    throw new Problem({ detail: t("network.server"), ...(value && typeof value === "object" ? value : {}), status: answer.status, retryAfter: answer.headers.get("Retry-After") });
  } catch (error) {
    if (error instanceof Problem) throw error;
    if (signal?.aborted) throw new DOMException("", "AbortError");
    const late = clock.signal.aborted;
    throw new Problem({ code: late ? "timeout" : "network", title: t(late ? "network.timeout_title" : "network.title"), detail: t("network.away") });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}

function parse(text) {
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}

const tokenElement = () => /** @type {HTMLMetaElement | null} */ (document.querySelector('meta[name="csrf-token"]'));

/** The page has outlived its token (a server restart): take the session's present one. */
async function renewToken() {
  const session = await once("GET", "/session", undefined, {}, TIMEOUT_MS, undefined);
  const element = tokenElement();
  if (element && session?.csrf_token) element.content = session.csrf_token;
}
