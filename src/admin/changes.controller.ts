import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type AuditScope, ChangeFeed, type FeedStart } from '#audit';
import { Domains } from '#domains';
import { type Caller, FailureError, FromCaller, Requires, StrictQueryPipe } from '../http/index.js';
import { ChangesQuery } from './audit.dto.js';
import { scopeOf } from './audit-scope.js';
import { changeEvents } from './change-events.js';
import { eventStream } from './event-stream.js';
import { OpenStreams } from './open-streams.js';
import { POSITION } from './page-query.js';

const HEARTBEAT_MS = 15_000;
const EXAMPLE = `retry: 1000
id: 1769860799000000
event: position
data: {"id":"1769860799000000"}

id: 1769860800000000
event: change
data: {"id":"1769860800000000","at":"2026-01-31T12:00:00.000Z","domain":"default","credential":{"id":"6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e","name":"ci"},"dialect":"v1","requestId":"6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1f","action":"client.changed","clientId":"my-app","changes":{"scope":{"before":"openid","after":"openid profile"}}}

: nothing new

`;

@ApiTags('Audit')
@Controller('admin/changes')
export class ChangesController {
  constructor(
    private readonly feed: ChangeFeed,
    private readonly domains: Domains,
    private readonly streams: OpenStreams,
  ) {}

  @Get()
  @Requires('audit:read', 'none')
  @ApiOperation({
    operationId: 'followChanges',
    summary: 'Streams who changes what, as server-sent events',
    description: `Each \`change\` event contains an entry of \`GET /admin/audit\`. If you follow one domain, each entry comes once, in the order of ids, from every instance, also after a reconnection with \`Last-Event-ID\`. If you follow several domains, entries come in order within each domain. After a reconnection, those of the 45 seconds before it come again; recognise them by \`id\` and \`domain\`. The stream begins with a \`position\` event, and continues with what happens from now on; with \`Last-Event-ID: 0\` it begins with the first entry. After 15 seconds without a change there is a comment, or a \`position\` event if there were changes that the caller may not see. While the database is away, no entries come.

The stream ends when the server stops, when the credential is revoked or expires, and when nobody reads it. Then reconnect, to any instance. Pages that show an answer only when it is complete cannot show this one; use \`curl -N -H 'x-api-key: clk_…' …/admin/changes\`.`,
  })
  @ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    schema: { type: 'string', pattern: '^\\d{1,18}$' },
    description: 'The `id` of the last event that was received.',
  })
  @ApiResponse({
    status: 200,
    description: 'The events, as they come.',
    content: { 'text/event-stream': { schema: { type: 'string' }, example: EXAMPLE } },
  })
  @ApiResponse({
    status: 429,
    description: 'The credential has 20 streams open already, or its subscription 100, or it asks too often.',
  })
  async follow(
    @FromCaller() caller: Caller,
    @Query(StrictQueryPipe) query: ChangesQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const scope = await scopeOf(caller, query, this.domains);
    const start = await this.startOf(scope, request, query);
    reply.headers({ 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
    if (request.method === 'HEAD') return void reply.send('');
    const stream = this.streams.open(caller.credential);
    const chunks = changeEvents(this.feed.follow(start, stream.signal), start.position, HEARTBEAT_MS);
    void reply.send(eventStream(chunks, reply.raw, { stream, isStillAdmitted: async () => !(await caller.refusal()) }));
  }

  private async startOf(scope: AuditScope, { headers }: FastifyRequest, query: ChangesQuery): Promise<FeedStart> {
    const inHeader = headers['last-event-id'];
    const property = inHeader === undefined ? 'lastEventId' : 'Last-Event-ID';
    const given = inHeader ?? (query.lastEventId || undefined);
    if (given !== undefined && (typeof given !== 'string' || !POSITION.test(given)))
      throw refused(property, 'must be the id of an event');
    const start = await this.feed.begin(scope, given && String(BigInt(given)));
    if (start) return start;
    throw refused(
      property,
      'is no event of these changes: the database is no longer the one that it came from, so read anew',
    );
  }
}

function refused(property: string, message: string): FailureError {
  return new FailureError({ kind: 'invalid_query', violations: [{ property, rule: 'format', message }] });
}
