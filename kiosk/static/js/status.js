/** The status page of a kiosk that works alone: loaded again every few seconds, as long as the kiosk's own program answers. */
const seconds = Number(document.getElementById("status")?.dataset.refreshSeconds) || 5;

setInterval(async () => {
  const answer = await fetch(location.href, { cache: "no-store" }).catch(() => null);
  if (answer?.ok) location.reload();
}, 1000 * seconds);
