/** Going from window to window with the arrow keys, by where they are on the floor. Plain values, no page. */

const WAYS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
const ASIDE = 3; // a window three columns further in the same row is as near as one a row aside

/** @param {KeyboardEvent} event */
export const arrowsMove = (event) => (event.key in WAYS || event.key === "Home" || event.key === "End") && !event.ctrlKey && !event.altKey && !event.metaKey;

/**
 * @param {Array<{number: number, x: number, y: number}>} places
 * @param {number} from a window's number
 * @param {string} key
 * @returns {number | null} the nearest window that way; with Home and End the lowest and the highest number
 */
export function nextOf(places, from, key) {
  const here = places.find((one) => one.number === from);
  if (!here || places.length < 2) return null;
  if (!(key in WAYS)) return (key === "Home" ? Math.min : Math.max)(...places.map((one) => one.number));
  const [right, down] = WAYS[key];
  let nearest = null;
  let least = Infinity;
  for (const one of places) {
    const ahead = (one.x - here.x) * right + (one.y - here.y) * down;
    const aside = Math.abs((one.x - here.x) * down) + Math.abs((one.y - here.y) * right);
    if (ahead <= 0) continue;
    const far = ahead + ASIDE * aside;
    if (far < least) [nearest, least] = [one.number, far];
  }
  return nearest;
}
