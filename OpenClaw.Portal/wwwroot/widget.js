/*
 * OpenClaw web chat: one script, two shells.
 *
 *   widget:  <script src="https://gateway/widget.js" data-channel="..." async></script>
 *   page:    <div id="openclaw-chat" data-mode="page" data-channel="..."></div> <script src="/widget.js" defer></script>
 *
 * Optional attributes: data-title, data-theme (light | dark | auto), data-conversation, data-thread,
 * data-token (a signed user's JWT), data-position (left | right), data-max-upload (bytes).
 * The host page may call OpenClawChat.open(), .close() and .setToken(jwt), and hears the event
 * "openclaw-chat:token" on document when a new token is needed.
 *
 * This file is ASCII, because a page in another encoding would misread the rest.
 * Text from the network only ever becomes text nodes; nothing here writes HTML or logs message text.
 */
(() => {
  'use strict';

  const script = document.currentScript;
  const CHUNK = 64 * 1024;
  const HIGH_WATER = 4 * CHUNK;
  const PAGE = 200; // transcript rows in the DOM before "earlier messages" is offered
  const ACK_TIMEOUT = 20_000;
  const LINK_LIFE = 50 * 60_000; // signed attachment links are good for an hour

  // ---------------------------------------------------------------- small things

  const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), b => b.toString(16).padStart(2, '0')).join('');
  const sleep = ms => new Promise(done => setTimeout(done, ms));
  const byteLength = text => new TextEncoder().encode(text).length;
  const coarse = () => matchMedia('(pointer: coarse)').matches;

  /** Builds an element; unknown keys become attributes, `on...` keys listeners, falsy children are skipped. */
  function h(tag, props, ...children) {
    const el = document.createElement(tag);
    for (const [key, value] of Object.entries(props || {})) {
      if (value === undefined || value === null || value === false) continue;
      if (key.startsWith('on')) el.addEventListener(key.slice(2), value);
      else if (key === 'class') el.className = value;
      else el.setAttribute(key, value === true ? '' : value);
    }
    el.append(...children.filter(c => c || c === 0));
    return el;
  }

  const ICONS = {
    chat: 'M4.5 5.5h15v10.5h-8.5l-4 3.5v-3.5h-2.5z',
    close: 'M6 6l12 12M18 6L6 18',
    down: 'M6 9.5l6 6 6-6',
    send: 'M12 19V5.5M6 11l6-6 6 6',
    stop: 'M7 7h10v10h-10z',
    attach: 'M19 11.5l-7.2 7.2a4.4 4.4 0 0 1-6.3-6.3l7.6-7.6a3 3 0 0 1 4.2 4.2l-7.5 7.5a1.4 1.4 0 0 1-2-2l6.7-6.7',
    file: 'M7 3.5h7l4 4v13H7zM14 3.5v4h4',
    clock: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16M12 8v4.5l3 1.5',
    check: 'M5 12.5l4.5 4.5L19 7.5',
    warn: 'M12 4.5l8.5 15h-17zM12 10v4.5M12 16.8v.2',
    cloud: 'M4 4l16 16M8.5 8.6A5 5 0 0 0 7.5 18H17M11.5 7a5 5 0 0 1 5.4 4.2A3.5 3.5 0 0 1 20 16',
  };

  function icon(name) {
    const ns = 'http://www.w3.org/2000/svg';
    const svg = document.createElementNS(ns, 'svg');
    svg.setAttribute('viewBox', '0 0 24 24');
    svg.setAttribute('aria-hidden', 'true');
    const path = document.createElementNS(ns, 'path');
    path.setAttribute('d', ICONS[name]);
    svg.append(path);
    return svg;
  }

  /** The address if it is http(s) after resolving against the gateway; otherwise null. */
  function safeUrl(value, base) {
    try {
      const url = new URL(value, base);
      return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : null;
    } catch {
      return null;
    }
  }

  function humanSize(bytes) {
    if (!(bytes >= 0)) return '';
    const units = ['B', 'KB', 'MB', 'GB'];
    let unit = 0;
    while (bytes >= 1024 && unit < 3) { bytes /= 1024; unit++; }
    return `${bytes.toFixed(unit && bytes < 10 ? 1 : 0)} ${units[unit]}`;
  }

  const clock = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' });
  const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' });
  const longDay = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });

  function dayName(at) {
    const midnight = d => new Date(d.getFullYear(), d.getMonth(), d.getDate()).getTime();
    const days = Math.round((midnight(new Date()) - midnight(at)) / 86_400_000);
    return days === 0 ? 'Today' : days === 1 ? 'Yesterday' : longDay.format(at);
  }

  /** Storage that degrades to memory: third-party frames and private windows may refuse it. */
  function storage(kind) {
    const memory = new Map();
    let real = null;
    try { real = window[kind]; real.getItem('openclaw'); } catch { real = null; }
    return {
      get(key) {
        try { return JSON.parse(memory.get(key) ?? real?.getItem(key) ?? 'null'); } catch { return null; }
      },
      set(key, value) {
        const json = JSON.stringify(value);
        try { if (!real) throw 0; real.setItem(key, json); } catch { memory.set(key, json); }
      },
      remove(key) {
        memory.delete(key);
        try { real?.removeItem(key); } catch { /* nothing was kept then */ }
      },
      keys(prefix) {
        const all = [...memory.keys()];
        try { for (let i = 0; real && i < real.length; i++) all.push(real.key(i)); } catch { /* memory only */ }
        return all.filter(k => k.startsWith(prefix));
      },
    };
  }

  /** The claims of a JWT, unverified: only to keep users apart in storage and to explain an expiry. */
  function claims(jwt) {
    try {
      const part = jwt.split('.')[1].replace(/-/g, '+').replace(/_/g, '/');
      return JSON.parse(decodeURIComponent(escape(atob(part)))) || {};
    } catch {
      return {};
    }
  }

  // ---------------------------------------------------------------- text to DOM

  // Bidirectional overrides end a link, so that its visible address cannot be turned around.
  const LINK = 'https?:\\/\\/[^\\s<>"\'`\\u202a-\\u202e\\u2066-\\u2069]+';
  const PLAIN = new RegExp(LINK, 'gi');
  // Every alternative stops at its own delimiter, so hostile text costs linear time.
  const RICH = new RegExp(
    '(`{1,2})([^`\\n]+)\\1|\\*\\*([^\\s*][^*]*)\\*\\*|\\*([^\\s*][^*\\n]*)\\*|\\[([^\\[\\]\\n]{1,300})\\]\\((https?:\\/\\/[^\\s()]{1,2000})\\)|' + LINK, 'gi');

  function link(label, address) {
    const href = safeUrl(address);
    return href ? h('a', { href, target: '_blank', rel: 'noopener noreferrer nofollow', title: href }, label) : label;
  }

  /** A bare address, without the punctuation that belongs to the sentence around it. */
  function bareLink(parent, found) {
    let end = found.length;
    while (end > 8 && /[.,;:!?)\]}*_]/.test(found[end - 1])) {
      if (found[end - 1] === ')' && found.slice(0, end).split('(').length >= found.slice(0, end).split(')').length) break;
      end--;
    }
    const address = found.slice(0, end);
    parent.append(link(address, address), found.slice(end));
  }

  function inline(parent, text, rich) {
    let at = 0;
    for (const m of text.matchAll(rich ? RICH : PLAIN)) {
      const stars = m[4] !== undefined && /\w/.test(text[m.index - 1] || ''); // 2*3*4 is no emphasis
      parent.append(text.slice(at, m.index));
      at = m.index + m[0].length;
      if (stars) parent.append(m[0]);
      else if (m[2] !== undefined) parent.append(h('code', null, m[2]));
      else if (m[3] !== undefined) inline(parent.appendChild(h('strong')), m[3], true);
      else if (m[4] !== undefined) inline(parent.appendChild(h('em')), m[4], true);
      else if (m[5] !== undefined) parent.append(link(m[5], m[6]));
      else bareLink(parent, m[0]);
    }
    parent.append(text.slice(at));
    return parent;
  }

  /** Cuts text into blocks; each is [kind, content...]. Agents write Markdown, so its common subset is shown. */
  function blocks(text) {
    const out = [];
    const lines = text.replace(/\r\n?/g, '\n').split('\n');
    const take = (i, pattern, clean) => {
      const rows = [];
      while (i < lines.length && pattern.test(lines[i])) rows.push(lines[i++].replace(clean, ''));
      return rows;
    };
    for (let i = 0; i < lines.length;) {
      const line = lines[i];
      if (/^\s*```/.test(line)) {
        let end = i + 1;
        while (end < lines.length && !/^\s*```\s*$/.test(lines[end])) end++;
        out.push(['code', lines.slice(i + 1, end).join('\n')]);
        i = end + 1;
      } else if (/^\s*$/.test(line)) {
        i++;
      } else if (/^#{1,6}\s/.test(line)) {
        out.push(['head', line.replace(/^#+\s+/, '')]);
        i++;
      } else if (/^\s*[-*+]\s/.test(line)) {
        const rows = take(i, /^\s*[-*+]\s/, /^\s*[-*+]\s+/);
        out.push(['ul', ...rows]);
        i += rows.length;
      } else if (/^\s*\d{1,4}[.)]\s/.test(line)) {
        const rows = take(i, /^\s*\d{1,4}[.)]\s/, /^\s*\d+[.)]\s+/);
        out.push(['ol', parseInt(line, 10), ...rows]);
        i += rows.length;
      } else if (/^>/.test(line)) {
        const rows = take(i, /^>/, /^>\s?/);
        out.push(['quote', rows.join('\n')]);
        i += rows.length;
      } else if (line.startsWith('|') && /^\|[\s:|-]+$/.test(lines[i + 1] || '')) {
        const rows = take(i, /^\|/, '');
        out.push(['table', ...rows]);
        i += rows.length;
      } else {
        const from = i++;
        while (i < lines.length && !/^(\s*$|\s*```|#{1,6}\s|\s*[-*+]\s|\s*\d{1,4}[.)]\s|>|\|)/.test(lines[i])) i++;
        out.push(['p', lines.slice(from, i).join('\n')]);
      }
    }
    return out;
  }

  function blockElement([kind, ...content]) {
    const line = (tag, text) => inline(h(tag, { dir: 'auto' }), text, true);
    switch (kind) {
      case 'code': return h('pre', { dir: 'ltr', tabindex: '0' }, h('code', null, content[0]));
      case 'head': return inline(h('p', { dir: 'auto', class: 'head' }), content[0], true);
      case 'ul': return h('ul', { dir: 'auto' }, ...content.map(t => line('li', t)));
      case 'ol': return h('ol', { dir: 'auto', start: content[0] }, ...content.slice(1).map(t => line('li', t)));
      case 'quote': return line('blockquote', content[0]);
      case 'table': {
        const cells = row => row.replace(/^\||\|\s*$/g, '').split('|').map(c => c.trim());
        const [first, , ...rest] = content;
        return h('div', { class: 'wide', tabindex: '0' }, h('table', null,
          h('thead', null, h('tr', null, ...cells(first).map(c => line('th', c)))),
          h('tbody', null, ...rest.map(r => h('tr', null, ...cells(r).map(c => line('td', c)))))));
      }
      case 'plain': return inline(h('p', { dir: 'auto' }), content[0], false);
      default: return line('p', content[0]);
    }
  }

  /** Brings `el` to show `text`, replacing only the blocks that changed: streaming neither flickers nor loses a selection. */
  function showText(el, text, rich) {
    const wanted = rich ? blocks(text) : text ? [['plain', text]] : [];
    wanted.forEach((block, i) => {
      const source = JSON.stringify(block);
      const old = el.children[i];
      if (old && old.ocSource === source) return;
      const fresh = blockElement(block);
      fresh.ocSource = source;
      if (old) old.replaceWith(fresh); else el.append(fresh);
    });
    while (el.children.length > wanted.length) el.lastChild.remove();
  }

  // ---------------------------------------------------------------- the conversation: protocol, queue, transcript

  /**
   * Owns the socket, the outbox and the entries. Knows nothing of the DOM; tells `view` what changed.
   * An entry: { key, seq, id, from: me | agent | operator, name, text, attachments, buttons, card, at, episode,
   * state: waiting | sending | sent | failed, error, files }.
   */
  class Conversation {
    constructor(config, view) {
      this.config = config;
      this.view = view;
      this.local = storage('localStorage');
      this.entries = [];
      this.bySeq = new Map();
      this.finals = new Set();
      this.streams = new Map();
      this.outbox = [];
      this.uploads = [];
      this.episode = 0;
      this.lastSeq = 0;
      this.attempt = 0;
      this.refusals = 0;
      this.order = 0;
      this.maxBytes = 65_536;
      this.maxUpload = config.maxUpload || Infinity;
    }

    // -------- what outlives the page

    load() {
      const { base, channel, conversation, thread, token } = this.config;
      // A signed user's queue must never be sent by the next user of the same browser.
      const user = token ? claims(token).sub || '?' : '';
      this.key = 'openclaw/' + [base, channel, conversation, thread, user].map(encodeURIComponent).join('/');
      const saved = this.local.get(this.key) || {};
      this.resume = saved.resume || null;
      this.readSeq = saved.read || 0;
      this.readSession = saved.session || null;
      // One storage key per message: two tabs never overwrite each other's queue.
      this.local.keys(this.key + '/out/').map(k => this.local.get(k)).filter(Boolean)
        .sort((a, b) => a.at - b.at)
        .forEach(item => this.enqueue({ ...item, at: new Date(item.at), state: item.error ? 'failed' : 'waiting' }));
    }

    save() {
      this.local.set(this.key, { resume: this.resume, session: this.session || this.readSession, seq: this.lastSeq, read: this.readSeq });
    }

    saveSoon() {
      this.saveTimer ??= setTimeout(() => { this.saveTimer = null; this.save(); }, 400);
    }

    keep(item) {
      if (item.files.some(f => f.state !== 'done')) return; // a File cannot be kept; once uploaded its id can
      const { key, text, button, error, tried } = item;
      const files = item.files.map(({ id, name, size, type, state }) => ({ id, name, size, type, state }));
      this.local.set(`${this.key}/out/${key}`, { key, text, button, error, tried, files, at: item.at.getTime() });
    }

    get hasHistory() { return !!this.resume || this.outbox.length > 0; }
    get ready() { return this.welcomed && this.ws?.readyState === WebSocket.OPEN; }

    // -------- connecting

    connect() {
      clearTimeout(this.retryTimer);
      if (this.ws) return;
      const { base, channel, conversation, thread, token } = this.config;
      const url = new URL(`channels/${encodeURIComponent(channel)}/socket`, base);
      url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
      this.asked = this.replayFrom ?? this.lastSeq;
      url.searchParams.set('conversation', conversation);
      if (thread) url.searchParams.set('thread', thread);
      url.searchParams.set('after', this.asked);
      url.searchParams.set('own', 'true');
      const protocols = ['openclaw.v1'];
      if (this.resume && this.doubt !== 'probe') protocols.push('resume.' + this.resume);
      if (token) protocols.push('bearer.' + token);

      let ws;
      try {
        ws = new WebSocket(url.href, protocols);
      } catch {
        // A token with characters that no header can carry; it will not get better.
        this.forgetToken();
        this.retry(false);
        return;
      }
      this.ws = ws;
      this.welcomed = false;
      this.tellStatus(this.attempt ? 'reconnecting' : 'connecting');
      this.openTimer = setTimeout(() => this.drop(), 15_000);
      ws.onmessage = e => {
        if (this.ws !== ws) return;
        let frame = null;
        try { frame = JSON.parse(e.data); } catch { return; }
        this.heardAt = Date.now();
        this.receive(frame);
      };
      ws.onclose = e => { if (this.ws === ws) this.closed(e.code); };
    }

    /** Leaves the socket at once, without waiting for a close handshake that a dead link never finishes. */
    drop(delay) {
      const ws = this.ws;
      if (!ws) return;
      ws.onmessage = ws.onclose = null;
      try { ws.close(); } catch { /* it is gone either way */ }
      this.closed(0, delay);
    }

    closed(code, delay) {
      const opened = this.welcomed;
      this.ws = null;
      this.welcomed = false;
      for (const t of [this.openTimer, this.ackTimer, this.probeTimer, this.holdTimer, this.replayTimer]) clearTimeout(t);
      this.holdTimer = this.probeTimer = null;
      if (this.inFlight) this.setState(this.inFlight, 'waiting');
      this.inFlight = null;
      if (this.uploading) this.setUpload(this.uploading, 'queued'); // the server discards an open upload with its connection
      this.uploading = null;
      this.view.typing(false);
      if (delay !== undefined) return void setTimeout(() => this.connect(), delay);
      this.retry(opened, code);
    }

    async retry(opened, code) {
      const seconds = Math.min(30, 2 ** (this.doubt ? this.attempt : this.attempt++)); // a probe is no attempt of its own
      let wait = seconds * (750 + Math.random() * 500);
      if (code === 1008) wait = Math.max(wait, 5000); // the server objected: do not hammer
      this.tellStatus(navigator.onLine === false ? 'offline' : 'reconnecting');
      this.retryTimer = setTimeout(() => this.connect(), Math.min(wait, 30_000));
      if (opened) return;

      // A browser cannot see why a handshake was refused. If the server lives, something in it was not liked.
      if (!await this.serverLives()) return void (this.refusals = 0);
      if (this.ws) return;
      this.refusals++;
      if (this.doubt === 'verify') {
        this.forgetToken(); // it worked without, and not with it: the token it is
        return void this.connect();
      }
      if (this.doubt === 'probe') { // it fails without too: not the token's fault, keep it
        this.doubt = null;
        this.refusals = 0;
        return this.refused();
      }
      if (this.resume && this.refusals >= 2) {
        this.doubt = 'probe';
        return void this.connect();
      }
      if (this.refusals >= 2) this.refused();
    }

    refused() {
      const { token } = this.config;
      const expired = token && claims(token).exp * 1000 < Date.now();
      this.tellStatus(expired ? 'expired' : 'unavailable');
      if (token) document.dispatchEvent(new CustomEvent('openclaw-chat:token'));
    }

    async serverLives() {
      const abort = new AbortController();
      const timer = setTimeout(() => abort.abort(), 5000);
      try {
        await fetch(new URL('healthz/live', this.config.base), { mode: 'no-cors', cache: 'no-store', credentials: 'omit', signal: abort.signal });
        return true;
      } catch {
        return false;
      } finally {
        clearTimeout(timer);
      }
    }

    forgetToken() {
      this.resume = null;
      this.doubt = null;
      this.refusals = 0;
      this.save();
    }

    setToken(token) {
      this.config.token = token;
      this.attempt = this.refusals = 0;
      if (this.ready) return; // used at the next handshake
      this.drop(0);
      this.connect();
    }

    /** After sleep or a change of network a socket may look open and be dead: ask for a sign of life. */
    probe() {
      if (!this.started) return;
      if (!this.ws) {
        this.attempt = 0;
        this.connect();
      } else if (this.ready && !this.probeTimer) {
        // There is no ping in the protocol; an unknown type is answered and harmless.
        this.frame({ type: 'probe', id: 'probe' });
        this.probeTimer = setTimeout(() => this.drop(0), 5000);
      }
    }

    start() {
      this.started = true;
      this.connect();
    }

    frame(object) {
      if (this.ws?.readyState === WebSocket.OPEN) this.ws.send(JSON.stringify(object));
    }

    tellStatus(status) {
      this.status = status;
      this.view.status(status);
    }

    // -------- frames from the server

    receive(f) {
      clearTimeout(this.probeTimer);
      this.probeTimer = null;
      switch (f?.type) {
        case 'welcome': return this.onWelcome(f);
        case 'ack': return this.onAck(f);
        case 'typing': return this.view.typing(!!f.on);
        case 'delta': return this.onDelta(f);
        case 'message': return this.onMessage(f);
        case 'error': return this.onError(f);
        case 'bye': return this.tellStatus('reconnecting'); // the close follows
      }
    }

    onWelcome(f) {
      clearTimeout(this.openTimer);
      this.attempt = this.refusals = 0;
      if (this.doubt === 'probe') {
        // The server takes us without the token. Once more with it, before the old conversation is given up.
        this.doubt = 'verify';
        return this.drop(0);
      }
      this.doubt = null;
      const changed = this.session && this.session !== f.session;
      if (changed) this.newEpisode();
      this.session = f.session;
      this.resume = f.resume || this.resume;
      this.maxBytes = f.maxMessageBytes || this.maxBytes;
      if (this.readSession !== f.session) this.readSeq = 0;
      this.readSession = f.session;
      this.replayFrom = undefined;
      this.save();
      // "after" was counted in the session that ended: ask again from the new one's start.
      if (changed && this.asked > 0 && f.seq > 0) return this.drop(0);

      this.welcomed = true;
      this.replayTo = f.seq || 0;
      this.view.replaying(this.lastSeq < this.replayTo);
      this.replayTimer = setTimeout(() => this.view.replaying(false), 3000);
      this.tellStatus('online');
      this.streams.forEach(s => { s.stalled = true; });
      this.pump();
      this.runUploads();
    }

    onAck(f) {
      if (this.uploading?.id === f.id) {
        const upload = this.uploading;
        this.uploading = null;
        this.setUpload(upload, 'done');
        this.runUploads();
        return this.pump();
      }
      const item = this.outbox.find(i => i.key === f.id);
      if (!item) return;
      this.unqueue(item);
      item.id = f.message;
      const twin = this.bySeq.get(f.seq);
      if (twin && twin !== item) {
        if (twin.from === 'me' && (f.duplicate || twin.id === f.message)) this.remove(twin); // our own, replayed before this ack
        else if (!f.duplicate) this.newEpisode();
      }
      if (f.duplicate && this.bySeq.has(f.seq) && this.bySeq.get(f.seq) !== item) {
        item.seq = this.lastSeq; // stored in an earlier episode
      } else {
        item.seq = f.seq;
        this.bySeq.set(f.seq, item);
        // Only the next number: an ack may overtake a message with a lower one that is still on its way.
        if (f.seq === this.lastSeq + 1) this.lastSeq = f.seq;
      }
      item.episode = this.episode;
      this.setState(item, 'sent');
      this.place(item);
      this.saveSoon();
      this.pump();
    }

    onMessage(f) {
      const mine = f.from === 'user';
      const known = this.bySeq.get(f.seq);
      if (known) {
        const same = known.id === f.id || (mine && known.from === 'me' && known.text === (f.text || ''));
        if (same) return this.renew(known, f);
        this.newEpisode(); // the number is taken by another entry: a session ended and the next began
      }
      const pending = mine && this.outbox.find(i => i.tried && !i.seq && (i.text || '') === (f.text || ''));
      if (pending) {
        // Ours, stored although its ack was lost: shown once. It stays queued until the ack of its repetition says so.
        Object.assign(pending, { seq: f.seq, id: f.id, got: Date.now(), attachments: f.attachments || [] });
        this.bySeq.set(f.seq, pending);
        this.lastSeq = Math.max(this.lastSeq, f.seq);
        return this.place(pending);
      }
      const entry = {
        key: newId(), seq: f.seq, id: f.id, from: mine ? 'me' : f.from === 'operator' ? 'operator' : 'agent',
        name: f.name, text: f.text || '', attachments: f.attachments || [], buttons: f.buttons || [], card: f.card,
        at: new Date(f.at || Date.now()), got: Date.now(), episode: this.episode, state: 'sent', files: [],
      };
      if (isNaN(entry.at)) entry.at = new Date();
      entry.fresh = !(f.seq <= this.replayTo);
      const stream = this.streams.get(f.id);
      this.streams.delete(f.id);
      this.finals.add(f.id);
      this.bySeq.set(f.seq, entry);
      // The server sends in order and fills gaps first, so everything below is here too.
      this.lastSeq = Math.max(this.lastSeq, f.seq || 0);
      if (mine) this.choose(entry.text);
      this.place(entry, stream);
      if (!mine) this.view.typing(false);
      if (this.lastSeq >= this.replayTo) this.view.replaying(false);
      this.saveSoon();
    }

    /** A replayed entry brings fresh attachment links. */
    renew(entry, f) {
      entry.got = Date.now();
      entry.attachments = f.attachments || entry.attachments;
      if (entry.attachments.length) {
        entry.files = [];
        this.view.changed(entry);
      }
      if (this.lastSeq >= this.replayTo) this.view.replaying(false);
    }

    onDelta(f) {
      if (this.finals.has(f.id)) return; // late; the whole text is here
      let s = this.streams.get(f.id);
      if (!s) this.streams.set(f.id, s = { id: f.id, next: 0, text: '' });
      if (f.index === 0 && !f.text) { // what was shown of it is taken back
        this.streams.delete(f.id);
        return void this.view.unstream(s);
      }
      if (f.index === 0) Object.assign(s, { next: 0, text: '', stalled: false });
      if (f.index !== s.next) { // a lost piece: hold what is shown until the whole text comes
        s.stalled ||= f.index > s.next;
        return;
      }
      s.next++;
      s.text += f.text || '';
      this.view.streamed(s);
    }

    onError(f) {
      if (f.code === 'unknown_type') return this.tellStatus('online'); // the answer to our probe
      const wait = Math.min(Math.max(f.retryAfterMs || 1000, 250), 300_000);
      const later = f.code === 'overloaded' || f.code === 'rate_limited';
      if (this.uploading?.id === f.id) return this.onUploadError(f, later && wait);
      const item = this.outbox.find(i => i.key === f.id);
      if (!item) {
        if (!later && f.message && f.code !== 'upload_incomplete') this.view.notice(f.message);
        return;
      }
      clearTimeout(this.ackTimer);
      if (this.inFlight === item) this.inFlight = null;
      if (later) {
        this.setState(item, 'waiting');
        const seconds = Math.ceil(wait / 1000);
        this.view.notice(f.code === 'rate_limited'
          ? `That was a lot at once. Sending again in ${seconds} s.`
          : `The service is busy. Sending again in ${seconds} s.`, wait);
        this.holdTimer = setTimeout(() => { this.holdTimer = null; this.pump(); }, wait);
        return;
      }
      if (f.code === 'upload_incomplete' && !item.reuploaded && item.files.length && item.files.every(u => u.file)) {
        item.reuploaded = true; // the server no longer has the bytes, we do
        item.files.forEach(u => this.addUpload(u));
        this.setState(item, 'waiting');
        return;
      }
      const texts = {
        too_large: 'Too long to send.',
        not_allowed: 'Not allowed here.',
        upload_incomplete: 'The attachment did not arrive.',
      };
      this.fail(item, texts[f.code] || f.message || 'Could not be sent.');
      this.pump();
    }

    /** The session ended and its next episode began: numbers start again, what is on screen stays above a line. */
    newEpisode() {
      this.episode++;
      this.bySeq.clear();
      this.lastSeq = this.readSeq = this.replayTo = 0;
      this.session = null;
      this.streams.forEach(s => this.view.unstream(s));
      this.streams.clear();
      this.view.shown = 0;
      for (const item of this.outbox) Object.assign(item, { episode: this.episode, seq: undefined });
    }

    /** Marks the button that a later answer of the reader pressed. */
    choose(text) {
      const last = [...this.entries].reverse().find(e => e.seq && e.from !== 'me');
      if (last && !last.chosen && last.buttons.some(b => b.text === text)) {
        last.chosen = text;
        this.view.changed(last);
      }
    }

    // -------- the transcript in order: by episode, then number; what has no number yet comes last

    place(entry, stream) {
      const rank = e => e.seq || Infinity;
      entry.order ??= ++this.order;
      const old = this.entries.indexOf(entry);
      if (old >= 0) this.entries.splice(old, 1);
      let i = this.entries.length;
      while (i > 0) {
        const p = this.entries[i - 1];
        if (p.episode < entry.episode || (p.episode === entry.episode
          && (rank(p) < rank(entry) || (rank(p) === rank(entry) && p.order < entry.order)))) break;
        i--;
      }
      this.entries.splice(i, 0, entry);
      if (old < 0) this.view.added(entry, i, stream);
      else this.view.moved(entry, old, i); // also in the same place: its episode may have changed
    }

    remove(entry) {
      const i = this.entries.indexOf(entry);
      if (i >= 0) this.entries.splice(i, 1);
      if (this.bySeq.get(entry.seq) === entry) this.bySeq.delete(entry.seq);
      if (i >= 0) this.view.removed(entry, i);
    }

    // -------- sending: one message at a time, so a refused one never lets the next overtake it

    send(text, files = [], button) {
      const item = { key: newId(), text, button, files, at: new Date(), state: 'waiting' };
      this.enqueue(item);
      this.keep(item);
      this.attempt = Math.min(this.attempt, 2); // someone is waiting: no half minute until the next try
      this.started ? this.connect() : this.start();
      this.pump();
      return item;
    }

    enqueue(item) {
      Object.assign(item, { from: 'me', attachments: [], buttons: [], episode: this.episode, order: ++this.order });
      item.files ||= [];
      this.outbox.push(item);
      this.place(item);
    }

    unqueue(item) {
      this.outbox = this.outbox.filter(i => i !== item);
      this.local.remove(`${this.key}/out/${item.key}`);
      if (this.inFlight === item) { clearTimeout(this.ackTimer); this.inFlight = null; }
    }

    pump() {
      if (!this.ready || this.inFlight || this.holdTimer) return;
      const item = this.outbox.find(i => i.state === 'waiting');
      if (!item) return;
      const bad = item.files.find(f => f.state === 'failed');
      if (bad) { this.fail(item, `${bad.name}: ${bad.error}`); return this.pump(); }
      if (item.files.some(f => f.state !== 'done')) return; // its uploads pump again when they are done
      item.tried = true;
      this.keep(item);
      this.inFlight = item;
      this.setState(item, 'sending');
      const frame = { type: 'message', id: item.key };
      if (item.text) frame.text = item.text;
      if (item.button !== undefined) frame.button = item.button;
      if (item.files.length) frame.attachments = item.files.map(f => ({ upload: f.id }));
      this.frame(frame);
      this.ackTimer = setTimeout(() => this.drop(0), ACK_TIMEOUT); // no answer: the link is dead
    }

    fail(item, error) {
      item.error = error;
      this.setState(item, 'failed');
      this.keep(item);
    }

    again(item) {
      item.error = undefined;
      for (const u of item.files) if (u.state === 'failed' && u.file) this.addUpload(u);
      this.setState(item, 'waiting');
      this.keep(item);
      this.connect();
      this.pump();
    }

    discard(item) {
      for (const u of item.files) this.cancelUpload(u);
      this.unqueue(item);
      this.remove(item);
    }

    setState(entry, state) {
      entry.state = state;
      this.view.changed(entry);
    }

    // -------- uploads: one at a time, as the protocol asks

    addUpload(u) {
      u.state = 'queued';
      u.error = undefined;
      if (!u.size) u.error = 'The file is empty.';
      else if (u.size > this.maxUpload) u.error = `Too large (${humanSize(u.size)}).`;
      if (u.error) return this.setUpload(u, 'failed');
      if (!this.uploads.includes(u)) this.uploads.push(u);
      this.setUpload(u, 'queued');
      this.started ? this.connect() : this.start();
      this.runUploads();
    }

    async runUploads() {
      if (!this.ready || this.uploading) return;
      const u = this.uploads.find(x => x.state === 'queued' && !x.pause);
      if (!u) return;
      const ws = this.ws;
      this.uploading = u;
      u.id = newId();
      u.sent = 0;
      const id = u.id;
      const current = () => this.ws === ws && this.uploading === u && u.id === id;
      this.setUpload(u, 'sending');
      this.frame({ type: 'upload', id, name: u.name, contentType: u.type, size: u.size });
      try {
        for (let at = 0; at < u.size; at += CHUNK) {
          const bytes = await u.file.slice(at, at + CHUNK).arrayBuffer();
          for (let waited = 0; current() && ws.bufferedAmount > HIGH_WATER; waited += 25) {
            if (waited > 30_000) return this.drop(0);
            await sleep(25);
          }
          if (!current()) return; // lost, cancelled or refused meanwhile
          ws.send(bytes);
          u.sent = at + bytes.byteLength;
          this.view.uploadChanged(u);
        }
      } catch {
        if (!current()) return;
        this.uploading = null;
        this.failUpload(u, 'The file could not be read.');
        return;
      }
      setTimeout(() => { if (current()) this.drop(0); }, 60_000);
    }

    onUploadError(f, wait) {
      const u = this.uploading;
      this.uploading = null;
      if (wait) {
        u.pause = true;
        this.setUpload(u, 'queued');
        setTimeout(() => { u.pause = false; this.runUploads(); }, wait);
      } else if (f.code === 'upload_incomplete' && !u.again) {
        u.again = true;
        this.setUpload(u, 'queued');
      } else {
        if (f.code === 'too_large') this.maxUpload = Math.min(this.maxUpload, u.size - 1);
        this.failUpload(u, f.code === 'too_large' ? `Too large (${humanSize(u.size)}).` : f.message || 'Refused.');
      }
      this.runUploads();
    }

    failUpload(u, error) {
      u.error = error;
      this.setUpload(u, 'failed');
      this.runUploads();
      this.pump();
    }

    cancelUpload(u) {
      this.uploads = this.uploads.filter(x => x !== u);
      u.state = 'cancelled';
      // The next announcement ends an open upload on the server; until then it only waits.
      if (this.uploading === u) { this.uploading = null; this.runUploads(); }
    }

    setUpload(u, state) {
      u.state = state;
      if (state === 'done') this.uploads = this.uploads.filter(x => x !== u);
      this.view.uploadChanged(u);
    }

    // -------- small signals

    read(seq) {
      if (!(seq > this.readSeq)) return;
      this.readSeq = seq;
      this.saveSoon();
      this.readTimer ??= setTimeout(() => {
        this.readTimer = null;
        this.frame({ type: 'read', seq: this.readSeq });
      }, 1000);
    }

    writing(on) {
      if (on) {
        clearTimeout(this.writingTimer);
        this.writingTimer = setTimeout(() => this.writing(false), 4000);
      }
      if (on === !!this.wrote || !this.ready) return;
      this.wrote = on;
      this.frame({ type: 'typing', on });
    }

    /** The reader does not want the answer that is being made. */
    cancel() {
      this.frame({ type: 'cancel' });
    }

    /** Signed links run out after an hour; a replay from before the oldest shown one renews them. */
    renewLinks() {
      const stale = this.entries.find(e => e.seq && e.episode === this.episode && e.attachments.length && Date.now() - e.got > LINK_LIFE);
      if (!stale || !this.ready || this.inFlight || this.uploading) return;
      this.replayFrom = stale.seq - 1;
      this.drop(0);
    }

    get unread() {
      return this.entries.filter(e => e.from !== 'me' && e.episode === this.episode && e.seq > this.readSeq).length;
    }
  }

  // ---------------------------------------------------------------- the view

  const STATUS = {
    offline: 'You are offline. Messages wait here and go out when you are back.',
    connecting: 'Connecting\u2026',
    reconnecting: 'Reconnecting\u2026',
    unavailable: 'The chat cannot be reached right now. Trying again\u2026',
    expired: 'Your sign-in has expired. Reload the page to go on.',
  };
  const IMAGES = /^image\/(png|jpeg|gif|webp|avif|bmp)$/i; // not SVG: it can carry script when opened

  class View {
    constructor(config, host) {
      this.config = config;
      this.page = config.mode === 'page';
      this.session = storage('sessionStorage');
      this.from = 0;
      this.stick = true;
      this.newCount = 0;
      this.drafts = [];
      this.root = host.shadowRoot || host.attachShadow({ mode: 'open' });
      this.style();
      this.build();
      this.chat = new Conversation(config, this);
      this.chat.load();
      this.restore();
      this.listen();
    }

    style() {
      try {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(CSS_TEXT);
        this.root.adoptedStyleSheets = [sheet];
      } catch {
        this.root.append(h('style', null, CSS_TEXT)); // Safari before 16.4
      }
    }

    build() {
      const { title, theme, position } = this.config;
      const button = (name, label, onclick, extra) => h('button', { type: 'button', 'aria-label': label, title: label, onclick, ...extra }, icon(name));

      this.earlier = h('button', { type: 'button', class: 'earlier', hidden: true, onclick: () => this.showEarlier() }, 'Show earlier messages');
      this.log = h('div', { class: 'log', role: 'log', 'aria-live': 'polite', 'aria-relevant': 'additions', 'aria-label': 'Messages' });
      this.dots = h('div', { class: 'row them dots', hidden: true }, h('div', { class: 'bubble' }, h('i'), h('i'), h('i')));
      // Text that is still streaming stands outside the log region: a screen reader hears it once, when it is whole.
      this.live = h('div', { class: 'live', 'aria-hidden': 'true' }, this.dots);
      this.empty = h('div', { class: 'empty' }, icon('chat'), h('p', null, 'Write a message to begin.'));
      this.content = h('div', { class: 'content' }, this.earlier, this.empty, this.log, this.live);
      this.scroller = h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Conversation', onscroll: () => this.scrolled() }, this.content);
      this.pillText = h('span');
      this.pill = h('button', { type: 'button', class: 'pill', hidden: true, onclick: () => this.toBottom() }, icon('down'), this.pillText);

      this.statusLine = h('p', { class: 'line', hidden: true });
      this.noticeLine = h('p', { class: 'line', hidden: true });
      const statusBox = h('div', { class: 'status', role: 'status' }, this.statusLine, this.noticeLine);

      this.input = h('textarea', {
        rows: '1', dir: 'auto', placeholder: 'Message', 'aria-label': 'Message', enterkeyhint: 'send', autocomplete: 'off',
        oninput: () => this.typed(), onkeydown: e => this.key(e), onpaste: e => this.paste(e),
      });
      this.picker = h('input', {
        type: 'file', multiple: true, hidden: true, tabindex: '-1', 'aria-hidden': 'true',
        onchange: () => { this.addFiles(this.picker.files); this.picker.value = ''; },
      });
      this.tray = h('div', { class: 'tray', hidden: true, role: 'group', 'aria-label': 'Attachments' });
      this.sendButton = h('button', { class: 'send', type: 'submit', 'aria-label': 'Send', title: 'Send' }, icon('send'));
      this.stopButton = button('stop', 'Stop the answer', () => this.stop(), { class: 'plain stop', hidden: true });
      const form = h('form', { class: 'composer', onsubmit: e => { e.preventDefault(); this.submit(); } },
        this.tray,
        h('div', { class: 'entry' }, button('attach', 'Attach files', () => this.picker.click(), { class: 'plain' }), this.picker, this.input, this.stopButton, this.sendButton));

      const heading = h('h2', { id: 'oc-title', dir: 'auto' }, title);
      const header = h('header', null, h('span', { class: 'mark' }, icon('chat')), heading,
        !this.page && button('close', 'Close chat', () => this.close(), { class: 'plain' }));
      this.dropHint = h('div', { class: 'drop', hidden: true, 'aria-hidden': 'true' }, 'Drop files to attach them');
      this.panel = h(this.page ? 'main' : 'section', {
        class: 'panel', role: this.page ? undefined : 'dialog', 'aria-labelledby': 'oc-title', tabindex: '-1', hidden: !this.page,
      }, header, statusBox, h('div', { class: 'middle' }, this.scroller, this.pill), form, this.dropHint);

      this.badge = h('span', { class: 'badge', hidden: true });
      this.launcher = !this.page && h('button', {
        type: 'button', class: 'launcher', 'aria-expanded': 'false', 'aria-haspopup': 'dialog', onclick: () => this.isOpen ? this.close() : this.open(),
      }, icon('chat'), this.badge);
      this.shell = h('div', { class: `shell ${this.page ? 'page' : 'widget'} ${position === 'left' ? 'left' : 'right'}`, 'data-theme': theme, lang: 'en' }, this.panel, this.launcher);
      this.root.append(this.shell);
      this.labelLauncher();
    }

    restore() {
      const draft = this.session.get(this.chat.key + '/draft');
      if (draft) this.input.value = draft;
      this.typed(true);
      if (this.page) {
        this.isOpen = true;
        if (!coarse() && window.top === window) this.input.focus(); // in a frame the focus is the outer page's
        this.chat.start();
      } else if (this.session.get(this.chat.key + '/open')) {
        this.open(false);
      } else if (this.chat.hasHistory) {
        this.chat.start(); // a visitor who never wrote costs the gateway no connection
      }
    }

    listen() {
      const wake = () => {
        if (document.visibilityState !== 'visible') return;
        this.chat.probe();
        this.chat.renewLinks();
        this.seen();
      };
      document.addEventListener('visibilitychange', wake);
      addEventListener('online', wake);
      addEventListener('pageshow', e => { if (e.persisted) wake(); });
      addEventListener('offline', () => this.chat.started && this.chat.tellStatus('offline'));
      setInterval(() => { if (document.visibilityState === 'visible') this.chat.renewLinks(); }, 5 * 60_000);

      this.seenBy = new IntersectionObserver(found => {
        for (const { isIntersecting, target } of found) {
          if (isIntersecting) this.shown = Math.max(this.shown || 0, target.ocEntry?.episode === this.chat.episode ? target.ocEntry.seq || 0 : 0);
        }
        this.seen();
      }, { root: this.scroller });
      for (const e of this.chat.entries) if (e.el) this.seenBy.observe(e.el);

      const follow = new ResizeObserver(() => this.follow());
      follow.observe(this.content);
      follow.observe(this.scroller);

      // The phone's keyboard shrinks the visual viewport only; follow it, but not a pinch.
      const vv = window.visualViewport;
      const fit = () => {
        if (vv.scale > 1.05) return;
        this.shell.style.setProperty('--h', vv.height + 'px');
        this.shell.style.setProperty('--top', vv.offsetTop + 'px');
        this.follow();
      };
      if (vv) {
        vv.addEventListener('resize', fit);
        vv.addEventListener('scroll', fit);
        fit();
      }

      this.panel.addEventListener('keydown', e => {
        if (e.key === 'Escape' && !e.isComposing && !this.page) {
          e.preventDefault();
          this.close();
        }
      });
      // Shortcuts of the host page must not fire while one writes here: outside the shadow the target is not an input.
      if (!this.page) for (const type of ['keydown', 'keyup', 'keypress']) this.shell.addEventListener(type, e => e.stopPropagation());

      const files = e => [...(e.dataTransfer?.types || [])].includes('Files');
      let depth = 0;
      this.panel.addEventListener('dragenter', e => { if (files(e)) { depth++; this.dropHint.hidden = false; e.preventDefault(); } });
      this.panel.addEventListener('dragover', e => { if (files(e)) e.preventDefault(); });
      this.panel.addEventListener('dragleave', e => { if (files(e) && --depth <= 0) { depth = 0; this.dropHint.hidden = true; } });
      this.panel.addEventListener('drop', e => {
        if (!files(e)) return;
        e.preventDefault();
        depth = 0;
        this.dropHint.hidden = true;
        this.addFiles(e.dataTransfer.files);
      });
    }

    // -------- open and close

    open(focus = true) {
      if (this.page) return;
      this.isOpen = true;
      this.panel.hidden = false;
      this.shell.classList.add('open');
      this.session.set(this.chat.key + '/open', true);
      this.labelLauncher();
      this.chat.start();
      this.grow();
      this.toBottom();
      // On a phone the field would bring up the keyboard before anything could be read.
      if (focus) (coarse() ? this.panel : this.input).focus();
      this.seen();
    }

    close() {
      if (this.page) return;
      this.isOpen = false;
      this.panel.hidden = true;
      this.shell.classList.remove('open');
      this.session.remove(this.chat.key + '/open');
      this.labelLauncher();
      this.launcher.focus();
    }

    labelLauncher() {
      const unread = this.isOpen ? 0 : this.chat?.unread || 0;
      if (this.page) {
        this.pageTitle ??= document.title;
        const hidden = document.visibilityState !== 'visible' ? this.chat?.unread : 0;
        document.title = hidden ? `(${hidden}) ${this.pageTitle}` : this.pageTitle;
        return;
      }
      const label = this.isOpen ? 'Close chat' : unread ? `Open chat, ${unread} new` : 'Open chat';
      this.launcher.setAttribute('aria-label', label);
      this.launcher.title = label;
      this.launcher.setAttribute('aria-expanded', String(!!this.isOpen));
      this.launcher.replaceChild(icon(this.isOpen ? 'down' : 'chat'), this.launcher.firstChild);
      this.badge.hidden = !unread;
      this.badge.textContent = unread > 99 ? '99+' : unread;
    }

    seen() {
      if (this.isOpen && document.visibilityState === 'visible' && this.shown) this.chat.read(this.shown);
      this.labelLauncher();
    }

    // -------- composing

    key(e) {
      if (e.key !== 'Enter' || e.shiftKey || e.isComposing || e.keyCode === 229) return; // 229: an IME is at work
      e.preventDefault();
      this.submit();
    }

    typed(quiet) {
      this.grow();
      const text = this.input.value;
      this.sendButton.disabled = !text.trim() && !this.drafts.length;
      this.session.set(this.chat.key + '/draft', text);
      if (!quiet) this.chat.writing(!!text);
    }

    grow() {
      const { style } = this.input;
      style.height = 'auto';
      if (this.input.scrollHeight) style.height = Math.min(this.input.scrollHeight, 160) + 'px';
    }

    submit() {
      const text = this.input.value.trim();
      if (!text && !this.drafts.length) return;
      const size = byteLength(text);
      if (size > this.chat.maxBytes) return this.notice(`Too long: ${humanSize(size)}, at most ${humanSize(this.chat.maxBytes)}.`);
      if (this.drafts.some(u => u.state === 'failed')) return this.notice('Remove the file that could not be attached first.');
      const files = this.drafts;
      this.drafts = [];
      this.showTray();
      this.input.value = '';
      this.chat.writing(false);
      this.stick = true;
      this.chat.send(text, files);
      this.typed(true);
      this.input.focus();
    }

    paste(e) {
      const data = e.clipboardData;
      // Office programs offer a picture of copied text beside the text: the text is meant then.
      if (!data?.files.length || data.types.includes('text/plain')) return;
      e.preventDefault();
      this.addFiles(data.files);
    }

    addFiles(list) {
      for (const file of [...list]) {
        const type = file.type || 'application/octet-stream';
        const u = { file, type, name: file.name || 'file', size: file.size, sent: 0, preview: IMAGES.test(type) && URL.createObjectURL(file) };
        this.drafts.push(u);
        this.chat.addUpload(u);
      }
      this.showTray();
      this.typed(true);
      this.input.focus();
    }

    dropDraft(u) {
      this.drafts = this.drafts.filter(d => d !== u);
      this.chat.cancelUpload(u);
      if (u.preview) URL.revokeObjectURL(u.preview);
      this.showTray();
      this.typed(true);
      this.input.focus();
    }

    showTray() {
      this.tray.replaceChildren(...this.drafts.map(u => this.chip(u, () => this.dropDraft(u))));
      this.tray.hidden = !this.drafts.length;
    }

    /** A file of ours, in the tray or in a message; keeps itself up to date. */
    chip(u, remove) {
      const note = h('span', { class: 'note' });
      const bar = h('progress', { max: u.size || 1, value: 0, 'aria-label': `Upload of ${u.name}` });
      const el = h('div', { class: 'chip' },
        u.preview ? h('img', { src: u.preview, alt: '' }) : icon('file'),
        h('div', { class: 'label' }, h('span', { class: 'name', dir: 'auto', title: u.name }, u.name), note, bar),
        remove && h('button', { type: 'button', class: 'plain', 'aria-label': `Remove ${u.name}`, title: 'Remove', onclick: remove }, icon('close')));
      el.ocUpdate = () => {
        const busy = u.state === 'queued' || u.state === 'sending';
        el.classList.toggle('bad', u.state === 'failed');
        bar.hidden = !busy;
        bar.value = u.sent || 0;
        note.textContent = u.error || (u.state === 'sending' ? `Uploading, ${Math.floor(100 * u.sent / u.size)} %` : u.state === 'queued' ? 'Waiting to upload' : humanSize(u.size));
      };
      el.ocUpdate();
      (u.chips ||= new Set()).add(el);
      return el;
    }

    uploadChanged(u) {
      for (const el of u.chips || []) el.isConnected ? el.ocUpdate() : u.chips.delete(el);
    }

    // -------- what the conversation tells

    status(kind) {
      clearTimeout(this.statusTimer);
      const show = () => {
        const text = STATUS[kind] || '';
        const was = !this.statusLine.hidden;
        if (text) this.statusLine.replaceChildren(icon(kind === 'offline' ? 'cloud' : kind === 'unavailable' || kind === 'expired' ? 'warn' : 'clock'), text);
        this.statusLine.hidden = !text;
        if (was && !text) this.notice('Connected again.', 2500);
      };
      // A blip that is over in a second needs no words.
      if ((kind === 'connecting' || kind === 'reconnecting') && this.statusLine.hidden) this.statusTimer = setTimeout(show, 1200);
      else if (kind !== 'reconnecting' || !this.statusLine.textContent.startsWith('The chat')) show();
    }

    notice(text, ms = 6000) {
      clearTimeout(this.noticeTimer);
      this.noticeLine.textContent = text;
      this.noticeLine.hidden = false;
      this.noticeTimer = setTimeout(() => { this.noticeLine.hidden = true; this.noticeLine.textContent = ''; }, ms);
    }

    replaying(on) {
      this.log.setAttribute('aria-live', on ? 'off' : 'polite'); // old messages are not read out
      if (!on) this.labelLauncher();
    }

    typing(on) {
      this.agentTyping = on;
      this.offerStop(on);
      this.dots.hidden = !on || this.live.children.length > 1;
      this.follow();
    }

    /** Shown while an answer is being made. Whoever has just used it goes on writing. */
    offerStop(on) {
      const had = this.root.activeElement === this.stopButton;
      this.stopButton.hidden = !on;
      if (!on && had) this.input.focus();
    }

    stop() {
      this.chat.cancel();
      this.typing(false);
      this.notice('Stopped.', 2500);
    }

    streamed(s) {
      if (!s.el) {
        s.el = this.row();
        s.el.classList.add('them', 'starts', 'streaming');
        s.el.ocParts.who.textContent = this.config.title;
        this.live.insertBefore(s.el, this.dots);
        this.dots.hidden = true;
      }
      s.frame ??= requestAnimationFrame(() => {
        s.frame = null;
        if (!s.done) showText(s.el.ocParts.text, s.text, true);
      });
    }

    unstream(s) {
      s.done = true;
      s.el?.remove();
    }

    row() {
      const parts = {
        day: h('div', { class: 'day', hidden: true }), who: h('div', { class: 'who', dir: 'auto', 'aria-hidden': 'true' }),
        says: h('span', { class: 'sr' }), text: h('div', { class: 'text' }), extras: h('div', { class: 'extras' }),
        choices: h('div', { class: 'choices' }), meta: h('div', { class: 'meta' }),
      };
      const el = h('div', { class: 'row' }, parts.day, parts.who,
        h('div', { class: 'bubble' }, parts.says, parts.text, parts.extras), parts.choices, parts.meta);
      el.ocParts = parts;
      return el;
    }

    added(entry, i, stream) {
      if (stream) stream.done = true;
      this.empty.hidden = true;
      if (i < this.from) {
        this.from++;
        stream?.el?.remove();
        return;
      }
      entry.el = stream?.el || this.row();
      entry.el.ocEntry = entry;
      entry.el.classList.remove('streaming');
      this.changed(entry);
      this.insert(entry, i);
      this.seenBy?.observe(entry.el);
      if (entry.from !== 'me' && entry.fresh) {
        if (!this.stick) this.newCount++;
        this.labelLauncher();
      }
      this.trim();
      this.showPill();
      this.follow();
    }

    insert(entry, i) {
      this.log.insertBefore(entry.el, this.entries[i + 1]?.el || null);
      this.dress(i);
      this.dress(i + 1);
    }

    get entries() { return this.chat.entries; }

    moved(entry, from, to) {
      if (!entry.el) return;
      this.insert(entry, to);
      this.dress(Math.min(from, this.entries.length));
      this.changed(entry);
    }

    removed(entry, i) {
      entry.el?.remove();
      if (i < this.from) this.from--;
      this.dress(i);
      this.empty.hidden = this.entries.length > 0;
    }

    /** Day, sender and grouping depend on the neighbour above; index = length closes the last group. */
    dress(i) {
      const entry = this.entries[i];
      const before = this.entries[i - 1];
      const day = entry && (!before || before.at.toDateString() !== entry.at.toDateString());
      const turn = entry && before && before.episode !== entry.episode;
      const starts = !entry || !before || day || turn || before.from !== entry.from || before.name !== entry.name || entry.at - before.at > 300_000;
      before?.el?.classList.toggle('ends', starts);
      if (!entry?.el) return;
      const { day: line } = entry.el.ocParts;
      entry.el.classList.toggle('starts', starts);
      line.hidden = !day && !turn;
      line.textContent = [day && dayName(entry.at), turn && 'New conversation'].filter(Boolean).join(' \u00b7 ');
    }

    changed(entry) {
      const { el } = entry;
      if (!el) return;
      const { who, says, text, meta } = el.ocParts;
      const mine = entry.from === 'me';
      const name = mine ? 'You' : entry.name || (entry.from === 'operator' ? 'Team' : this.config.title);
      for (const c of ['me', 'them', 'operator', 'failed']) el.classList.toggle(c, c === (mine ? 'me' : 'them') || c === entry.from || c === entry.state);
      who.textContent = entry.from === 'operator' ? `${name} \u00b7 team` : name;
      says.textContent = `${name}: `;
      showText(text, entry.text, !mine);
      this.extras(entry);
      const time = h('time', { datetime: entry.at.toISOString(), title: exact.format(entry.at) }, clock.format(entry.at));
      const states = { waiting: ['clock', 'Waiting'], sending: ['clock', 'Sending'], sent: ['check', 'Sent'], failed: ['warn', entry.error || 'Not sent'] };
      const [sign, word] = states[entry.state];
      const act = (label, onclick) => h('button', { type: 'button', class: 'act', onclick }, label);
      meta.replaceChildren(time, ...(mine ? [h('span', { class: 'state' }, icon(sign), word)] : []),
        ...(entry.state === 'failed' ? [act('Retry', () => this.chat.again(entry)), act('Edit', () => this.edit(entry)), act('Discard', () => this.discard(entry))] : []));
      meta.classList.toggle('keep', entry.state !== 'sent');
      this.follow();
    }

    /** Card, files and buttons; rebuilt only when they changed, so that images do not blink. */
    extras(entry) {
      const { extras, choices } = entry.el.ocParts;
      const source = JSON.stringify([entry.card, entry.attachments, entry.files.map(u => u.name), entry.buttons, entry.chosen]);
      if (extras.ocSource === source) return;
      extras.ocSource = source;
      extras.replaceChildren(...[
        entry.card && this.card(entry.card),
        ...(entry.attachments.length ? entry.attachments.map(a => this.attachment(a)) : entry.files.map(u => this.chip(u))),
      ].filter(Boolean));
      choices.replaceChildren(...entry.buttons.map(b => {
        const chosen = entry.chosen === b.text;
        return h('button', {
          type: 'button', class: chosen ? 'choice chosen' : 'choice', dir: 'auto', disabled: entry.chosen !== undefined, 'aria-pressed': chosen ? 'true' : undefined,
          onclick: () => this.press(entry, b),
        }, chosen && icon('check'), b.text);
      }));
    }

    press(entry, b) {
      entry.chosen = b.text;
      this.changed(entry);
      this.stick = true;
      this.chat.send(b.text, [], b.value);
      this.input.focus(); // the pressed button is disabled now and would lose the focus to the page
    }

    attachment(a) {
      const href = safeUrl(a.url, this.config.base);
      const name = a.name || 'file';
      const note = h('span', { class: 'note' }, humanSize(a.size));
      const attributes = { href, download: name, target: '_blank', rel: 'noopener noreferrer nofollow' };
      if (!href) return h('div', { class: 'chip' }, icon('file'), h('div', { class: 'label' }, h('span', { class: 'name', dir: 'auto' }, name), note));
      const chip = () => h('a', { class: 'chip', ...attributes }, icon('file'), h('div', { class: 'label' }, h('span', { class: 'name', dir: 'auto', title: name }, name), note));
      if (!IMAGES.test(a.contentType || '')) return chip();
      const box = h('a', { class: 'picture', ...attributes, title: name });
      box.append(h('img', { src: href, alt: name, loading: 'lazy', decoding: 'async', referrerpolicy: 'no-referrer', onerror: () => box.replaceWith(chip()) }));
      return box;
    }

    card(c) {
      const image = c.imageUrl && safeUrl(c.imageUrl, this.config.base);
      return h('div', { class: 'card' },
        image && h('img', { src: image, alt: '', loading: 'lazy', referrerpolicy: 'no-referrer', onerror: e => e.target.remove() }),
        c.title && h('p', { class: 'head', dir: 'auto' }, c.title),
        c.text && inline(h('p', { dir: 'auto' }), c.text, true),
        c.fields?.length && h('dl', null, ...c.fields.flatMap(f => [h('dt', { dir: 'auto' }, f.name), inline(h('dd', { dir: 'auto' }), String(f.value ?? ''), false)])));
    }

    edit(entry) {
      const text = entry.text || '';
      this.drafts.push(...entry.files.filter(u => u.file && u.state !== 'failed'));
      this.chat.unqueue(entry);
      this.chat.remove(entry);
      this.input.value = [text, this.input.value].filter(Boolean).join('\n');
      this.showTray();
      this.typed(true);
      this.input.focus();
    }

    discard(entry) {
      this.chat.discard(entry);
      this.input.focus();
    }

    // -------- scrolling

    scrolled() {
      const { scrollTop, scrollHeight, clientHeight } = this.scroller;
      // Only the reader moves up; a burst of messages or a trimmed top must not look like it.
      if (scrollHeight - scrollTop - clientHeight < 48) this.stick = true;
      else if (scrollTop < this.lastTop && scrollHeight >= this.lastHeight) this.stick = false;
      this.lastTop = scrollTop;
      this.lastHeight = scrollHeight;
      if (this.stick) this.newCount = 0;
      this.showPill();
    }

    showPill() {
      this.pill.hidden = this.stick;
      this.pillText.textContent = this.newCount ? `${this.newCount} new ${this.newCount === 1 ? 'message' : 'messages'}` : 'To the newest';
    }

    follow() {
      if (!this.stick || this.following) return;
      this.following = requestAnimationFrame(() => {
        this.following = null;
        if (this.stick) this.scroller.scrollTop = this.scroller.scrollHeight;
      });
    }

    toBottom() {
      this.stick = true;
      this.newCount = 0;
      this.showPill();
      this.follow();
      if (this.root.activeElement === this.pill) this.scroller.focus();
    }

    /** Keeps the DOM to the newest rows, but takes nothing away from someone who reads further up. */
    trim() {
      if (!this.stick || this.entries.length - this.from <= PAGE + 50) return;
      const keep = this.entries.length - PAGE;
      for (let i = this.from; i < keep; i++) {
        this.entries[i].el?.remove();
        this.entries[i].el = null;
      }
      this.from = keep;
      this.earlier.hidden = false;
    }

    showEarlier() {
      const height = this.scroller.scrollHeight;
      const top = this.scroller.scrollTop;
      const from = Math.max(0, this.from - PAGE);
      this.stick = false;
      this.log.setAttribute('aria-live', 'off');
      for (let i = this.from - 1; i >= from; i--) {
        const entry = this.entries[i];
        entry.el = this.row();
        entry.el.ocEntry = entry;
        this.changed(entry);
        this.log.insertBefore(entry.el, this.entries[i + 1].el);
      }
      for (let i = from; i <= this.from; i++) this.dress(i);
      this.from = from;
      this.earlier.hidden = from === 0;
      this.scroller.scrollTop = top + this.scroller.scrollHeight - height;
      this.scroller.focus({ preventScroll: true });
      setTimeout(() => this.log.setAttribute('aria-live', 'polite'), 500);
    }
  }

  // ---------------------------------------------------------------- look

  const DARK = `--ground:#1d1a18;--surface:#282421;--line:#3d3733;--edge:#857b72;--ink:#f2ede6;--quiet:#b3a99e;--accent:#f07a55;
    --on:#1d1a18;--strong:#f8a387;--tint:#4b2b20;--bad:#ff9d8f;--shade:rgb(0 0 0/.5);color-scheme:dark`;

  const CSS_TEXT = `
  :host{all:initial!important}
  :host(#openclaw-chat){display:block!important}
  *,*::before,*::after{box-sizing:border-box}
  [hidden]{display:none!important}
  .shell{--ground:#faf8f5;--surface:#fff;--line:#e8e2d9;--edge:#8d8378;--ink:#2a2520;--quiet:#6a6158;--accent:#e4572e;
    --on:#fff;--strong:#b5400f;--tint:#fce7de;--bad:#b3261e;--shade:rgb(60 45 30/.18);color-scheme:light;
    font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;color:var(--ink);
    -webkit-text-size-adjust:100%;text-align:start}
  .shell[data-theme=dark]{${DARK}}
  @media (prefers-color-scheme:dark){.shell[data-theme=auto]{${DARK}}}
  svg{width:20px;height:20px;flex:none;fill:none;stroke:currentColor;stroke-width:1.6;stroke-linecap:round;stroke-linejoin:round}
  button,textarea{font:inherit;color:inherit;margin:0}
  button{cursor:pointer;touch-action:manipulation}
  button:disabled{cursor:default}
  p,h2,ul,ol,dl,dd,blockquote,pre{margin:0;padding:0}
  :focus-visible{outline:2px solid var(--strong);outline-offset:2px}
  .panel:focus,.panel:focus-visible{outline:none}
  .sr{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}

  .launcher{position:fixed;z-index:2147483000;bottom:max(20px,env(safe-area-inset-bottom));width:56px;height:56px;border:0;border-radius:28px;
    display:grid;place-items:center;background:var(--accent);color:var(--on);box-shadow:0 4px 16px var(--shade);transition:transform .15s}
  .launcher svg{width:26px;height:26px}
  .launcher:hover{transform:translateY(-2px)}
  .launcher:focus-visible{outline:3px solid var(--ink)}
  .right .launcher{right:max(20px,env(safe-area-inset-right))}
  .left .launcher{left:max(20px,env(safe-area-inset-left))}
  .badge{position:absolute;top:-4px;inset-inline-end:-4px;min-width:22px;height:22px;padding:0 6px;border-radius:11px;background:#2a2520;color:#fff;
    font-size:12px;font-weight:600;line-height:22px;text-align:center}

  .panel{display:flex;flex-direction:column;background:var(--ground);overflow:hidden;position:fixed;z-index:2147483001}
  .widget .panel{bottom:calc(max(20px,env(safe-area-inset-bottom)) + 68px);width:400px;height:min(640px,calc(100vh - 112px));border:1px solid var(--line);
    border-radius:8px;box-shadow:0 12px 40px var(--shade);animation:rise .16s ease-out}
  .right .panel{right:max(20px,env(safe-area-inset-right))}
  .left .panel{left:max(20px,env(safe-area-inset-left))}
  .page .panel{left:0;right:0;top:var(--top,0px);height:var(--h,100dvh);width:auto}
  @keyframes rise{from{opacity:0;transform:translateY(8px)}}

  header{display:flex;align-items:center;gap:10px;min-height:56px;padding:6px max(8px,env(safe-area-inset-right)) 6px max(16px,env(safe-area-inset-left));
    border-bottom:1px solid var(--line)}
  header h2{flex:1;min-width:0;font-size:16px;font-weight:600;line-height:1.3;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
  .mark{display:grid;place-items:center;width:32px;height:32px;border-radius:8px;background:var(--tint);color:var(--strong)}
  .plain{display:grid;place-items:center;flex:none;width:44px;height:44px;padding:0;border:0;border-radius:8px;background:none;color:var(--quiet)}
  .plain:hover{background:var(--tint);color:var(--ink)}

  .line{display:flex;gap:8px;align-items:center;padding:8px 16px;font-size:13px;line-height:1.4;background:var(--surface);border-bottom:1px solid var(--line)}
  .line svg{width:16px;height:16px;color:var(--strong)}

  .middle{position:relative;flex:1;min-height:0;display:flex}
  .scroll{flex:1;min-width:0;overflow-y:auto;overflow-x:hidden;overscroll-behavior:contain;overflow-anchor:none;scrollbar-width:thin}
  .scroll:focus-visible{outline-offset:-2px}
  .content{display:flex;flex-direction:column;min-height:100%;padding:16px max(16px,env(safe-area-inset-right)) 12px max(16px,env(safe-area-inset-left))}
  .log,.live{display:flex;flex-direction:column}
  .earlier{align-self:center;min-height:44px;padding:0 16px;border:0;border-radius:8px;background:none;color:var(--strong);font-size:13px}
  .earlier:hover{background:var(--tint)}
  .empty{margin:auto;padding:32px 16px;text-align:center;color:var(--quiet)}
  .empty svg{width:32px;height:32px;stroke-width:1.3}
  .empty p{margin-top:8px}
  .pill{position:absolute;bottom:8px;left:50%;transform:translateX(-50%);display:flex;gap:6px;align-items:center;min-height:44px;padding:0 16px 0 12px;
    border:1px solid var(--line);border-radius:22px;background:var(--surface);box-shadow:0 2px 10px var(--shade);font-size:13px;white-space:nowrap}
  .pill svg{width:16px;height:16px;color:var(--strong)}

  .row{display:flex;flex-direction:column;align-items:flex-start;margin-top:3px}
  .row.starts{margin-top:14px}
  .row:first-child{margin-top:0}
  .row.me{align-items:flex-end}
  .day{align-self:center;margin:10px 0 14px;font-size:12px;color:var(--quiet)}
  .who,.meta{font-size:12px;line-height:1.5;color:var(--quiet)}
  .who{display:none;margin:0 2px 3px;max-width:100%;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
  .them.starts .who{display:block}
  .operator .who{color:var(--strong)}
  .bubble{position:relative;max-width:88%;min-width:0;padding:8px 12px;border:1px solid var(--line);border-radius:8px;background:var(--surface);overflow-wrap:anywhere}
  .me .bubble{background:var(--tint);border-color:transparent}
  .operator .bubble{border-inline-start:2px solid var(--strong)}
  .failed .bubble{border-color:var(--bad)}
  .text>*+*{margin-top:8px}
  .text p,.text li,blockquote,dd,.card p{white-space:pre-wrap}
  .text ul,.text ol{padding-inline-start:22px}
  .head{font-weight:600}
  blockquote{padding-inline-start:10px;border-inline-start:2px solid var(--line);color:var(--quiet)}
  a{color:var(--strong);text-underline-offset:2px;unicode-bidi:isolate}
  code{font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;background:var(--ground);border-radius:4px;padding:1px 4px}
  .me code{background:none}
  pre,.wide{overflow-x:auto;max-width:100%;scrollbar-width:thin}
  pre{padding:10px 12px;border:1px solid var(--line);border-radius:8px;background:var(--ground)}
  pre code{padding:0;background:none;white-space:pre;overflow-wrap:normal}
  table{border-collapse:collapse;font-size:14px;overflow-wrap:normal}
  th,td{padding:4px 10px;border:1px solid var(--line);text-align:start;font-weight:400}
  th{font-weight:600}
  .meta{display:none;flex-wrap:wrap;gap:0 8px;align-items:center;margin:3px 2px 0}
  .me .meta{justify-content:flex-end}
  .ends .meta,.meta.keep{display:flex}
  .state{display:inline-flex;gap:3px;align-items:center}
  .state svg{width:13px;height:13px}
  .failed .state{color:var(--bad)}
  .act{min-height:44px;min-width:44px;padding:0 4px;border:0;border-radius:8px;background:none;color:var(--strong);text-decoration:underline;text-underline-offset:2px}
  .streaming .text>:last-child::after{content:"";display:inline-block;width:7px;height:14px;margin-inline-start:3px;border-radius:2px;background:var(--accent);
    vertical-align:-2px;animation:blink 1s steps(2) infinite}
  @keyframes blink{50%{opacity:0}}
  .dots{margin-top:14px}
  .dots .bubble{display:flex;gap:5px;padding:14px}
  .dots i{width:7px;height:7px;border-radius:50%;background:var(--quiet);animation:dot 1.2s infinite}
  .dots i:nth-child(2){animation-delay:.15s}
  .dots i:nth-child(3){animation-delay:.3s}
  @keyframes dot{0%,60%,100%{opacity:.3}30%{opacity:1}}

  .extras{display:flex;flex-direction:column;gap:8px}
  .text:not(:empty)+.extras:not(:empty){margin-top:8px}
  .choices:not(:empty){display:flex;flex-wrap:wrap;gap:8px;margin-top:8px}
  .choice{display:inline-flex;gap:6px;align-items:center;min-height:44px;max-width:100%;padding:8px 14px;border:1px solid var(--strong);border-radius:8px;background:var(--surface);
    color:var(--strong);text-align:start;overflow-wrap:anywhere}
  .choice:hover:enabled{background:var(--tint)}
  .choice:disabled{border-color:var(--line);color:var(--quiet)}
  .choice.chosen{background:var(--tint);color:var(--ink)}
  .card{display:flex;flex-direction:column;gap:6px}
  .card img{max-width:100%;max-height:200px;border-radius:6px;object-fit:cover}
  dl{display:grid;grid-template-columns:minmax(0,auto) minmax(0,1fr);gap:2px 14px;font-size:14px}
  dt{color:var(--quiet)}
  .picture img{display:block;max-width:100%;max-height:260px;min-height:40px;border-radius:6px}
  .chip{display:flex;gap:10px;align-items:center;min-height:44px;min-width:0;padding:6px 10px;border:1px solid var(--line);border-radius:8px;background:var(--surface);
    color:inherit;text-decoration:none}
  a.chip:hover{border-color:var(--edge)}
  .chip>img{width:40px;height:40px;border-radius:6px;object-fit:cover}
  .chip .label{display:flex;flex-direction:column;min-width:0;flex:1;line-height:1.35}
  .chip .name{font-size:14px;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
  .chip .note{font-size:12px;color:var(--quiet)}
  .chip.bad{border-color:var(--bad)}
  .chip.bad .note{color:var(--bad)}
  progress{width:100%;height:4px;margin-top:4px;accent-color:var(--accent)}

  .composer{border-top:1px solid var(--line);padding:8px max(8px,env(safe-area-inset-right)) max(8px,env(safe-area-inset-bottom)) max(8px,env(safe-area-inset-left))}
  .tray{display:flex;flex-direction:column;gap:6px;max-height:180px;overflow-y:auto;margin-bottom:8px}
  .tray .chip{padding-inline-end:2px}
  .entry{display:flex;gap:4px;align-items:flex-end}
  textarea{flex:1;min-width:0;min-height:44px;max-height:160px;padding:9px 12px;border:1px solid var(--edge);border-radius:8px;background:var(--surface);
    font-size:16px;line-height:1.5;resize:none;outline-offset:0;overflow-y:auto;scrollbar-width:thin}
  textarea::placeholder{color:var(--quiet);opacity:1}
  textarea:focus{outline:2px solid var(--strong);outline-offset:-1px;border-color:transparent}
  .send{display:grid;place-items:center;flex:none;width:44px;height:44px;margin-inline-start:4px;padding:0;border:0;border-radius:8px;background:var(--accent);color:var(--on)}
  .send:disabled{background:var(--line);color:var(--quiet)}
  .drop{position:absolute;inset:8px;display:grid;place-items:center;border:2px dashed var(--strong);border-radius:8px;background:var(--ground);opacity:.95;pointer-events:none}

  .page .content{width:100%;max-width:800px;margin-inline:auto}
  .page .composer>*{width:100%;max-width:768px;margin-inline:auto}
  @media (min-width:561px){.page .bubble{max-width:80%}}
  @media (max-width:560px){
    .widget .panel{left:0;right:0;bottom:auto;top:var(--top,0px);width:auto;height:var(--h,100dvh);border:0;border-radius:0}
    .widget header{padding-top:max(6px,env(safe-area-inset-top))}
    .widget.open .launcher{display:none}
  }
  .page header{padding-top:max(6px,env(safe-area-inset-top))}
  @media (prefers-reduced-motion:reduce){*,*::before,*::after{animation:none!important;transition:none!important}}
  @media (forced-colors:active){.bubble,.launcher,.send{border:1px solid}}
  `;

  // ---------------------------------------------------------------- start

  function readConfig(data, base) {
    const query = data.mode === 'page' ? new URLSearchParams(location.search) : null;
    return {
      base,
      channel: data.channel,
      conversation: data.conversation || query?.get('conversation') || 'main',
      thread: data.thread || query?.get('thread') || '',
      title: data.title || 'Chat',
      theme: ['light', 'dark'].includes(data.theme) ? data.theme : 'auto',
      token: data.token || null,
      position: data.position,
      maxUpload: Number(data.maxUpload) || 0,
      mode: data.mode === 'page' ? 'page' : 'widget',
    };
  }

  function start() {
    const page = document.getElementById('openclaw-chat');
    const tag = script?.dataset.channel ? script : page || document.querySelector('script[src*="widget.js"][data-channel]');
    if (!tag?.dataset.channel) return console.warn('OpenClaw chat: no data-channel on the script tag.');
    const base = new URL('.', script?.src || tag.src || location.href).href;
    const config = readConfig(tag.dataset, base);
    let host = page;
    if (config.mode === 'widget') {
      // Single-page hosts run the tag again on navigation; one launcher is enough.
      if ([...document.querySelectorAll('openclaw-chat')].some(e => e.dataset.channel === config.channel)) return;
      host = document.body.appendChild(h('openclaw-chat', { 'data-channel': config.channel }));
    }
    const view = new View(config, host);
    window.OpenClawChat ??= {
      open: () => view.open(),
      close: () => view.close(),
      setToken: jwt => view.chat.setToken(jwt),
    };
  }

  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', start, { once: true });
  else start();
})();
