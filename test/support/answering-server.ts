import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a server says to whatever it is asked; `type` undefined = it does not say of what type. */
export interface Answer {
  readonly status: number;
  readonly type?: string;
  readonly body?: string;
  /** Ends the connection in the middle of the body. */
  readonly breaksOff?: boolean;
  /** How long the server thinks before it answers. */
  readonly afterMs?: number;
}

export interface AnsweringServer {
  readonly url: string;
  /** How many requests came in since the answer was chosen. */
  readonly visits: number;
  answersWith(answer: Answer): void;
  stop(): void;
}

/** A server that gives every request the same answer, as something between a caller and Clientele does. */
export async function answeringServer(): Promise<AnsweringServer> {
  let answer: Answer = { status: 404 };
  let visits = 0;
  const server = createServer((request, response) => {
    visits += 1;
    request.resume().once('end', async () => {
      const { status, type, body = '', breaksOff = false, afterMs = 0 } = answer;
      if (afterMs > 0) await sleep(afterMs);
      response.writeHead(status, type === undefined ? {} : { 'content-type': type });
      if (breaksOff) response.write(body, () => response.destroy());
      else response.end(body);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get visits() {
      return visits;
    },
    answersWith: (next) => {
      answer = next;
      visits = 0;
    },
    stop: () => server.close().closeAllConnections(),
  };
}
