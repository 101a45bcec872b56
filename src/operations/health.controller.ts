import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public, reasonOf } from '../http/index.js';
import { GracefulShutdown } from './graceful-shutdown.js';

/** Injection token of a function that tells whether the primary or a replica answers, and rejects when none does. */
export const DATABASE_PING = Symbol('DatabasePing');

@Controller('health')
export class HealthController {
  constructor(
    @Inject(DATABASE_PING) private readonly ping: () => Promise<'primary' | 'replica'>,
    private readonly shutdown: GracefulShutdown,
  ) {}

  /** The process answers, so it needs no restart, whatever else is wrong. */
  @Get('live')
  @Public()
  live(): object {
    return { status: 'ok' };
  }

  /** The server can take requests, or only reads while just a replica answers. */
  @Get('ready')
  @Public()
  async ready(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const status = await this.status(request);
    if (status.status === 'unavailable') reply.code(503).header('retry-after', '1');
    return status;
  }

  private async status(
    request: FastifyRequest,
  ): Promise<{ readonly status: 'ok' | 'reading' | 'unavailable'; readonly reason?: string }> {
    if (this.shutdown.isUnderWay) return { status: 'unavailable', reason: 'the server is stopping' };
    try {
      if ((await this.ping()) === 'primary') return { status: 'ok' };
      return { status: 'reading', reason: 'the primary is away: a replica answers reads, and writes are refused' };
    } catch (error) {
      request.unavailableBecause = reasonOf(error);
      return { status: 'unavailable', reason: 'the database cannot be reached' };
    }
  }
}
