// A transcript's scrolling: a reader at the end stays there, one who has scrolled up sees nothing move, and near either end more is asked for.
export function follow(element, owner, at) {
  // dropped while the call was on its way: one that nobody sees does as well
  element ??= document.createElement('div');
  const slack = 48;
  const reach = 600;
  let pinned = at === null;
  let anchor = null;
  let was = pinned;
  let asked = 0;
  const entries = () => element.querySelectorAll('[data-seq]');
  const atBottom = () => element.scrollHeight - element.clientHeight - element.scrollTop < slack;

  // what the reader looks at: the first entry that is seen, and where it stands
  const remember = () => {
    const top = element.getBoundingClientRect().top;
    anchor = null;
    for (const entry of entries()) {
      const box = entry.getBoundingClientRect();
      if (box.bottom > top) { anchor = { seq: entry.dataset.seq, top: box.top - top }; return; }
    }
  };
  const restore = () => {
    const entry = anchor && element.querySelector(`[data-seq="${anchor.seq}"]`);
    if (!entry) return;
    const moved = entry.getBoundingClientRect().top - element.getBoundingClientRect().top - anchor.top;
    if (Math.abs(moved) > 0.5) element.scrollTop += moved;
  };
  const tell = () => {
    const now = pinned;
    if (now === was) return;
    was = now;
    owner.invokeMethodAsync('OnAtEnd', now);
  };
  const ask = () => {
    if (Date.now() - asked < 400) return;
    const side = element.scrollTop < reach ? 'OnNearStart' : element.scrollHeight - element.clientHeight - element.scrollTop < reach ? 'OnNearEnd' : null;
    if (!side) return;
    asked = Date.now();
    owner.invokeMethodAsync(side);
  };
  const scrolled = () => {
    pinned = element.dataset.tail === 'true' && atBottom();
    remember();
    tell();
    ask();
  };
  const settle = () => {
    if (pinned && element.dataset.tail === 'true') element.scrollTop = element.scrollHeight;
    else restore();
    remember();
  };
  element.addEventListener('scroll', scrolled, { passive: true });
  // what the reader opens grows where it is, and does not push itself out of sight
  const opened = (event) => { if (event.target.closest('[aria-expanded], summary')) { remember(); pinned = false; } };
  element.addEventListener('click', opened, true);
  const grown = new MutationObserver(settle);
  grown.observe(element, { childList: true, subtree: true, characterData: true });
  const sized = new ResizeObserver(settle);
  sized.observe(element);

  const to = (seq) => {
    const entry = element.querySelector(`[data-seq="${seq}"]`);
    if (!entry) return;
    pinned = false;
    element.scrollTop += entry.getBoundingClientRect().top - element.getBoundingClientRect().top - element.clientHeight / 3;
    entry.classList.add('found');
    remember();
    tell();
  };
  if (at === null) element.scrollTop = element.scrollHeight; else to(at);
  remember();
  return {
    toEnd() { pinned = true; element.scrollTop = element.scrollHeight; remember(); tell(); },
    toStart() { pinned = false; element.scrollTop = 0; remember(); tell(); },
    to,
    stop() { element.removeEventListener('scroll', scrolled); element.removeEventListener('click', opened, true); grown.disconnect(); sized.disconnect(); },
  };
}

/** A conversation was opened where the list is hidden: the focus would be nowhere. */
export function arrive(heading) {
  const active = document.activeElement;
  if (!active || active === document.body || active.checkVisibility?.() === false) heading?.focus();
}

/** The box for an answer: Ctrl+Enter sends, and what is typed is kept in this window until it is sent. */
export function compose(area, key) {
  if (!area) return { sent() {} }; // dropped while the call was on its way
  const name = `openclaw:answer:${key}`;
  const kept = sessionStorage.getItem(name);
  if (kept && area.value === '') {
    area.value = kept;
    area.dispatchEvent(new Event('change', { bubbles: true }));
  }
  area.addEventListener('input', () => { if (area.value) sessionStorage.setItem(name, area.value); else sessionStorage.removeItem(name); });
  area.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    event.preventDefault();
    area.dispatchEvent(new Event('change', { bubbles: true }));
    area.form.requestSubmit();
  });
  return { sent() { sessionStorage.removeItem(name); area.focus(); } };
}

/** Puts the focus into a panel that has opened. */
export function focus(element) {
  element?.focus();
}
