import { Body, Controller, Get, HttpCode, Inject, Post, Query, Req, Res } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiExtraModels,
  ApiOperation,
  ApiParam,
  ApiResponse,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type ClientImport, ClientImports, Clients } from '#clients';
import {
  type Caller,
  Conflicts,
  DATABASE_TIME,
  type DatabaseTime,
  FailureError,
  FromCaller,
  ManagedWrite,
  Requires,
  SlowReads,
  StrictQueryPipe,
  streamed,
  whenOver,
} from '../http/index.js';
import { ClientLineDto, ExportQuery, ImportedDto, ImportQuery, ImportSummaryDto } from './bulk.dto.js';
import { type Importing, toImported, toImportLine, toLine } from './bulk.mapper.js';
import { WholeClientDto } from './clients.dto.js';
import { linesOf, MAX_BYTES, MAX_LINE_BYTES, ndjsonOf } from './ndjson.js';

const NDJSON = 'application/x-ndjson';
/** OpenAPI has no schema for NDJSON, so it is a text. */
const linesSchema = (contentSchema: object) => ({ type: 'string', contentMediaType: NDJSON, contentSchema });
/** Otherwise a pipe that breaks before its first byte would delete all clients. */
const NO_LINES = 'The body has no line; with empty=true, that is a domain without clients.';
const TOO_LONG = { unreadable: `must have at most ${MAX_LINE_BYTES / 1024} KiB` };
/** Example lines that can be imported as they are. */
const IMPORT_EXAMPLES = {
  'a web application': {
    value: `{"clientId":"my-app","clientType":"Public","grantType":"AuthorizationCode","redirectUris":["https://my-app.example.com/callback"]}\n`,
  },
  'a machine': {
    value: `{"clientId":"my-machine","clientType":"Confidential","grantType":"ClientCredentials"}\n`,
  },
  'a machine with the secret that it has elsewhere': {
    value: `{"clientId":"my-machine","clientType":"Confidential","grantType":"ClientCredentials","secrets":[{"hash":{"algorithm":"sha256","hash":"K7gNU3sdo+OL0wNhqoVWhr3g6s1xYv72ol/pe/Unols="}}]}\n`,
  },
};

@ApiTags('Bulk')
@ApiParam({ name: 'domain', type: String, example: 'default', description: 'The name of the domain.' })
@ApiExtraModels(WholeClientDto, ClientLineDto, ImportSummaryDto, ImportedDto)
@Controller('admin/domains/:domain')
export class BulkController {
  constructor(
    private readonly clients: Clients,
    private readonly imports: ClientImports,
    private readonly slowReads: SlowReads,
    @Inject(DATABASE_TIME) private readonly now: DatabaseTime,
  ) {}

  @Get('export')
  @Requires('clients:read', 'path')
  @ApiOperation({
    operationId: 'exportClients',
    summary: 'Exports all clients of the domain, without their secrets',
    description:
      'One JSON object a line, ordered by clientId, each as it was when it was read. An answer that breaks off before its end ends with the connection.',
  })
  @ApiResponse({
    status: 200,
    description: 'The clients.',
    content: {
      [NDJSON]: { schema: linesSchema({ type: 'array', items: { $ref: getSchemaPath(WholeClientDto) } }) },
    },
  })
  async export(
    @FromCaller() { domain, credential }: Caller,
    @Query(StrictQueryPipe) _: ExportQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const lines = this.slowReads.each(credential.subscription, this.lines(domain!.id));
    await reply.type(NDJSON).send(await streamed(request, ndjsonOf(lines)));
  }

  @Post('import')
  @HttpCode(200)
  @Requires('clients:write', 'path', { streamed: true })
  @Conflicts('import_under_way', 'changed_meanwhile', 'unknown_audiences')
  @ApiOperation({
    operationId: 'importClients',
    summary: 'Creates and changes clients to match the lines, all of them or none',
    description:
      'Takes the lines of an export. Each line is a whole client: a field that it does not contain takes its default. There are exceptions: a client that has secrets keeps them, and `suspension`, `expiresAt` and `about` stay as they are if the line does not contain them; null removes them. If the import would change a locked client without naming its manager, nothing is written (409). At most 128 KiB a line, 512 MiB and ten minutes in all; each KiB within 15 seconds.',
  })
  @ManagedWrite()
  @ApiConsumes(NDJSON)
  @ApiBody({
    required: true,
    schema: { ...linesSchema({ type: 'array', items: { $ref: getSchemaPath(ClientLineDto) } }), maxLength: MAX_BYTES },
    examples: IMPORT_EXAMPLES,
  })
  @ApiResponse({
    status: 200,
    description: 'The first line sums up; one line for each client that is created, changed or removed follows.',
    content: {
      [NDJSON]: {
        schema: linesSchema({
          type: 'array',
          minItems: 1,
          prefixItems: [{ $ref: getSchemaPath(ImportSummaryDto) }],
          items: { $ref: getSchemaPath(ImportedDto) },
        }),
      },
    },
  })
  async import(
    @FromCaller() caller: Caller,
    @Body() body: AsyncIterable<Buffer> | undefined,
    @Query(StrictQueryPipe) { dryRun = false, prune = false, empty = false }: ImportQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { socket } = request.raw;
    const underWay = await this.imports.open(caller.domain!.id, caller.origin);
    // If the caller disconnects, the import stops.
    whenOver(reply.raw, () => void underWay.close());
    try {
      // The time limit for each piece of the body is elsewhere (pieces.ts).
      socket.setTimeout(0);
      const isEmpty = await fill(underWay, body, {
        domain: caller.domain!,
        by: caller.origin.credentialId,
        now: this.now(),
      });
      if (isEmpty && !empty) throw new FailureError({ kind: 'body_malformed', detail: NO_LINES });
      const counts = await underWay.check({ prune });
      if (!dryRun) {
        // The caller was authenticated a while ago.
        const refusal = await caller.refusal();
        if (refusal) throw new FailureError(refusal);
        await underWay.commit();
      }
      const lines = ndjsonOf(answerLines(underWay, { dryRun, ...counts, ...notTaken(underWay) }));
      await reply
        .type(NDJSON)
        .header('cache-control', 'no-store')
        .send(await streamed(request, lines));
    } catch (error) {
      await underWay.close();
      throw error;
    }
  }

  private async *lines(domainId: string): AsyncGenerator<WholeClientDto[], void> {
    for await (const clients of this.clients.everyClient(domainId)) {
      const now = this.now();
      yield clients.map((client) => toLine(client.asOf(now)));
    }
  }
}

function notTaken({ secretsNotTaken }: ClientImport): Pick<ImportSummaryDto, 'secretsNotTaken'> {
  return secretsNotTaken === 0 ? {} : { secretsNotTaken };
}

/** Whether the body has no line. */
async function fill(
  underWay: ClientImport,
  body: AsyncIterable<Buffer> | undefined,
  importing: Importing,
): Promise<boolean> {
  let isEmpty = true;
  for await (const lines of body ? linesOf(body) : []) {
    isEmpty = false;
    if (underWay.isFull) break;
    await underWay.add(
      lines.map(({ number, bytes }) =>
        bytes ? toImportLine(number, bytes, importing) : { number, clientId: undefined, proposal: TOO_LONG },
      ),
    );
  }
  return isEmpty;
}

async function* answerLines(underWay: ClientImport, summary: ImportSummaryDto): AsyncGenerator<object[], void> {
  yield [summary];
  for await (const clients of underWay.clients()) yield clients.map((client) => toImported(client, !summary.dryRun));
  // Before the answer ends, so that its receiver can send the next import.
  await underWay.close();
}
