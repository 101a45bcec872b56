import { setTimeout as sleep } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { type Metadata, metadataOf } from './client-metadata.js';
import type { Clientele, Told, WholeClient } from './clientele.js';

type Found = Promise<Metadata | undefined>;

const RETRY_MS = 1000;
/** An instance of Clientele knows at the latest after so long what was written through another one. */
const COHERENCE_MS = 1000;

/**
 * oidc-provider's adapter for its model `Client`. Finds no client that is suspended. Remembers clients, forgets each when it
 * hears that it has changed, and remembers none while it hears nothing.
 */
export class ClienteleAdapter {
  readonly #clientele: Pick<Clientele, 'read' | 'changes'>;
  readonly #known = new LRUCache<string, Found>({ max: 10_000 });
  #trusts = false;

  constructor(clientele: Pick<Clientele, 'read' | 'changes'>) {
    this.#clientele = clientele;
  }

  find(clientId: string): Found {
    const known = this.#known.get(clientId);
    if (known) return known;
    const found = this.#clientele.read(clientId).then(usable);
    if (this.#trusts) this.#remember(clientId, found);
    return found;
  }

  /** Follows the change feed for as long as the process lives. `tell` is told what comes. */
  async follow(tell: (what: Told | { readonly event: 'lost'; readonly reason: string }) => void): Promise<never> {
    for (;;) {
      let settled: NodeJS.Timeout | undefined;
      try {
        for await (const change of this.#clientele.changes()) {
          // What was written just before may not have reached all instances.
          settled ??= setTimeout(() => {
            this.#trusts = true;
          }, COHERENCE_MS);
          if (change.event === 'change') this.#forget(change.clientId);
          tell(change);
        }
      } catch (error) {
        const { cause, message } = error as Error;
        tell({ event: 'lost', reason: cause instanceof Error ? cause.message : message });
      }
      clearTimeout(settled);
      this.#trusts = false;
      this.#known.clear();
      await sleep(RETRY_MS);
    }
  }

  #remember(clientId: string, found: Found): void {
    this.#known.set(clientId, found);
    found.catch(() => {
      if (this.#known.get(clientId) === found) this.#known.delete(clientId);
    });
  }

  /** Twice: at once, and when no instance can answer with what was before. Changes of the whole domain name no client. */
  #forget(clientId: string | null): void {
    const forget = () => (clientId === null ? this.#known.clear() : this.#known.delete(clientId));
    forget();
    setTimeout(forget, COHERENCE_MS);
  }
}

/** A suspended client is none until it is resumed: it gets no login, no tokens and no refresh, and its tokens are refused. */
function usable(client: WholeClient | undefined): Metadata | undefined {
  return client && !client.suspension ? metadataOf(client) : undefined;
}
