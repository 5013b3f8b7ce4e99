// Starts the circuit, tries again without end, and loads the page anew when the server no longer knows the circuit: state is in the URL.
(() => {
  'use strict';
  // loaded now: when it is needed the gateway may have gone
  const drafts = import('./drafts.js');
  // a changed form would ask whether to leave, yet its text is kept; listening before Blazor does, so that it is not asked
  let reloading = false;
  addEventListener('beforeunload', (event) => { if (reloading) event.stopImmediatePropagation(); });
  const reload = async () => {
    (await drafts).save();
    reloading = true;
    location.reload();
  };

  if (window.Blazor) {
    Blazor.start({
      circuit: {
        reconnectionOptions: { maxRetries: 100000, retryIntervalMilliseconds: (attempt) => (attempt === 0 ? 0 : Math.min(500 * attempt, 5000)) },
      },
    });
  }

  const modal = document.getElementById('components-reconnect-modal');
  if (!modal) return;
  new MutationObserver(() => {
    if (modal.classList.contains('components-reconnect-rejected') || modal.classList.contains('components-reconnect-failed')) reload();
  }).observe(modal, { attributes: true, attributeFilter: ['class'] });
})();
