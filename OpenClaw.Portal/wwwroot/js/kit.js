// What the controls cannot do from the gateway: focus, dialogs, the viewer's zone, files, what this browser remembers.
// An element may be null: the page can have dropped it while the call was on its way.
import { restore } from './drafts.js';

/** From now on the form is marked as changed at the first key; puts back what was typed before the page was loaded anew. */
export function startForm(form, owner) {
  if (!form) return;
  form.addEventListener('input', () => {
    if (form.dataset.dirty === 'true') return;
    form.dataset.dirty = 'true';
    owner.invokeMethodAsync('OnTyped');
  });
  restore(form);
}

/** Tells the form's state to drafts.js. */
export function dirty(form, is) {
  if (form) form.dataset.dirty = String(is);
}

/** Focuses what the selector finds first, once it is drawn. */
export function focusOn(selector) {
  requestAnimationFrame(() => document.querySelector(selector)?.focus());
}

/** Focuses the first field that is wrong, or the summary; opens what hides it. */
export function focusFault(form) {
  requestAnimationFrame(() => {
    const wrong = form?.querySelector('.field:has(> .validation-message), [data-summary]');
    if (!wrong) return;
    for (let outer = wrong.closest('details'); outer; outer = outer.parentElement.closest('details')) outer.open = true;
    const target = wrong.matches('[data-summary]') ? wrong : wrong.querySelector('input:checked, input, select, textarea, button') ?? wrong;
    target.focus();
    wrong.scrollIntoView({ block: 'nearest' });
  });
}

/** Opens a dialog; the focus goes to its first field, or to its first button, and back where it was when it is gone. */
export function openDialog(dialog) {
  if (!dialog) return;
  const before = document.activeElement;
  dialog.showModal();
  // Escape is a wish that the page decides on: it may have to ask first
  dialog.addEventListener('cancel', event => event.preventDefault());
  const first = dialog.querySelector('.modal-body :is(input, select, textarea):not([disabled])') ?? dialog.querySelector('footer button:not([disabled])');
  first?.focus();
  // Blazor takes the element away: the browser then gives the focus to nobody
  new MutationObserver((_, watch) => {
    if (dialog.isConnected) return;
    watch.disconnect();
    if (before?.isConnected && (document.activeElement === document.body || document.activeElement === null)) before.focus();
  }).observe(document.body, { childList: true, subtree: true });
}

/** Unix milliseconds as a datetime-local value of the viewer's zone. */
export function toLocal(milliseconds) {
  const date = new Date(milliseconds);
  return new Date(milliseconds - date.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}

/** A datetime-local value of the viewer's zone as Unix milliseconds. */
export function toMoment(text) {
  const time = new Date(text).getTime();
  return Number.isNaN(time) ? null : time;
}

/** What this browser remembers under a name. */
export function recall(name) {
  try { return localStorage.getItem(`openclaw:${name}`); } catch { return null; }
}

export function remember(name, value) {
  try { localStorage.setItem(`openclaw:${name}`, value); } catch { /* storage may be shut off: then it is not remembered */ }
}

/** Gives the person a file. */
export function download(name, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

/** The name of the viewer's time zone. */
export function zone() {
  return Intl.DateTimeFormat().resolvedOptions().timeZone ?? null;
}
