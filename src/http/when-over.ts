import type { ServerResponse } from 'node:http';
import { finished } from 'node:stream';

/**
 * Calls back once when an answer has been sent, or its connection is gone, perhaps already. Node tells the latter only of
 * the answer that is being sent, not of the next ones on the same connection (pipelining).
 */
export function whenOver(answer: ServerResponse, over: () => void): void {
  const { socket } = answer.req;
  const ended = () => {
    forget();
    socket.off('close', ended);
    over();
  };
  const forget = finished(answer, ended);
  if (socket.closed) ended();
  else socket.once('close', ended);
}
