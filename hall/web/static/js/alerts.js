/**
 * The alerts that concern this page's reader, above everything else: what, where, since when, who took it. A new or worse one sounds.
 * Events only say that something changed; the list is asked for again.
 */
import { get, post } from "./api.js";
import { durationOf, secondsSince, timeOf } from "./clock.js";
import { find, h, icon, renderList, setText } from "./dom.js";
import { guard } from "./guard.js";
import { nameOf, t } from "./words.js";

const LOUDNESS = ["yellow", "orange", "red"];
const ICONS = { yellow: "info", orange: "warning", red: "error" };
const AGAIN_MS = 5_000;
/** So many stand there at first; the others at a tap. */
const SHOWN = 4;

/**
 * @param {string} hall
 * @returns {{hear: (event: any) => void, load: () => Promise<void>, draw: () => void}} hear: every event of the hall; draw: time has passed
 */
export function followAlerts(hall) {
  const list = find("#alerts");
  /** @type {any[]} */
  let alerts = [];
  let loading = false;
  let again = false;
  let all = false;

  async function load() {
    if (loading) {
      again = true;
      return;
    }
    loading = true;
    try {
      do {
        again = false;
        const told = await get(`/halls/${hall}/alerts`, { retries: 0 });
        alerts = told.alerts.filter((/** @type {any} */ one) => !one.ended_at);
        const fresh = alerts.some((one) => !one.acknowledged_at && isNews(one) && isLoud(one, told.sound_from));
        remember(alerts);
        draw();
        if (fresh) chime();
      } while (again);
    } catch {
      setTimeout(load, AGAIN_MS); // what is shown stays; the banner of the page says that the server is away
    } finally {
      loading = false;
    }
  }

  function draw() {
    const box = find("#alerts-box");
    box.hidden = alerts.length === 0;
    setText(find("#alerts-count"), alerts.length);
    renderList(list, all ? alerts : alerts.slice(0, SHOWN), (one) => one.id, (one) => makeAlert(hall, one, load), updateAlert);
    const more = find("#alerts-more");
    more.hidden = alerts.length <= SHOWN;
    more.setAttribute("aria-expanded", String(all));
    setText(more, all ? t("alerts.fewer") : t("alerts.more", { count: alerts.length - SHOWN }));
  }

  find("#alerts-more").addEventListener("click", () => {
    all = !all;
    draw();
  });

  return {
    hear: (event) => {
      if (event.type.startsWith("alert_")) load();
    },
    load,
    draw,
  };
}

/** Alerts this page has shown, and how loud: a reload of the page is no news. */
const KNOWN = "hall-alerts-known";
const known = () => JSON.parse(sessionStorage.getItem(KNOWN) || "{}");
const isNews = (/** @type {any} */ alert) => known()[alert.id] !== alert.told_at;
const remember = (/** @type {any[]} */ alerts) => sessionStorage.setItem(KNOWN, JSON.stringify(Object.fromEntries(alerts.map((one) => [one.id, one.told_at]))));

/** @param {any} alert @param {string | null} from */
const isLoud = (alert, from) => from !== null && LOUDNESS.indexOf(alert.level) >= LOUDNESS.indexOf(from);

/** Two soft tones; a browser that was not touched yet stays silent, and the list is seen all the same. */
function chime() {
  try {
    const audio = new AudioContext();
    for (const [tone, at] of [[660, 0], [880, 0.22]]) {
      const voice = audio.createOscillator();
      const loudness = audio.createGain();
      voice.frequency.value = tone;
      loudness.gain.setValueAtTime(0.0001, audio.currentTime + at);
      loudness.gain.exponentialRampToValueAtTime(0.2, audio.currentTime + at + 0.03);
      loudness.gain.exponentialRampToValueAtTime(0.0001, audio.currentTime + at + 0.4);
      voice.connect(loudness).connect(audio.destination);
      voice.start(audio.currentTime + at);
      voice.stop(audio.currentTime + at + 0.45);
    }
    setTimeout(() => audio.close(), 1500);
  } catch {
    // no loudspeaker
  }
}

/** @param {string} hall @param {any} alert @param {() => Promise<void>} changed */
function makeAlert(hall, alert, changed) {
  const take = h("button.button.small", { type: "button" }, icon("check"), t("alerts.take"));
  guard(take, async () => {
    await post(`/halls/${hall}/alerts/${alert.id}/acknowledge`, {}).finally(changed);
  });
  return h("li.alert-row", null, h("span.alert-sign"), h("div.alert-words", null, h("p.alert-what"), h("p.alert-when")), take);
}

/** @param {HTMLElement} row @param {any} alert */
function updateAlert(row, alert) {
  if (row.dataset.level !== alert.level) {
    row.dataset.level = alert.level;
    find(".alert-sign", row).replaceChildren(icon(ICONS[alert.level], { label: t(`alerts.level_${alert.level}`) }));
  }
  setText(find(".alert-what", row), sentenceOf(alert));
  const since = t("alerts.since", { at: timeOf(alert.measured_at), time: durationOf(secondsSince(alert.raised_at)) });
  const taken = alert.acknowledged_at ? t("alerts.taken_by", { name: alert.acknowledged_by ?? "" }) : alert.escalated ? t("alerts.escalated") : "";
  setText(find(".alert-when", row), [since, taken].filter(Boolean).join(" · "));
  find("button", row).hidden = Boolean(alert.acknowledged_at);
}

/** One plain sentence. @param {any} alert @returns {string} */
export function sentenceOf({ indicator, place, scope, value, detail }) {
  return t(`alerts.${indicator}`, {
    place: nameOf(place),
    window: scope,
    value: Math.round(value * 10) / 10,
    percent: Math.round(value * 100),
    waiting: detail.waiting ?? 0,
    windows: detail.windows ?? 0,
    count: detail.count ?? 0,
    ticket: detail.ticket ?? "",
    waited: durationOf(detail.waited_seconds ?? 0),
    promise: durationOf(detail.promise_seconds ?? 0),
    served: durationOf(detail.seconds ?? 0),
    hours: durationOf(value * 3600),
    minutes: durationOf(value * 60),
    trouble: indicator === "paper_low" ? t(`alerts.printer_${value >= 3 ? "out" : value >= 2 ? "fault" : "low"}`) : t(detail.trouble ?? "", { numbers: detail.status?.not_taken_in ?? "" }),
  });
}
