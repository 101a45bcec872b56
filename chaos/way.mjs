import { once } from 'node:events';
import net from 'node:net';

/** What stands before several PostgreSQLs and leads to one of them. */
export class Way {
  #pairs = new Set();

  static async to(undo, { port }) {
    const way = new Way();
    way.target = port;
    way.server = net.createServer((near) => way.#join(near)).listen(0, '127.0.0.1');
    await once(way.server, 'listening');
    way.port = way.server.address().port;
    await undo.add(() => way.#close());
    return way;
  }

  /** New connections lead there; those that are open stay where they are. */
  lead({ port }) {
    this.target = port;
  }

  #join(near) {
    const far = net.connect(this.target, '127.0.0.1');
    const pair = [near, far];
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
    this.server.close();
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
  }
}
