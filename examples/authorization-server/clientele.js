import { EventSourceParserStream } from 'eventsource-parser/stream';
import { apiClient } from '../../dist/libs/api-client/src/index.js';

const CLIENT_ID = /^[a-z0-9-]{1,128}$/;
const TIMEOUT_MS = 5000;
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

  /** All that there is of the client but its secrets, in the words of both APIs; undefined = there is none. */
  async read(clientId) {
    // Whatever else somebody asks for: it is nobody's id, and must not become a path.
    if (!CLIENT_ID.test(clientId)) return undefined;
    const path = { domain: this.#domain, clientId };
    const answer = await this.#api.GET('/admin/domains/{domain}/clients/{clientId}', { params: { path } });
    return answer.response.status === 404 ? undefined : dataOf(answer);
  }

  /** Whether this is a secret of the client that is good at this moment. */
  async verify(clientId, secret) {
    const verification = '/v1/domain/{domain}/client/{clientId}/secrets/verify';
    const path = { domain: this.#domain, clientId };
    return dataOf(await this.#api.POST(verification, { params: { path }, body: { secret } })).valid;
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
