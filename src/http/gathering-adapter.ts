import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import { Gathering } from './gathering.js';

/** Sends answers together, so that whoever receives several is woken once, too (decision 21). */
export class GatheringAdapter extends FastifyAdapter {
  private readonly answers = new Gathering();

  override reply(reply: FastifyReply, body: unknown, status?: number): FastifyReply {
    const sent = new Promise<void>((resolve, reject) => {
      this.answers.add(() => {
        try {
          super.reply(reply, body, status);
          resolve();
        } catch (error) {
          reject(error);
        }
      });
    });
    // Nest awaits it; the reply itself would be over only when its last byte has left.
    return sent as unknown as FastifyReply;
  }
}
