import { EventSourceParserStream } from 'eventsource-parser/stream';

const CLIENT_ID = /^[a-z0-9-]{1,128}$/;
const TIMEOUT_MS = 5000;
/** The feed is never silent for longer than 15 seconds. */
const SILENCE_MS = 20_000;

/** What an authorization server asks of Clientele, with a credential that may `clients:read`, `secrets:verify` and `audit:read`. */
export class Clientele {
  #url;
  #apiKey;
  #domain;
  #lastEventId;

  constructor({ url, apiKey, domain }) {
    this.#url = url;
    this.#apiKey = apiKey;
    this.#domain = domain;
  }

  /** The client as both APIs show it: each names fields that the other does not know. undefined = there is none. */
  async read(clientId) {
    // Whatever else somebody asks for: it is nobody's id, and must not become a path.
    if (!CLIENT_ID.test(clientId)) return undefined;
    const views = await Promise.all([
      this.#ask(`/client?clientID=${clientId}`),
      this.#ask(`/v1/domain/${this.#domain}/client/${clientId}`),
    ]);
    if (views.some(({ status }) => status === 404)) return undefined;
    const [accounts, v1] = await Promise.all(views.map(bodyOf));
    // The accounts API shows the domain of the key, v1 the one that is named.
    if (accounts.created !== v1.createdAt) throw new Error('Two clients with one id: bind the key to one domain.');
    return { accounts, v1 };
  }

  /** Whether this is a secret of the client that is good at this moment. */
  async verify(clientId, secret) {
    const answer = await this.#ask(`/v1/domain/${this.#domain}/client/${clientId}/secrets/verify`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ secret }),
    });
    const { valid } = await bodyOf(answer);
    return valid;
  }

  /** Follows the changes until the connection is lost. Begun again, it goes on behind the last change that was seen. */
  async *changes() {
    const silence = new AbortController();
    const timer = setTimeout(() => silence.abort(new Error('The change feed fell silent.')), SILENCE_MS);
    const alive = new TransformStream({
      transform(chunk, controller) {
        timer.refresh();
        controller.enqueue(chunk);
      },
    });
    try {
      const answer = await this.#ask(`/admin/changes?domain=${this.#domain}`, {
        headers: this.#lastEventId ? { 'last-event-id': this.#lastEventId } : {},
        signal: silence.signal,
      });
      // Clientele's database has another history now: begin anew.
      if (answer.status === 400) this.#lastEventId = undefined;
      await requireOk(answer);
      const events = answer.body
        .pipeThrough(alive)
        .pipeThrough(new TextDecoderStream())
        .pipeThrough(new EventSourceParserStream());
      for await (const { id, event, data } of events) {
        this.#lastEventId = id;
        yield { event, ...JSON.parse(data) };
      }
    } finally {
      clearTimeout(timer);
    }
  }

  #ask(path, { headers, ...request } = {}) {
    return fetch(this.#url + path, {
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...request,
      headers: { 'x-api-key': this.#apiKey, ...headers },
    });
  }
}

async function bodyOf(answer) {
  await requireOk(answer);
  return answer.json();
}

async function requireOk(answer) {
  if (!answer.ok) throw new Error(`Clientele answered ${answer.status}: ${await answer.text()}`);
}
