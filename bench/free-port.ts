import { once } from 'node:events';
import net from 'node:net';

/** What no system takes for a connection that goes out, or for a program that asks for any port: Linux begins at 32768, gVisor at 16000, macOS and Windows at 49152. */
const PORTS = { first: 10_000, last: 15_999 };

/** A port that nothing listens on, and that a server that starts again on it finds free once more. */
export async function freePort(): Promise<number> {
  const port = PORTS.first + Math.floor(Math.random() * (PORTS.last - PORTS.first + 1));
  const probe = net.createServer();
  try {
    await once(probe.listen(port, '127.0.0.1'), 'listening');
  } catch {
    return freePort();
  }
  probe.close();
  await once(probe, 'close');
  return port;
}
