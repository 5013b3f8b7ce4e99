// Tells a component where the reader is in a scrolling element. A list is frozen while the reader is not at its live end.
export function follow(element, owner, end) {
  // dropped while the call was on its way: one that nobody sees does as well
  element ??= document.createElement('div');
  const slack = 48;
  const bottom = () => element.scrollHeight - element.clientHeight - element.scrollTop < slack;
  const live = () => (end === 'bottom' ? bottom() : element.scrollTop < slack);
  let was = true;
  let pinned = true;
  const check = () => {
    const now = live();
    pinned = now;
    if (now === was) return;
    was = now;
    owner.invokeMethodAsync('OnLiveEnd', now);
  };
  element.addEventListener('scroll', check, { passive: true });
  // what the reader opens grows where it is, and does not push itself out of sight
  const opened = (event) => { if (event.target.closest('[aria-expanded]')) pinned = false; };
  element.addEventListener('click', opened);
  // new content grows the element: a reader at the bottom stays there
  const grown = new MutationObserver(() => {
    if (end !== 'bottom') return;
    if (pinned) element.scrollTop = element.scrollHeight;
    else check();
  });
  grown.observe(element, { childList: true, subtree: true, characterData: true });
  const sized = new ResizeObserver(() => { if (end === 'bottom' && pinned) element.scrollTop = element.scrollHeight; });
  sized.observe(element);
  if (end === 'bottom') element.scrollTop = element.scrollHeight;
  return {
    toEnd() { pinned = true; element.scrollTop = end === 'bottom' ? element.scrollHeight : 0; check(); },
    // older entries came in above: what the reader looks at stays where it is
    keep() { const height = element.scrollHeight; const top = element.scrollTop; pinned = false; return { height, top }; },
    restore(place) { element.scrollTop = place.top + element.scrollHeight - place.height; check(); },
    stop() { element.removeEventListener('scroll', check); element.removeEventListener('click', opened); grown.disconnect(); sized.disconnect(); },
  };
}
