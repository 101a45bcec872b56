import { once } from 'node:events';
import http from 'node:http';
import { OPERATOR_KEY, type TestServer } from './test-server.js';

export interface FeedEvent {
  readonly id?: string;
  readonly event?: string;
  // biome-ignore lint/suspicious/noExplicitAny: an audit entry, or a position
  readonly data?: any;
  readonly retry?: string;
  readonly comment?: string;
}

/** Somebody who follows GET /admin/changes, over a connection of its own. */
export class FeedReader {
  readonly events: FeedEvent[] = [];
  /** Settles at the end: true = the server has ended the stream properly. */
  readonly ended: Promise<boolean>;

  private constructor(readonly response: http.IncomingMessage) {
    this.ended = this.readAll();
  }

  static async open(
    server: Pick<TestServer, 'url'>,
    { key = OPERATOR_KEY, query = '', lastEventId }: { key?: string; query?: string; lastEventId?: string } = {},
  ): Promise<FeedReader> {
    const headers = { 'x-api-key': key, ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }) };
    const { port } = new URL(server.url);
    const path = `/admin/changes${query}`;
    const request = http.request({ host: '127.0.0.1', port, path, headers, agent: false }).end();
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    return new FeedReader(response);
  }

  /** The entries that were told, positions and comments left out. */
  changes(): FeedEvent[] {
    return this.events.filter(({ event }) => event === 'change');
  }

  lastId(): string {
    return this.events.findLast(({ id }) => id !== undefined)!.id!;
  }

  close(): void {
    this.response.destroy();
  }

  private async readAll(): Promise<boolean> {
    let text = '';
    try {
      for await (const chunk of this.response.setEncoding('utf8')) {
        text += chunk;
        const blocks = text.split('\n\n');
        text = blocks.pop()!;
        this.events.push(...blocks.map(parsed));
      }
      return true;
    } catch {
      return false;
    }
  }
}

function parsed(block: string): FeedEvent {
  const event: Record<string, unknown> = {};
  for (const line of block.split('\n')) {
    const [, field, value] = /^([^:]*): ?(.*)$/.exec(line)!;
    event[field || 'comment'] = field === 'data' ? JSON.parse(value!) : value;
  }
  return event;
}
