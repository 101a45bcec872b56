import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { OPERATOR_KEY } from './test-server.js';

/** A POST whose body is sent piece by piece. */
export function upload(url: string, key = OPERATOR_KEY) {
  const sending = request(url, {
    method: 'POST',
    headers: { 'x-api-key': key, 'content-type': 'application/x-ndjson', 'transfer-encoding': 'chunked' },
  });
  sending.on('error', () => {});
  const answered: Promise<IncomingMessage> = once(sending, 'response').then(([response]) => response);
  answered.catch(() => {});
  return {
    send: (text: string) => new Promise<void>((resolve) => sending.write(text, () => resolve())),
    end: () => sending.end(),
    /** Cuts the connection. */
    cut: () => sending.destroy(),
    answer: async () => {
      const response = await answered;
      let text = '';
      for await (const chunk of response.setEncoding('utf8')) text += chunk;
      return { status: response.statusCode, text };
    },
  };
}
