// What follows the pointer and the keys in a chart (Controls/Charts/TimeChart.razor). Values stand at the legend's entries and are read when asked for, as the
// page draws them anew while it is looked at.
const full = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit' });

const short = value => value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 2 : value < 100 ? 1 : 0 });

const duration = ms => {
  if (ms < 1000) return `${ms.toLocaleString('en', { maximumFractionDigits: ms < 10 ? 1 : 0 })} ms`;
  if (ms < 60000) return `${(ms / 1000).toLocaleString('en', { maximumFractionDigits: 1 })} s`;
  if (ms < 3600000) return `${Math.floor(ms / 60000)} min ${Math.floor(ms / 1000) % 60} s`;
  return `${Math.floor(ms / 3600000)} h ${Math.floor(ms / 60000) % 60} min`;
};

const tell = (text, unit) => text === '' ? 'not recorded' : unit === 'ms' ? duration(Number(text)) : unit === 'percent' ? `${short(Number(text))} %` : short(Number(text));

/** A chart is read by pointer, touch, or the arrow keys. */
export function start(chart) {
  if (!chart) return;
  const count = () => Number(chart.dataset.count);
  let shown = null;

  const hide = () => {
    const plot = chart.querySelector('[data-plot]');
    if (!plot) return;
    plot.querySelector('[data-tip]').hidden = true;
    plot.querySelector('[data-cursor]').setAttribute('d', 'M0 0');
    shown = null;
  };

  const show = index => {
    const plot = chart.querySelector('[data-plot]');
    if (!plot || count() === 0) return;
    shown = Math.max(0, Math.min(count() - 1, index));
    const at = new Date(Number(chart.dataset.from) + shown * Number(chart.dataset.step) * 1000);
    const lines = [...chart.querySelectorAll('[data-line]:not([data-hidden])')].map(line => `${line.dataset.line}: ${tell(line.dataset.values.split(',')[shown] ?? '', chart.dataset.unit)}`);
    const tip = plot.querySelector('[data-tip]');
    const head = document.createElement('strong');
    head.textContent = full.format(at);
    tip.replaceChildren(head, ...lines.map(text => Object.assign(document.createElement('span'), { textContent: text, dir: 'auto' })));
    tip.hidden = false;
    const share = count() > 1 ? shown / (count() - 1) : 0.5;
    const room = plot.clientWidth - tip.offsetWidth;
    const x = share * plot.clientWidth;
    tip.style.left = `${Math.max(0, Math.min(room, x > plot.clientWidth / 2 ? x - tip.offsetWidth - 12 : x + 12))}px`;
    plot.querySelector('[data-cursor]').setAttribute('d', `M${share * 1000} 0V200`);
    plot.setAttribute('aria-valuenow', shown);
    plot.setAttribute('aria-valuetext', `${full.format(at)}. ${lines.join('; ')}`);
  };

  const under = event => {
    const plot = event.target.closest('[data-plot]');
    if (!plot) return null;
    const box = plot.getBoundingClientRect();
    return Math.round((event.clientX - box.left) / box.width * (count() - 1));
  };

  // at the chart itself: the plot comes and goes with the table
  for (const kind of ['pointermove', 'pointerdown'])
    chart.addEventListener(kind, event => {
      const index = under(event);
      if (index !== null) show(index);
      else if (shown !== null && !chart.querySelector('[data-plot]:focus-visible')) hide();
    });
  chart.addEventListener('pointerleave', hide);
  chart.addEventListener('focusin', event => { if (event.target.matches('[data-plot]:focus-visible')) show(count() - 1); });
  chart.addEventListener('focusout', hide);
  chart.addEventListener('keydown', event => {
    if (!event.target.matches('[data-plot]')) return;
    const now = shown ?? count() - 1;
    const next = { ArrowLeft: now - 1, ArrowDown: now - 1, ArrowRight: now + 1, ArrowUp: now + 1, PageUp: now + 10, PageDown: now - 10, Home: 0, End: count() - 1 }[event.key];
    if (event.key === 'Escape') hide();
    if (next === undefined) return;
    event.preventDefault();
    show(next);
  });
}
