import { once } from 'node:events';
import net, { type AddressInfo, type Socket } from 'node:net';
import type { Undo } from '../bench/undo.js';

/** Who listens on a port of this machine. */
interface Listening {
  readonly port: number;
}

/** What stands before several PostgreSQLs and leads to one of them. */
export class Way {
  port: number;
  #target: number;
  readonly #pairs = new Set<readonly [near: Socket, far: Socket]>();
  readonly #server = net.createServer((near) => this.#join(near));

  private constructor(target: number) {
    this.#target = target;
  }

  static async to(undo: Undo, { port }: Listening): Promise<Way> {
    const way = new Way(port);
    await once(way.#server.listen(0, '127.0.0.1'), 'listening');
    way.port = (way.#server.address() as AddressInfo).port;
    await undo.add(() => way.#close());
    return way;
  }

  /** New connections lead there; those that are open stay where they are. */
  lead({ port }: Listening): void {
    this.#target = port;
  }

  #join(near: Socket) {
    const far = net.connect(this.#target, '127.0.0.1');
    const pair = [near, far] as const;
    this.#pairs.add(pair);
    for (const socket of pair) {
      socket.on('error', () => {});
      socket.once('close', () => {
        this.#pairs.delete(pair);
        for (const each of pair) each.destroy();
      });
    }
    near.pipe(far).pipe(near);
  }

  #close() {
    this.#server.close();
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
  }
}
