import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';

/** The first does not wait for more than this many others. */
const MOST = 32;

/**
 * Answers that are ready in the same turn of the event loop are sent one right after the other, at its end, so that
 * whoever receives several is woken once (decision 21).
 */
export class GatheringAdapter extends FastifyAdapter {
  private ready: (() => void)[] = [];

  override reply(reply: FastifyReply, body: unknown, status?: number): FastifyReply {
    const sent = new Promise<void>((resolve, reject) => {
      this.ready.push(() => {
        try {
          super.reply(reply, body, status);
          resolve();
        } catch (error) {
          reject(error);
        }
      });
    });
    if (this.ready.length === 1) setImmediate(() => this.sendAll());
    else if (this.ready.length === MOST) this.sendAll();
    // Nest awaits it; the reply itself would be over only when its last byte has left.
    return sent as unknown as FastifyReply;
  }

  private sendAll(): void {
    const answers = this.ready;
    this.ready = [];
    for (const send of answers) send();
  }
}
