import type { Client, ClientPage } from '#clients';

interface Body {
  readonly head: string;
  readonly bytes: Buffer;
  /** The part of them that lists the clients. */
  readonly items: Buffer;
}

/**
 * The bytes of lists, for as long as the page that they show is remembered: one that comes again is neither put
 * together nor encoded anew, which for a list of 100 takes longer than all the rest.
 */
export class ListBodies {
  private readonly bodies = new WeakMap<ClientPage['clients'], Body>();

  constructor(private readonly view: (client: Client) => object) {}

  /** `head`: JSON text of an object with what comes before the clients, without its last brace. There is at least one client. */
  bytesOf(clients: ClientPage['clients'], head: string): Buffer {
    const known = this.bodies.get(clients);
    if (known?.head === head) return known.bytes;
    const body = bodyOf(head, known?.items ?? Buffer.from(JSON.stringify(clients.map(this.view))));
    this.bodies.set(clients, body);
    return body.bytes;
  }
}

/** Both relations hold the same items. */
function bodyOf(head: string, items: Buffer): Body {
  const start = Buffer.from(`${head},"_embedded":{"ec:acc/client":`);
  const bytes = Buffer.concat([start, items, Buffer.from(',"ec:client":'), items, Buffer.from('}}')]);
  return { head, bytes, items: bytes.subarray(start.length, start.length + items.length) };
}
