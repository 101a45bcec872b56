import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** Node's reasons to end a connection before there is a request, with the status for each. */
const STATUS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  TUNNEL: '501 Not Implemented',
};

/** Answers what is not HTTP as RFC 9457 without a type: without a path there is no dialect. `headers` are lines to add. */
export function refuseUnreadable(error: Error & { code?: string }, socket: Socket, headers: string): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = STATUS[error.code ?? ''] ?? '400 Bad Request';
  const [code, ...title] = status.split(' ');
  const body = JSON.stringify({ title: title.join(' '), status: Number(code) });
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: application/problem+json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${headers}connection: close\r\n\r\n${body}`,
  );
}

/** Refuses CONNECT, which asks a proxy for a tunnel. Node would close the connection without an answer. */
export function refuseTunnels(server: Server, headers: string): void {
  const error = Object.assign(new Error('no tunnels'), { code: 'TUNNEL' });
  server.on('connect', (_request, tunnel) => {
    const socket = tunnel as Socket;
    // Node has handed the connection over: an error without a listener would end the process, and nothing else closes it.
    socket.on('error', () => {});
    refuseUnreadable(error, socket, headers);
    socket.destroySoon();
  });
}

/** Ignores an unknown `Expect`, as RFC 9110 §10.1.1 allows. Node would answer it itself before any of our code runs. */
export function passOverExpectations(server: Server): void {
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
}
