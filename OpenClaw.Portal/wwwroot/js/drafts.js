// What was typed while the connection was down survives the reload: saved by start.js before it, put back by the form after it.
// Never passwords or secrets.
const place = () => `openclaw:draft:${location.pathname}${location.search}`;
const fields = (form) => [...form.querySelectorAll('[name]')].filter((field) => field.type !== 'password' && field.type !== 'file' && !('secret' in field.dataset) && !field.disabled);
const key = (field) => (field.type === 'radio' ? `radio:${field.value}:${field.closest('[data-field]')?.dataset.field ?? field.name}` : field.name);
const read = (field) => (field.type === 'checkbox' || field.type === 'radio' ? field.checked : field.value);

/** Takes down every marked form that was changed. */
export function save() {
  const drafts = {};
  for (const form of document.querySelectorAll('[data-draft]')) {
    if (form.dataset.dirty !== 'true') continue;
    drafts[form.dataset.draft] = Object.fromEntries(fields(form).map((field) => [key(field), read(field)]));
  }
  if (Object.keys(drafts).length > 0) sessionStorage.setItem(place(), JSON.stringify(drafts));
}

/** Puts a form's draft back, once; true when there was one. */
export function restore(form) {
  const stored = sessionStorage.getItem(place());
  if (!stored) return false;
  const drafts = JSON.parse(stored);
  const draft = drafts[form.dataset.draft];
  if (!draft) return false;
  delete drafts[form.dataset.draft];
  if (Object.keys(drafts).length > 0) sessionStorage.setItem(place(), JSON.stringify(drafts));
  else sessionStorage.removeItem(place());
  for (const field of fields(form)) {
    const value = draft[key(field)];
    if (value === undefined || value === read(field)) continue;
    if (field.type === 'checkbox' || field.type === 'radio') field.checked = value;
    else field.value = value;
    if (field.type === 'radio' && !value) continue;
    field.dispatchEvent(new Event('input', { bubbles: true }));
    field.dispatchEvent(new Event('change', { bubbles: true }));
  }
  return true;
}
