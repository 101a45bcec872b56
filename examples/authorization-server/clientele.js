import { EventSourceParserStream } from 'eventsource-parser/stream';
import { apiClient } from '../../dist/libs/api-client/src/index.js';

const CLIENT_ID = /^[a-z0-9-]{1,128}$/;
const TIMEOUT_MS = 5000;
const V1_CLIENT = '/v1/domain/{domain}/client/{clientId}';
/** The feed is never silent for longer than 15 seconds. */
const SILENCE_MS = 20_000;

/** What an authorization server asks of Clientele, with a credential that may `clients:read`, `secrets:verify` and `audit:read`. */
export class Clientele {
  #api;
  #url;
  #apiKey;
  #domain;
  #lastEventId;

  constructor({ url, apiKey, domain }) {
    const inTime = (request) => fetch(request, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    this.#api = apiClient({ url, key: apiKey, fetch: inTime });
    this.#url = url;
    this.#apiKey = apiKey;
    this.#domain = domain;
  }

  /** The client as both APIs show it: each names fields that the other does not know. undefined = there is none. */
  async read(clientId) {
    // Whatever else somebody asks for: it is nobody's id, and must not become a path.
    if (!CLIENT_ID.test(clientId)) return undefined;
    const answers = await Promise.all([
      this.#api.GET('/client', { params: { query: { clientID: clientId } } }),
      this.#api.GET(V1_CLIENT, { params: { path: { domain: this.#domain, clientId } } }),
    ]);
    if (answers.some(({ response }) => response.status === 404)) return undefined;
    const [accounts, v1] = answers.map(dataOf);
    // The accounts API shows the domain of the key, v1 the one that is named.
    if (accounts.created !== v1.createdAt) throw new Error('Two clients with one id: bind the key to one domain.');
    return { accounts, v1 };
  }

  /** Whether this is a secret of the client that is good at this moment. */
  async verify(clientId, secret) {
    const path = { domain: this.#domain, clientId };
    return dataOf(await this.#api.POST(`${V1_CLIENT}/secrets/verify`, { params: { path }, body: { secret } })).valid;
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
      // A stream, for which a typed client is of no use.
      const answer = await fetch(`${this.#url}/admin/changes?domain=${this.#domain}`, {
        // The key goes to Clientele alone, wherever that may point.
        redirect: 'manual',
        headers: { 'x-api-key': this.#apiKey, ...(this.#lastEventId ? { 'last-event-id': this.#lastEventId } : {}) },
        signal: silence.signal,
      });
      // Clientele's database has another history now: begin anew.
      if (answer.status === 400) this.#lastEventId = undefined;
      if (!answer.ok) throw new Error(`Clientele answered ${answer.status}: ${await answer.text()}`);
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
}

function dataOf({ data, error, response }) {
  if (error !== undefined) throw new Error(`Clientele answered ${response.status}: ${JSON.stringify(error)}`);
  return data;
}
