import { EventSourceParserStream } from 'eventsource-parser/stream';
import { type AdminSchemas, type ApiClient, apiClient } from '../../libs/api-client/src/index.js';

/** All that there is of a client but its secrets, in the words of both APIs. */
export type WholeClient = AdminSchemas['WholeClient'];

/** What the change feed tells: that it is heard now, or that something has changed. */
export type Told = { readonly event: 'position' } | Changed;
type Changed = { readonly event: 'change' } & Pick<AdminSchemas['AuditEntry'], 'action' | 'clientId'>;

const CLIENT_ID = /^[a-z0-9-]{1,128}$/;
const TIMEOUT_MS = 5000;
/** The feed is never silent for longer than 15 seconds. */
const SILENCE_MS = 20_000;

/** What an authorization server asks of Clientele, with a credential that may `clients:read`, `secrets:verify` and `audit:read`. */
export class Clientele {
  readonly #api: ApiClient;
  readonly #url: string;
  readonly #apiKey: string;
  readonly #domain: string;
  #lastEventId: string | undefined;

  constructor({ url, apiKey, domain }: { url: string; apiKey: string; domain: string }) {
    const inTime = (request: Request) => fetch(request, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    this.#api = apiClient({ url, key: apiKey, fetch: inTime });
    this.#url = url;
    this.#apiKey = apiKey;
    this.#domain = domain;
  }

  /** undefined = there is no such client. */
  async read(clientId: string): Promise<WholeClient | undefined> {
    // Whatever else somebody asks for: it is nobody's id, and must not become a path.
    if (!CLIENT_ID.test(clientId)) return undefined;
    const path = { domain: this.#domain, clientId };
    const answer = await this.#api.GET('/admin/domains/{domain}/clients/{clientId}', { params: { path } });
    return answer.response.status === 404 ? undefined : dataOf(answer);
  }

  /** Whether this is a secret of the client that is good at this moment. */
  async verify(clientId: string, secret: string): Promise<boolean> {
    const verification = '/v1/domain/{domain}/client/{clientId}/secrets/verify';
    const path = { domain: this.#domain, clientId };
    return dataOf(await this.#api.POST(verification, { params: { path }, body: { secret } })).valid;
  }

  /** Follows the changes until the connection is lost. Begun again, it goes on behind the last change that was seen. */
  async *changes(): AsyncGenerator<Told> {
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
      const events = answer
        .body!.pipeThrough(alive)
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

/** What the typed client has been answered; throws where that is an error. */
export function dataOf<Data>({ data, error, response }: { data?: Data; error?: unknown; response: Response }): Data {
  if (error !== undefined) throw new Error(`Clientele answered ${response.status}: ${JSON.stringify(error)}`);
  return data as Data;
}
