// Reordering of a list by pointer and by Alt with the arrow keys. The elements are Blazor's: here they are only lifted, never moved.
export function sort(list, owner) {
  if (!list) return { focus() {}, stop() {} }; // dropped while the call was on its way
  const items = () => [...list.children];
  const indexOf = (element) => items().indexOf(element.closest('li'));
  let drag = null;

  const place = (y) => {
    // the place among the others where the pointer is
    const others = items().filter((item) => item !== drag.item);
    let to = 0;
    while (to < others.length && y > others[to].offsetTop + others[to].offsetHeight / 2) to += 1;
    return to;
  };

  const show = (to) => {
    const others = items().filter((item) => item !== drag.item);
    for (const other of others) delete other.dataset.drop;
    if (to === drag.from) return;
    if (to < others.length) others[to].dataset.drop = 'before';
    else if (others.length > 0) others[others.length - 1].dataset.drop = 'after';
  };

  const end = (moved) => {
    if (!drag) return;
    const { item, from, to } = drag;
    cancelAnimationFrame(drag.frame);
    for (const other of items()) delete other.dataset.drop;
    delete item.dataset.dragged;
    item.style.removeProperty('transform');
    delete list.dataset.dragging;
    drag = null;
    if (moved && to !== from) owner.invokeMethodAsync('OnDropped', from, to, null);
  };

  const down = (event) => {
    const handle = event.target.closest('[data-handle]');
    if (!handle || event.button !== 0 || !list.contains(handle)) return;
    event.preventDefault();
    const item = handle.closest('li');
    drag = { item, from: indexOf(item), to: indexOf(item), id: event.pointerId, start: event.clientY, y: event.clientY, scrolled: 0, frame: 0 };
    item.dataset.dragged = '';
    list.dataset.dragging = '';
    handle.setPointerCapture(event.pointerId);
    drag.frame = requestAnimationFrame(roll);
  };

  const follow = () => {
    const box = list.getBoundingClientRect();
    drag.to = place(drag.y - box.top);
    drag.item.style.transform = `translateY(${drag.y - drag.start + drag.scrolled}px)`;
    show(drag.to);
  };

  const move = (event) => {
    if (!drag || event.pointerId !== drag.id) return;
    drag.y = event.clientY;
    follow();
  };

  // near the window's edge the page goes along
  const scroller = () => {
    let element = list.parentElement;
    while (element && !(element.scrollHeight > element.clientHeight && /auto|scroll/.test(getComputedStyle(element).overflowY))) element = element.parentElement;
    return element ?? document.scrollingElement;
  };

  const roll = () => {
    if (!drag) return;
    const edge = 48;
    const step = drag.y < edge ? -8 : drag.y > innerHeight - edge ? 8 : 0;
    if (step !== 0) {
      const outer = scroller();
      const before = outer.scrollTop;
      outer.scrollTop += step;
      drag.scrolled += outer.scrollTop - before;
      follow();
    }
    drag.frame = requestAnimationFrame(roll);
  };

  const up = (event) => { if (drag && event.pointerId === drag.id) end(event.type === 'pointerup'); };

  const key = (event) => {
    if (event.key === 'Escape' && drag) { event.stopPropagation(); end(false); return; }
    if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') || !event.target.closest('li')) return;
    event.preventDefault();
    if (!list.querySelector('[data-handle]')) return;
    const from = indexOf(event.target);
    const to = from + (event.key === 'ArrowUp' ? -1 : 1);
    if (to < 0 || to >= items().length) return;
    owner.invokeMethodAsync('OnDropped', from, to, event.key === 'ArrowUp' ? 'up' : 'down');
  };

  list.addEventListener('pointerdown', down);
  list.addEventListener('pointermove', move);
  list.addEventListener('pointerup', up);
  list.addEventListener('pointercancel', up);
  document.addEventListener('keydown', key, { capture: true });
  return {
    focus(index, button) { items()[index]?.querySelector(`[data-move="${button}"]`)?.focus(); },
    stop() {
      end(false);
      document.removeEventListener('keydown', key, { capture: true });
    },
  };
}
