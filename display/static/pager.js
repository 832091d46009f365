/** A list that is longer than its place on the screen, shown page by page, calmly, for ever. */

/**
 * @template T
 * @param {object} options
 * @param {() => number} options.size how many fit on a page
 * @param {boolean} [options.even] all pages as full as the others, not a full one and a rest
 * @param {(page: number, pages: number) => void} options.draw shows a page; `pager.items` is the whole list
 * @param {number} options.seconds that a page stays
 * @param {() => void} [options.onWrap] the last page has been shown
 */
export function createPager({ size, even = false, draw, seconds, onWrap = () => {} }) {
  let page = 0;
  /** @type {number} */
  let timer = 0;
  const pages = () => Math.max(1, Math.ceil(pager.items.length / Math.max(1, size())));
  const each = () => (even ? Math.ceil(pager.items.length / pages()) : Math.max(1, size()));
  const turn = () => {
    timer = 0;
    page = (page + 1) % pages();
    if (page === 0) onWrap();
    pager.redraw();
  };
  const pager = {
    /** @type {T[]} */
    items: [],
    /** @param {T[]} items */
    show(items) {
      pager.items = items;
      pager.redraw();
    },
    redraw() {
      const count = pages();
      if (page >= count) page = 0;
      draw(page, count);
      timer ||= window.setTimeout(turn, seconds * 1000);
    },
    /** Show the page on which an item stands, and stay there as long as on any page. @param {number} index */
    turnTo(index) {
      const wanted = Math.floor(index / each());
      if (wanted === page || index < 0) return;
      page = wanted;
      clearTimeout(timer);
      timer = 0;
      pager.redraw();
    },
    /** @returns {T[]} what stands on the present page */
    get shown() {
      return pager.items.slice(page * each(), (page + 1) * each());
    },
  };
  return pager;
}
