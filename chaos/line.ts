import { once } from 'node:events';
import net, { type Socket } from 'node:net';
import { freePort } from '../bench/free-port.js';

/** How it is. `cut`: connections end and nobody answers; `silent`: they stay, and nothing comes through any more. */
type Mode = 'pass' | 'cut' | 'silent';

interface Pair {
  readonly near: Socket;
  readonly far: Socket;
  isLost: boolean;
}

/** The line to PostgreSQL, which can be cut, fall silent, or be slow. */
export class Line {
  readonly port: number;
  #server: net.Server;
  #mode: Mode = 'pass';
  /** How much later than sent each answer arrives. */
  #delayMs = 0;
  readonly #pairs = new Set<Pair>();
  readonly #targetPort: number;

  private constructor(port: number, targetPort: number) {
    this.port = port;
    this.#targetPort = targetPort;
  }

  static async start(targetPort: number): Promise<Line> {
    const line = new Line(await freePort(), targetPort);
    await line.#listen();
    return line;
  }

  /** Connections that have fallen silent stay so for ever, as behind a router that has forgotten them. */
  async set({ mode = 'pass', delayMs = 0 }: { mode?: Mode; delayMs?: number } = {}): Promise<void> {
    this.#mode = mode;
    this.#delayMs = delayMs;
    if (mode === 'cut') await this.end();
    else if (!this.#server.listening) await this.#listen();
    if (mode === 'silent') for (const pair of this.#pairs) pair.isLost = true;
  }

  async end(): Promise<void> {
    for (const { near, far } of this.#pairs) for (const socket of [near, far]) socket.destroy();
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #listen() {
    this.#server = net.createServer((near) => this.#join(near)).listen(this.port, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  #join(near: Socket) {
    const far = net.connect(this.#targetPort, '127.0.0.1');
    const pair = { near, far, isLost: this.#mode === 'silent' };
    this.#pairs.add(pair);
    const join = (from: Socket, to: Socket, isAnswer: boolean) => {
      from.on('data', (chunk) => {
        const pass = () => !pair.isLost && !to.destroyed && to.write(chunk);
        if (isAnswer && this.#delayMs > 0) setTimeout(pass, this.#delayMs);
        else pass();
      });
      from.on('error', () => {});
      from.once('close', () => {
        this.#pairs.delete(pair);
        to.destroy();
      });
    };
    join(near, far, false);
    join(far, near, true);
  }
}
