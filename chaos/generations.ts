import { call, type Target } from './call.js';

const PAUSE_MS = 5;

/** One writer that counts up in one client, and readers who must never see less than was acknowledged or seen before they asked. */
export class Generations {
  readonly wentBack: string[] = [];
  #highest = 0;
  #isOver = false;
  readonly #running: Promise<void>[];

  constructor(server: Target, clientId: string, readers = 3) {
    const path = `/v1/domain/default/client/${clientId}`;
    this.#running = [
      this.#write(server, path),
      ...Array.from({ length: readers }, () => this.#read(server, path, clientId)),
    ];
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#running);
  }

  async #write(server: Target, path: string) {
    const body = { clientType: 'Public', grantType: 'AuthorizationCode', redirectUris: ['https://app.example.com/'] };
    for (let n = 1; !this.#isOver; n += 1) {
      const { status } = await call(server, 'PUT', path, { body: { ...body, scope: `n${n}` } });
      if (status === 200) this.#highest = Math.max(this.#highest, n);
      await new Promise((done) => setTimeout(done, PAUSE_MS));
    }
  }

  async #read(server: Target, path: string, clientId: string) {
    while (!this.#isOver) {
      const floor = this.#highest;
      const { status, body } = await call<{ scope: string }>(server, 'GET', path);
      const seen = status === 200 ? Number(body.scope.slice(1)) : Number.NaN;
      if (status === 404 && floor > 0) this.wentBack.push(`${clientId} was gone after ${floor} was acknowledged.`);
      if (seen < floor) this.wentBack.push(`${clientId} showed ${seen} after ${floor} was acknowledged or seen.`);
      if (seen > this.#highest) this.#highest = seen;
      await new Promise((done) => setTimeout(done, PAUSE_MS));
    }
  }
}
