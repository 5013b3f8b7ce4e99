// Passkeys and downloads on pages that work without a circuit. A form marked data-passkey="create|get" asks its options from
// data-passkey-options, lets the browser do the ceremony and sends what came of it in its field "Credential".
const supported = () =>
  typeof window.PublicKeyCredential?.parseCreationOptionsFromJSON === 'function' && typeof window.PublicKeyCredential?.parseRequestOptionsFromJSON === 'function';

const words = (error) => {
  switch (error?.name) {
    case 'NotAllowedError': return 'It was cancelled, or it took too long. Try again.';
    case 'InvalidStateError': return 'This device already keeps a passkey for your account.';
    case 'SecurityError': return 'The browser refuses passkeys at this address. They need https, or localhost.';
    default: return 'The browser could not do this. Try again, or use your password.';
  }
};

class Ceremony {
  constructor(form) {
    this.form = form;
    this.controller = null;
    form.hidden = false;
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.run(false);
    });
    if (form.hasAttribute('data-passkey-autofill')) this.offer();
  }

  // passkeys among the browser's suggestions for the e-mail field
  async offer() {
    if (await PublicKeyCredential.isConditionalMediationAvailable?.()) await this.run(true);
  }

  async run(conditional) {
    this.controller?.abort();
    const controller = this.controller = new AbortController();
    this.tell(null);
    try {
      const options = await this.options(controller.signal);
      const credential = this.form.dataset.passkey === 'create'
        ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options), signal: controller.signal })
        : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options), mediation: conditional ? 'conditional' : undefined, signal: controller.signal });
      this.form.querySelector('[name="Credential"]').value = JSON.stringify(credential);
      HTMLFormElement.prototype.submit.call(this.form);
    } catch (error) {
      // a click on the button takes the place of the suggestion; and a suggestion that nobody asked for does not complain
      if (error?.name !== 'AbortError' && !conditional) this.tell(error.shown ?? words(error));
    }
  }

  async options(signal) {
    const token = this.form.querySelector('[name="__RequestVerificationToken"]').value;
    const answer = await fetch(this.form.dataset.passkeyOptions, { method: 'POST', headers: { RequestVerificationToken: token }, credentials: 'same-origin', signal });
    if (answer.status === 429) throw Object.assign(new Error(), { shown: 'Too many tries. Wait a minute and try again.' });
    if (!answer.ok) throw Object.assign(new Error(), { shown: 'This page is too old. Load it again and repeat what you did.' });
    return await answer.json();
  }

  tell(text) {
    const place = this.form.querySelector('[data-passkey-fault]');
    place.textContent = text ?? '';
    place.hidden = !text;
  }
}

for (const form of document.querySelectorAll('form[data-passkey]')) {
  if (supported()) new Ceremony(form);
  else if (form.dataset.passkey === 'create') {
    form.querySelector('[data-passkey-fault]').textContent = 'This browser knows no passkeys at this address. They need https, or localhost, and a browser of the last years.';
    form.querySelector('[data-passkey-fault]').hidden = false;
    form.querySelector('button').disabled = true;
  }
}

document.addEventListener('click', (event) => {
  const button = event.target instanceof Element ? event.target.closest('[data-download]') : null;
  if (!button) return;
  const text = [...document.querySelectorAll(`${button.dataset.download} > *`)].map((item) => item.textContent.trim()).join('\n') + '\n';
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  link.download = button.dataset.filename;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
});
