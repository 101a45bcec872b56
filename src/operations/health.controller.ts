import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Public } from '../http/index.js';

/** Injection token of a function that settles when the database answers, and rejects when it does not. */
export const DATABASE_PING = Symbol('DatabasePing');

@Controller('health')
export class HealthController {
  constructor(@Inject(DATABASE_PING) private readonly ping: () => Promise<void>) {}

  /** The process answers; it need not be restarted, whatever else is wrong. */
  @Get('live')
  @Public()
  live(): object {
    return { status: 'ok' };
  }

  /** Requests can be sent here. */
  @Get('ready')
  @Public()
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    try {
      await this.ping();
      return { status: 'ok' };
    } catch {
      reply.code(503).header('retry-after', '1');
      return { status: 'unavailable', reason: 'the database cannot be reached' };
    }
  }
}
