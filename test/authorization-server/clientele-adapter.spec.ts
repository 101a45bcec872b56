import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Told, WholeClient } from '../../examples/authorization-server/clientele.js';
import { ClienteleAdapter } from '../../examples/authorization-server/clientele-adapter.js';
import { aWholeClient } from './a-whole-client.js';

/** A little more than the second in which an instance of Clientele may still answer with what was. */
const SETTLED_MS = 1200;
const OLD_URI = 'https://app.example.com/old';
const NEW_URI = 'https://app.example.com/new';
const SUSPENSION = {
  reason: null,
  until: null,
  since: '2026-03-01T12:00:00.000Z',
  by: '6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e',
};

/** Clientele with one client, whose record and whose feed are in the test's hands. */
class FakeClientele {
  redirectUri = OLD_URI;
  suspension: WholeClient['suspension'] = null;
  reads = 0;
  isAway = false;
  private readonly feed = new EventTarget();

  async read(clientId: string): Promise<WholeClient | undefined> {
    this.reads += 1;
    if (this.isAway) throw new Error('away');
    if (clientId !== 'my-app') return undefined;
    return aWholeClient({ clientId, redirectUris: [this.redirectUri], suspension: this.suspension });
  }

  async *changes(): AsyncGenerator<Told> {
    yield { event: 'position' };
    for (;;) {
      const [{ detail }] = (await once(this.feed, 'told')) as [CustomEvent<Told | null>];
      if (detail === null) return;
      yield detail;
    }
  }

  async tells(clientId: string | null): Promise<void> {
    const detail: Told = { event: 'change', action: 'client.changed', clientId };
    this.feed.dispatchEvent(new CustomEvent('told', { detail }));
    await sleep(10);
  }

  async hangsUp(): Promise<void> {
    this.feed.dispatchEvent(new CustomEvent('told', { detail: null }));
    await sleep(10);
  }
}

describe('the adapter of the example’s authorization server', () => {
  let clientele: FakeClientele;
  let adapter: ClienteleAdapter;
  const uri = async () => (await adapter.find('my-app'))!.redirect_uris[0];
  const follow = async () => {
    void adapter.follow(() => {});
    await sleep(SETTLED_MS);
  };

  beforeEach(() => {
    clientele = new FakeClientele();
    adapter = new ClienteleAdapter(clientele);
  });

  it('remembers nothing before it hears of changes, and nothing any more when it does not', async () => {
    await uri();
    await uri();
    expect(clientele.reads).toBe(2);

    await follow();
    await uri();
    await uri();
    expect(clientele.reads).toBe(3);

    await clientele.hangsUp();
    await uri();
    await uri();
    expect(clientele.reads).toBe(5);
  });

  it('forgets a client that has changed, and no other', async () => {
    await follow();
    expect(await uri()).toBe(OLD_URI);
    clientele.redirectUri = NEW_URI;
    await clientele.tells('another-app');
    expect(await uri()).toBe(OLD_URI);
    await clientele.tells('my-app');
    expect(await uri()).toBe(NEW_URI);
  });

  it('finds no client that is suspended, until it hears that it was resumed', async () => {
    await follow();
    expect(await uri()).toBe(OLD_URI);
    clientele.suspension = SUSPENSION;
    await clientele.tells('my-app');
    expect(await adapter.find('my-app')).toBeUndefined();
    expect(await adapter.find('my-app')).toBeUndefined();
    expect(clientele.reads).toBe(2);
    clientele.suspension = null;
    await clientele.tells('my-app');
    expect(await uri()).toBe(OLD_URI);
  });

  it('asks once more when no instance can answer any more with what was before', async () => {
    await follow();
    await clientele.tells('my-app');
    expect(await uri()).toBe(OLD_URI);
    clientele.redirectUri = NEW_URI;
    await sleep(SETTLED_MS);
    expect(await uri()).toBe(NEW_URI);
  });

  it('forgets all clients when something happens to their domain', async () => {
    await follow();
    await uri();
    await adapter.find('another-app');
    await clientele.tells(null);
    await uri();
    await adapter.find('another-app');
    expect(clientele.reads).toBe(4);
  });

  it('remembers that there is no such client, but not that nobody could tell', async () => {
    await follow();
    expect(await adapter.find('another-app')).toBeUndefined();
    expect(await adapter.find('another-app')).toBeUndefined();
    expect(clientele.reads).toBe(1);

    clientele.isAway = true;
    await expect(adapter.find('my-app')).rejects.toThrow('away');
    clientele.isAway = false;
    expect(await uri()).toBe(OLD_URI);
  });
});
