// What the shell does without a round trip: theme, navigation, menus, times in the viewer's zone. No framework needed, so it works on
// static pages too.
(() => {
  'use strict';
  const root = document.documentElement;
  const year = 60 * 60 * 24 * 365;
  const remember = (name, value) => { document.cookie = `${name}=${value}; path=${new URL(document.baseURI).pathname}; max-age=${year}; samesite=lax`; };

  const media = {
    light: { light: 'all', dark: 'not all' },
    dark: { light: 'not all', dark: 'all' },
    auto: { light: 'not all and (prefers-color-scheme: dark)', dark: '(prefers-color-scheme: dark)' },
  };

  const showTheme = () => {
    for (const button of document.querySelectorAll('[data-theme-set]')) {
      button.setAttribute('aria-pressed', String(button.dataset.themeSet === root.dataset.theme));
    }
  };

  const setTheme = (theme) => {
    remember('theme', theme);
    root.dataset.theme = theme;
    for (const link of document.querySelectorAll('link[data-scheme]')) link.media = media[theme][link.dataset.scheme];
    showTheme();
    // other frames of this origin (the chat page) may want to follow
    window.dispatchEvent(new CustomEvent('openclaw:theme', { detail: theme }));
  };

  const setDrawer = (open) => {
    if (open) root.dataset.drawer = 'open'; else delete root.dataset.drawer;
    document.querySelector('[data-nav-toggle]')?.setAttribute('aria-expanded', String(open));
    if (open) { document.querySelector('#navigation a')?.focus(); showPlace(); }
  };

  // a long list of pages does not hide the one that is open
  const showPlace = () => document.querySelector('#navigation nav a.active')?.scrollIntoView({ block: 'nearest' });

  document.addEventListener('click', (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (!target) return;
    const theme = target.closest('[data-theme-set]');
    if (theme) setTheme(theme.dataset.themeSet);
    if (target.closest('[data-nav-toggle]')) setDrawer(root.dataset.drawer !== 'open');
    else if (target.closest('[data-nav-close]') || target.closest('#navigation a')) setDrawer(false);
    if (target.closest('[data-nav-fold]')) {
      root.dataset.nav = root.dataset.nav === 'folded' ? 'open' : 'folded';
      remember('nav', root.dataset.nav);
    }
    for (const menu of document.querySelectorAll('details.menu[open]')) {
      if (!menu.contains(target) || target.closest('.menu-list a, .menu-list > button')) menu.open = false;
    }
  });

  // <button data-copy="text"> or data-copy-from="#id"; said in a <span role="status"> right behind it
  const put = async (text) => {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    // plain http on another machine than this one has no clipboard of its own
    const area = document.createElement('textarea');
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    return done ? undefined : Promise.reject(new Error('The browser did not copy.'));
  };

  const copy = async (button) => {
    const told = button.nextElementSibling?.matches('[role="status"]') ? button.nextElementSibling : null;
    let word = 'Copied';
    try {
      await put(button.dataset.copy ?? document.querySelector(button.dataset.copyFrom)?.textContent ?? '');
      button.dataset.copied = 'true';
    } catch {
      word = 'Not copied: select the text and copy it yourself';
      button.dataset.copied = 'false';
    }
    if (told) told.textContent = word;
    setTimeout(() => { delete button.dataset.copied; if (told) told.textContent = ''; }, 2500);
  };

  document.addEventListener('click', (event) => {
    const button = event.target instanceof Element ? event.target.closest('[data-copy], [data-copy-from]') : null;
    if (button) copy(button);
  });

  // a long menu is narrowed by what is typed into it
  document.addEventListener('input', (event) => {
    if (!(event.target instanceof HTMLInputElement) || !event.target.matches('[data-menu-filter]')) return;
    const wanted = event.target.value.trim().toLocaleLowerCase();
    for (const link of event.target.closest('.menu-list').querySelectorAll('a')) link.hidden = !link.textContent.toLocaleLowerCase().includes(wanted);
  });

  // Ctrl+K from anywhere, also from within a field; in the jump box the arrow keys choose and do not move the caret
  document.addEventListener('keydown', (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === 'k') {
      const jump = document.querySelector('[data-jump]:not([disabled])');
      if (!jump) return;
      event.preventDefault();
      if (!document.querySelector('dialog[open]')) jump.click();
    } else if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && event.target instanceof Element && event.target.matches('[data-jump-input]')) {
      event.preventDefault();
    }
  });

  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    if (root.dataset.drawer) { setDrawer(false); document.querySelector('[data-nav-toggle]')?.focus(); }
    for (const menu of document.querySelectorAll('details.menu[open]')) { menu.open = false; menu.querySelector('summary').focus(); }
  });

  document.addEventListener('DOMContentLoaded', () => { showTheme(); showPlace(); });

  // <local-time datetime format>: shown from a shadow root, so that Blazor's own text below it stays Blazor's
  const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' });
  const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
  const precise = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 });
  const medium = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
  const exact = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit' });
  const day = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
  const short = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
  const relative = new Intl.RelativeTimeFormat(undefined, { style: 'narrow', numeric: 'auto' });

  const ago = (date) => {
    const seconds = (date - Date.now()) / 1000;
    if (seconds > -5) return 'now';
    if (seconds > -60) return relative.format(Math.round(seconds), 'second');
    if (seconds > -3600) return relative.format(Math.round(seconds / 60), 'minute');
    if (seconds > -86400) return relative.format(Math.round(seconds / 3600), 'hour');
    return short.format(date);
  };

  const until = (date) => {
    const seconds = (date - Date.now()) / 1000;
    if (seconds < 1) return 'now';
    if (seconds < 60) return relative.format(Math.round(seconds), 'second');
    if (seconds < 3600) return relative.format(Math.round(seconds / 60), 'minute');
    return seconds < 86400 ? relative.format(Math.round(seconds / 3600), 'hour') : short.format(date);
  };

  const text = (date, format) => {
    switch (format) {
      case 'ahead': return until(date);
      case 'exact': return exact.format(date);
      case 'time': return clock.format(date);
      case 'date': return short.format(date);
      case 'precise': return precise.format(date);
      case 'full': return medium.format(date);
      case 'day': {
        const today = new Date();
        if (date.toDateString() === today.toDateString()) return 'Today';
        today.setDate(today.getDate() - 1);
        return date.toDateString() === today.toDateString() ? 'Yesterday' : day.format(date);
      }
      default: return ago(date);
    }
  };

  const shown = new Set();
  class LocalTime extends HTMLElement {
    static observedAttributes = ['datetime', 'format'];
    connectedCallback() { shown.add(this); this.show(); }
    disconnectedCallback() { shown.delete(this); }
    attributeChangedCallback() { if (this.isConnected) this.show(); }
    show() {
      const date = new Date(this.getAttribute('datetime'));
      if (Number.isNaN(date.getTime())) return;
      if (!this.shadowRoot) this.attachShadow({ mode: 'open' }).append(document.createElement('time'));
      const time = this.shadowRoot.firstChild;
      time.dateTime = this.getAttribute('datetime');
      const value = text(date, this.getAttribute('format'));
      if (time.textContent !== value) time.textContent = value;
      this.title = `${full.format(date)} (${date.toISOString().slice(0, 19).replace('T', ' ')} UTC)`;
    }
  }
  customElements.define('local-time', LocalTime);
  setInterval(() => { for (const element of shown) if (['relative', 'ahead'].includes(element.getAttribute('format'))) element.show(); }, 10000);
})();
