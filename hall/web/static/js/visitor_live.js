/**
 * A visitor's ear in the hall: the events of one business only, so its numbers have gaps and the page cannot count on catching up.
 * Whoever uses it reads its own ticket anew after each (re)connection.
 */
import { io } from "/vendor/socket.io-client/dist/socket.io.esm.min.js";

const RETRY_MS = 3000;

/**
 * @param {object} options
 * @param {string} options.hall
 * @param {(event: any) => void} options.onEvent
 * @param {(seq: number) => void} options.onJoined listening from number seq on: what happened before must be asked for
 * @param {(state: "live" | "lost") => void} options.onState
 * @returns {{listen: (business: string) => void, stop: () => void}} listen: to this business from now on
 */
export function follow({ hall, onEvent, onJoined, onState }) {
  let business = "";
  const socket = io({ transports: ["websocket"], reconnectionDelay: 500, reconnectionDelayMax: 5000, autoConnect: false });

  function join() {
    const wanted = business;
    socket.timeout(8000).emit("watch", { hall, audience: "visit", business: wanted }, (/** @type {unknown} */ late, /** @type {any} */ answer) => {
      if (wanted !== business || !socket.connected) return;
      if (late || typeof answer?.seq !== "number") {
        onState("lost");
        setTimeout(() => socket.connected && join(), RETRY_MS);
        return;
      }
      onState("live");
      onJoined(answer.seq);
    });
  }

  const wake = () => {
    if (document.visibilityState === "visible" && business && !socket.connected) socket.connect();
  };
  socket.on("connect", join);
  socket.on("event", onEvent);
  socket.on("disconnect", () => business && onState("lost"));
  socket.on("connect_error", () => onState("lost"));
  document.addEventListener("visibilitychange", wake);
  window.addEventListener("online", wake);

  return {
    listen(code) {
      if (code === business) return;
      business = code;
      if (socket.connected) join();
      else socket.connect();
    },
    stop() {
      business = "";
      document.removeEventListener("visibilitychange", wake);
      window.removeEventListener("online", wake);
      socket.disconnect();
    },
  };
}
