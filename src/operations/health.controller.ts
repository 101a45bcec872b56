import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Public } from '../http/index.js';

/** Injection token of a function that says which database answers, the primary or a replica; rejects when none does. */
export const DATABASE_PING = Symbol('DatabasePing');

@Controller('health')
export class HealthController {
  constructor(@Inject(DATABASE_PING) private readonly ping: () => Promise<'primary' | 'replica'>) {}

  /** The process answers; it need not be restarted, whatever else is wrong. */
  @Get('live')
  @Public()
  live(): object {
    return { status: 'ok' };
  }

  /** Requests can be sent here; with a replica, reads. */
  @Get('ready')
  @Public()
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    try {
      const database = await this.ping();
      if (database === 'primary') return { status: 'ok' };
      return { status: 'reading', reason: 'the primary is away: a replica answers reads, and writes are refused' };
    } catch {
      reply.code(503).header('retry-after', '1');
      return { status: 'unavailable', reason: 'the database cannot be reached' };
    }
  }
}
